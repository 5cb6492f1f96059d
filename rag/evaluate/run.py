"""Ask an assistant every question of a folder of published sets and report how it did."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

import rag
from rag.answer.assistant import Assistant
from rag.application import assistant_over
from rag.config import Config
from rag.corpus.read import read_collection
from rag.errors import CollectionError, WenbaoError
from rag.evaluate.outcome import Outcome
from rag.evaluate.report import Report, make_report, table, to_json, write_rows
from rag.evaluate.suites import Question, Suite, joined, limited, load_suites, read_rows
from rag.evaluate.support import CitedSentence, Quote
from rag.evaluate.typos import typo_questions
from rag.evaluate.vectors import RememberingEncoder
from rag.index.build import build
from rag.index.encoder import load_encoder
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.types import Answer, AnswerSentence, Article, Encoder, Hit, Turn

Progress = Callable[[str, int, int], None]  # what is being done, how many done, of how many
JOINT = "joint"
SENTENCES = 3  # of the evidence, kept in an outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked: the sets named in `only` (all when empty), at most `limit` questions of each kind.

    `joint`: the questions of all corpora go to one library that holds them all, instead of each to its own.
    """

    only: tuple[str, ...] = ()
    limit: int | None = None
    joint: bool = False


def run(
    config: Config,
    folder: Path,
    out: Path | None = None,
    choice: Choice | None = None,
    progress: Progress | None = None,
) -> Report:
    """Evaluate on the folder's sets.

    Writes `out` (JSON), and beside it one row a question and the table in Markdown.

    Raises:
        CollectionError: the folder holds none of the sets.
    """
    only, limit, joint = astuple(choice or Choice())
    suites = _chosen(load_suites(folder, Path(config.collection)), only)
    if not suites:
        raise CollectionError(f"{folder} 中没有可用的评测数据，请检查路径或 --only 的名称")
    prepared = [_with_typos(suite) for suite in suites]
    asked = [joined(prepared)] if joint else prepared
    report, outcomes = _evaluate(config, [limited(suite, limit) if limit else suite for suite in asked], progress)
    if out:
        write(report, outcomes, out)
    return report


def write(report: Report, outcomes: Sequence[Outcome], out: Path) -> None:
    """Write the report, `<out>.rows.jsonl` and `<out>.md`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(to_json(report), encoding="utf-8")
    write_rows(outcomes, out.with_suffix(".rows.jsonl"))
    out.with_suffix(".md").write_text(table(report), encoding="utf-8")


def code_version() -> str:
    """Twelve hexadecimal digits that change with the package's code and data."""
    root = Path(rag.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _chosen(suites: list[Suite], only: Sequence[str]) -> list[Suite]:
    return [suite for suite in suites if not only or suite.name in only]


def _with_typos(suite: Suite) -> Suite:
    """A suite whose questions name titles, followed by the same with one slip in the name."""
    if not suite.names_titles:
        return suite
    titles = {row["id"]: row["title"] for source in suite.sources for row in read_rows(source)}
    return replace(suite, questions=(*suite.questions, *typo_questions(suite, titles)))


def _evaluate(config: Config, suites: Sequence[Suite], progress: Progress | None) -> tuple[Report, list[Outcome]]:
    cache = Path(config.index) / "evaluation"
    encoder = RememberingEncoder(load_encoder(config.encoder, config.device), cache / "vectors.db")
    outcomes = [outcome for suite in suites for outcome in ask_suite(suite, config, encoder, cache, progress)]
    about = {
        "version": code_version(),
        "date": date.today().isoformat(),
        "encoder": encoder.fingerprint,
        "library": "one of all corpora" if suites[0].name == JOINT else "one a corpus",
        "passage_characters": str(config.passage_characters),
    }
    return make_report(outcomes, about), outcomes


def ask_suite(
    suite: Suite, config: Config, encoder: Encoder, cache: Path, progress: Progress | None
) -> Iterator[Outcome]:
    """Yield one outcome a question, in order; libraries of corpora stay in the cache folder."""
    done = 0
    for assistant, questions in assistants(suite, config, encoder, cache, progress):
        for question in questions:
            yield ask(assistant, question)
            done += 1
            if progress:
                progress(suite.name, done, len(suite.questions))


def assistants(
    suite: Suite, config: Config, encoder: Encoder, cache: Path, progress: Progress | None
) -> Iterator[tuple[Assistant, Sequence[Question]]]:
    """Yield each assistant that a suite needs with the questions that it is asked."""
    if suite.sources:
        yield open_suite(suite, config, encoder, cache, progress), suite.questions
        return
    for passages, questions in groupby(suite.questions, key=lambda question: question.passages):
        yield assistant_over(passages, encoder, config), list(questions)


def open_suite(
    suite: Suite, config: Config, encoder: Encoder, cache: Path, progress: Progress | None = None
) -> Assistant:
    """Build the suite's library in the cache, or what is missing of it, and open it."""
    folder = cache / f"{suite.name}-{_key(suite, config, encoder)}"
    library = Library.open(folder, encoder.fingerprint, encoder.dimension, create=True)

    def report(done: int, count: int) -> None:
        if progress:
            progress(f"{suite.name}：编码", done, count)

    build(library, encoder, read_collection(suite.sources), config.passage_characters, report)
    return Assistant(Retriever(library, encoder))


def _key(suite: Suite, config: Config, encoder: Encoder) -> str:
    """Changes with the texts, the encoder and the code that makes a library of them."""
    root = Path(rag.__file__).parent
    code = [path for part in ("corpus", "index") for path in sorted((root / part).rglob("*.py"))]
    texts = [path for source in suite.sources for path in sorted(source.rglob("*")) or [source] if path.is_file()]
    digest = hashlib.sha256(f"{encoder.fingerprint} {config.passage_characters}".encode())
    for path in (*texts, *code):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


# --- one question -------------------------------------------------------------------------------------


def ask(assistant: Assistant, question: Question) -> Outcome:
    """Put one question; a failure becomes part of the outcome."""
    history = [Turn(earlier) for earlier in question.history]
    try:
        if question.search_only:
            found = assistant.search(question.question, history)
            return Outcome(question, documents=_documents(found.hits, found.articles))
        return _outcome(question, assistant.ask(question.question, history))
    except WenbaoError as error:
        return Outcome(question, refused=True, error=str(error))


def _outcome(question: Question, answer: Answer) -> Outcome:
    cited = [answer.articles[citation.article_id] for citation in answer.citations]
    return Outcome(
        question=question,
        documents=_documents(answer.hits, answer.articles),
        evidence=tuple(
            answer.articles[one.article_id].text[one.start : one.end] for one in answer.evidence[:SENTENCES]
        ),
        answer=answer.text,
        sentences=tuple(_cited_sentence(answer, sentence) for sentence in answer.sentences),
        cited=tuple(article.document_id for article in cited),
        refused=answer.refusal is not None,
        refusal=answer.refusal or "",
        confidence=answer.confidence,
        milliseconds=answer.timings_ms.get("total", 0.0),
    )


def _documents(hits: Sequence[Hit], articles: dict[str, Article]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(articles[hit.passage.article_id].document_id for hit in hits))


def _cited_sentence(answer: Answer, sentence: AnswerSentence) -> CitedSentence:
    quotes = [
        Quote(citation.quote, answer.articles[citation.article_id].title, answer.articles[citation.article_id].date)
        for marker in sentence.markers
        for citation in answer.citations
        if citation.marker == marker
    ]
    return CitedSentence(answer.text[sentence.start : sentence.end], tuple(quotes))
