"""Do two sources say the same sentence with another number, name or date in it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from rag.answer.claims import AMOUNT, DATE, compact, mentions
from rag.answer.placing import same_value
from rag.answer.verify import make_citation
from rag.index.analyze import FUNCTION_CHARACTERS, Word, normalize, tagged_words
from rag.types import Answer, AnswerSentence, Article, EvidenceText, Query

NOTE = "资料说法不一，请核对原文。"
_ALIKE = 0.7
_SHORTEST = 6  # characters the two sentences have in common
_LONGEST_SLOT = 24
_SLOTS = 2
_TELLING = ("n", "m", "t", "x", "eng", "j", "s", "i", "l", "q")

Slot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences of different articles that agree in all but a few words, and these words."""

    one: EvidenceText
    other: EvidenceText
    said: str
    otherwise: str


def find_conflicts(query: Query, evidence: Sequence[EvidenceText]) -> list[Conflict]:
    """Return the pairs of evidence that contradict each other, in the order of the evidence.

    A word that the question itself names (the year or the place it asks about) tells two subjects apart, not two
    accounts of one, and makes no conflict.
    """
    found = []
    for one, other in combinations(evidence, 2):
        if one.evidence.article_id != other.evidence.article_id and (
            slot := _difference(one.text, other.text, query.text)
        ):
            found.append(Conflict(one, other, *slot))
    return found


def with_conflicts(answer: Answer, evidence: Sequence[EvidenceText], articles: Mapping[str, Article]) -> Answer:
    """Add to an answer what the other source says where a sentence that it cites is contradicted, with a note."""
    cited = {(citation.article_id, citation.start, citation.end) for citation in answer.citations}
    result = answer
    for conflict in find_conflicts(answer.query, evidence):
        for mine, other in ((conflict.one, conflict.other), (conflict.other, conflict.one)):
            if _place(mine) in cited and _place(other) not in cited:
                result = _added(result, other, articles[other.evidence.article_id])
                cited.add(_place(other))
        if _place(conflict.one) in cited and _place(conflict.other) in cited and NOTE not in result.notes:
            result = replace(result, notes=(NOTE, *result.notes))
    return result


def _added(answer: Answer, other: EvidenceText, article: Article) -> Answer:
    marker = len(answer.citations) + 1
    words = " ".join(other.text.replace("**", "").replace("[", "［").split())
    sentence = f"资料说法不一，《{other.title}》写的是：{words}[{marker}]"
    text = f"{answer.text}\n{sentence}"
    citation = make_citation(marker, article, other.evidence.start, other.evidence.end, other.text)
    return replace(
        answer,
        text=text,
        sentences=(*answer.sentences, AnswerSentence(len(answer.text) + 1, len(text), (marker,))),
        citations=(*answer.citations, citation),
    )


def _place(one: EvidenceText) -> tuple[str, int, int]:
    return one.evidence.article_id, one.evidence.start, one.evidence.end


def _difference(one: str, other: str, question: str) -> Slot | None:
    """Return the words in which two nearly equal sentences differ; None when they agree or are too unlike."""
    here, there = _words(one), _words(other)
    matcher = SequenceMatcher(None, [word.text for word in here], [word.text for word in there], False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return None
    common = sum(
        len(word.text) for block in matcher.get_matching_blocks() for word in here[block.a : block.a + block.size]
    )
    slots: dict[Slot, None] = {}
    for kind, low, high, other_low, other_high in matcher.get_opcodes():
        gone, come = here[low:high], there[other_low:other_high]
        if kind != "equal" and (_tells(gone) or _tells(come)):
            slots[_joined(gone), _joined(come)] = None
    if (
        common < _SHORTEST
        or not 1 <= len(slots) <= _SLOTS
        or not all(_conflicts(*slot, one, question) for slot in slots)
    ):
        return None
    return next(iter(slots))


def _conflicts(said: str, otherwise: str, sentence: str, question: str) -> bool:
    if max(len(said), len(otherwise)) > _LONGEST_SLOT:
        return False
    if not said or not otherwise:
        return sentence.count("、") > 1
    asked = compact(question)
    if compact(said) in asked or compact(otherwise) in asked:
        return False
    here, there = ([one for one in mentions(text) if one.kind in {AMOUNT, DATE}] for text in (said, otherwise))
    if here and there:
        return len(here) != len(there) or not all(map(same_value, here, there))
    return not set(said) <= set(otherwise) and not set(otherwise) <= set(said)


def _tells(words: Sequence[Word]) -> bool:
    return any(word.tag.startswith(_TELLING) for word in words)


def _joined(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[Word, ...]:
    """Return the words of a sentence, each amount and date as one word."""
    plain = normalize(text)
    whole = {one.start: one.end for one in mentions(text) if one.kind in {AMOUNT, DATE}}
    found: list[Word] = []
    covered = 0
    for word in tagged_words(plain):
        end = whole.get(word.start, word.end)
        if word.start >= covered and compact(plain[word.start : end]) and word.text not in FUNCTION_CHARACTERS:
            found.append(
                Word(plain[word.start : end].strip(), "m" if word.start in whole else word.tag, word.start, end)
            )
        covered = max(covered, end)
    return tuple(found)
