"""Cut a source sentence down to the clauses that answer, and mark the fact."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.answer.candidates import find_candidates
from rag.answer.questions import Question
from rag.answer.signals import Weights
from rag.index.analyze import Word, bigrams, normalize, tagged_words
from rag.types import Span

_CLAUSE = re.compile(r"[^，,；;：:。！？!?]+[，,；;：:。！？!?”’」』）)]*")
_STOP = re.compile(r"[，,；;。！!？?]")
_OTHER_CLAUSE = 0.3
_CLEAR = 0.85  # a second span as near as this leaves it open which is the fact
_EDGE = " \t\n　，,；;：:"
_NAMING_TAGS = frozenset({"nr", "ns", "nt", "nz"})
_REMARK = 8  # characters after a bracket that a cut may lose
_OPEN_REMARK = re.compile(rf"(?<=.)[（(][^（()）]{{0,{_REMARK}}}$")
_CLOSING = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』", "[": "]"}


def trim(question: Question, weights: Weights, sentence: str, limit: int) -> Span:
    """Return the span of `sentence`, at most about `limit` characters, whose whole clauses bear most on the question."""
    if len(sentence) <= limit:
        return 0, len(sentence)
    clauses = [match.span() for match in _CLAUSE.finditer(sentence)] or [(0, len(sentence))]
    values = [_value(question, weights, sentence[start:end]) for start, end in clauses]
    low = high = max(range(len(clauses)), key=lambda index: values[index])
    while True:
        options = [index for index in (low - 1, high + 1) if 0 <= index < len(clauses)]
        fitting = [index for index in options if _width(clauses, min(low, index), max(high, index)) <= limit]
        if not fitting:
            break
        best = max(fitting, key=lambda index: (values[index], index < low))
        low, high = min(low, best), max(high, best)
    return _strip(sentence, clauses[low][0], min(clauses[high][1], clauses[low][0] + max(limit, 1)))


def bold(question: Question, weights: Weights, text: str) -> str:
    """Mark the likeliest answer in the text with `**`, where the question asks for a type of fact."""
    spans = [span for span in find_candidates(question, text) if span[1] - span[0] < 30]
    if not spans:
        return text
    plain = normalize(text)
    told = frozenset(bigrams(without_names(question)))
    places = _places(plain, weights, told) or _places(plain, weights, weights.bigrams)
    ordered = sorted(spans, key=lambda span: (-_nearness(plain, span, places), span[0] - span[1]))
    start, end = ordered[0]
    if any(_rivals(plain, ordered[0], other, places) for other in ordered[1:]):
        return text
    if any(character in "*[]" for character in text[start:end]) or _is_listed(plain, start, end):
        return text
    return f"{text[:start]}**{text[start:end]}**{text[end:]}"


def _is_listed(plain: str, start: int, end: int) -> bool:
    """Whether the span is one of several told in a row, of which no single one is the fact."""
    return plain[end : end + 1] == "、" or plain[max(start - 1, 0) : start] == "、"


def _places(plain: str, weights: Weights, among: Collection[str]) -> list[tuple[list[int], float]]:
    """Return where those of the question's pairs stand that are `among` others, with their weights."""
    return [
        ([match.start() for match in re.finditer(re.escape(term), plain)], weight)
        for term, weight in weights.bigrams.items()
        if term in among and term in plain
    ]


def without_names(question: Question) -> str:
    """Return the question's content with proper names blanked out: they tell whose fact it is, not which one."""
    named = [word for word in tagged_words(question.content) if _is_name(word)]
    content = list(question.content)
    for word in named:
        content[word.start : word.end] = " " * len(word.text)
    return "".join(content)


def _is_name(word: Word) -> bool:
    return word.tag[:2] in _NAMING_TAGS or (word.tag == "x" and word.text.isalpha())


def tidy(text: str) -> str:
    """Make a cut stand as a sentence: no loose stop at its edges, no bracket left open or with a word or two in it."""
    words = _OPEN_REMARK.sub("", text.strip(_EDGE)).rstrip(_EDGE)
    for opening, closing in _CLOSING.items():
        if words.count(opening) > words.count(closing):
            words += closing
        elif words.count(closing) > words.count(opening):
            words = opening + words
    return words


def _value(question: Question, weights: Weights, clause: str) -> float:
    coverage = weights.bigram_coverage(frozenset(bigrams(clause)))
    return coverage + 0.25 * bool(find_candidates(question, clause))


def _width(clauses: list[Span], low: int, high: int) -> int:
    return clauses[high][1] - clauses[low][0]


def _strip(sentence: str, start: int, end: int) -> Span:
    while start < end and sentence[start] in _EDGE:
        start += 1
    while end > start and sentence[end - 1] in _EDGE:
        end -= 1
    return start, end


def _nearness(plain: str, span: Span, places: list[tuple[list[int], float]]) -> float:
    """Sum of the question's term weights, each divided by its distance from the span; other clauses count less."""
    return sum(weight * max(_closeness(plain, span, place) for place in found) for found, weight in places)


def _rivals(plain: str, best: Span, other: Span, places: list[tuple[list[int], float]]) -> bool:
    """Whether another span, apart from the best one, stands about as near to what is asked."""
    apart = other[1] <= best[0] or best[1] <= other[0]
    return apart and _nearness(plain, other, places) > _CLEAR * _nearness(plain, best, places)


def _closeness(plain: str, span: Span, place: int) -> float:
    between = plain[place : span[0]] if place < span[0] else plain[span[1] : place]
    return (_OTHER_CLAUSE if _STOP.search(between) else 1.0) / (4 + len(between))
