"""What the models are fitted on: questions as the models see them, real ones and ones made unanswerable."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.answer.assistant import Assistant
from rag.answer.evidence import Selection, select
from rag.answer.found import understood
from rag.answer.model import Models
from rag.answer.refuse import question_signals
from rag.config import load_config
from rag.evaluate.run import assistants
from rag.evaluate.suites import Question, Suite, load_suites
from rag.evaluate.text import comparable
from rag.evaluate.vectors import RememberingEncoder
from rag.index.analyze import normalize, tagged_words
from rag.index.encoder import load_encoder
from rag.search.retriever import Retrieval
from rag.types import Hit

Matrix = npt.NDArray[np.float64]
Names = Mapping[str, Sequence[str]]
FOLDS = 5
HELD_BACK = "seeds"  # the default collection's questions are for testing alone
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nz"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")


@dataclass(frozen=True, slots=True)
class Example:
    """One question as the models see it; `removed`: its gold documents were taken out of the hits."""

    question: Question
    sentences: Matrix
    holds: npt.NDArray[np.bool_]
    signals: dict[str, float]
    removed: bool = False

    @property
    def fold(self) -> int:
        """Questions of one document share a fold."""
        group = self.question.group.split("/")[0].removesuffix("-altered")
        return zlib.crc32(f"{self.question.dataset}/{group}".encode()) % FOLDS

    @property
    def answerable(self) -> bool:
        """Whether the hits may hold the answer."""
        return self.question.answerable and not self.removed


def collect(folder: Path, models: Models) -> Iterator[Example]:
    """Ask every question of the corpora and yield what the models see of it."""
    config = load_config(Path.cwd())
    cache = Path(config.index) / "evaluation"
    encoder = RememberingEncoder(load_encoder(config.encoder, config.device), cache / "vectors.db")
    for suite in load_suites(folder, Path(config.collection)):
        if not suite.sources or suite.name == HELD_BACK:
            continue
        names = _names(suite)
        for assistant, questions in assistants(suite, config, encoder, cache, None):
            yield from _examples(assistant, [one for one in questions if _is_used(one, suite)], names, models)


def _is_used(question: Question, suite: Suite) -> bool:
    """One spelling of each question, without slips."""
    return question.dataset == suite.name and not question.search_only


def _examples(assistant: Assistant, questions: Sequence[Question], names: Names, models: Models) -> Iterator[Example]:
    for question in questions:
        retrieval = assistant.retriever.retrieve(question.question, question.history)
        yield _example(question, retrieval, models)
        if question.answerable and (other := altered(question, retrieval, names)):
            yield _example(other, assistant.retriever.retrieve(other.question, other.history), models)
        rest = without(retrieval, question.gold)
        if question.answerable and question.gold and rest.hits:
            yield replace(_example(question, rest, models), removed=True)


def _names(suite: Suite) -> dict[str, list[str]]:
    """The proper names in a suite's questions by their part of speech."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for question in suite.questions:
        for word in tagged_words(question.question):
            if word.tag in _NAME_TAGS and len(word.text) > 1:
                found[word.tag][word.text] = None
    return {tag: list(texts) for tag, texts in found.items()}


def altered(question: Question, retrieval: Retrieval, names: Names) -> Question | None:
    """Return every second question with its year or a name changed to one that the gold documents lack."""
    digest = zlib.crc32(question.id.encode())
    gold = [article for article in retrieval.articles.values() if article.document_id in question.gold]
    if digest % 2 or not gold:
        return None
    text = normalize(question.question)
    printed = normalize("\n".join(article.title + article.text for article in gold))
    changes = [
        (word.text, names[word.tag]) for word in tagged_words(text) if word.text in printed and word.tag in names
    ]
    changes += [(year, [str(int(year) + shift) for shift in (1, 2, 3, -1, -4)]) for year in _YEAR.findall(text)]
    for old, others in changes[digest % 3 :] + changes[: digest % 3]:
        new = [other for other in others if other not in printed and other not in text and len(other) <= len(old) + 1]
        if old in printed and new:
            changed = text.replace(old, new[digest % len(new)])
            return replace(question, id=f"{question.id}-altered", question=changed, answerable=False, kind="altered")
    return None


def _example(question: Question, retrieval: Retrieval, models: Models) -> Example:
    asked = understood(retrieval.query)
    selection = select(asked, retrieval, models.evidence)
    return Example(
        question=question,
        sentences=selection.signals[[ranked.row for ranked in selection.ranked]],
        holds=np.array([_holds(question, retrieval, selection, at) for at in range(len(selection.ranked))], bool),
        signals=question_signals(asked, retrieval, selection),
    )


def _holds(question: Question, retrieval: Retrieval, selection: Selection, at: int) -> bool:
    ranked = selection.ranked[at]
    article = retrieval.articles[ranked.article_id]
    text = comparable(article.text[ranked.start : ranked.end])
    answers = [[comparable(part) for part in parts] for parts in question.answers]
    return (article.document_id in question.gold or bool(question.passages)) and any(
        all(part in text for part in parts) for parts in answers if all(parts)
    )


def without(retrieval: Retrieval, gold: frozenset[str]) -> Retrieval:
    """Return the retrieval as if the gold documents were not in the collection."""
    kept = [
        at
        for at, hit in enumerate(retrieval.hits)
        if retrieval.articles[hit.passage.article_id].document_id not in gold
    ]
    hits = [retrieval.hits[at] for at in kept]
    top = max((hit.score for hit in hits), default=1.0) or 1.0
    dense = _closed_up([hit.dense_rank for hit in hits])
    lexical = _closed_up([hit.lexical_rank for hit in hits])
    renewed: list[Hit] = [
        replace(hit, score=hit.score / top, dense_rank=first, lexical_rank=second)
        for hit, first, second in zip(hits, dense, lexical, strict=True)
    ]
    return replace(
        retrieval, hits=tuple(renewed), sentence_vectors=tuple(retrieval.sentence_vectors[at] for at in kept)
    )


def _closed_up(positions: Sequence[int | None]) -> list[int | None]:
    """Ranks without the gaps that removed hits left."""
    order = sorted(position for position in positions if position is not None)
    new = {old: number for number, old in enumerate(order, start=1)}
    return [None if position is None else new[position] for position in positions]
