"""Is a claim turned round: a negation added or lost, 增长 made 下降?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.answer.placing import features
from rag.answer.replaced import likeness
from rag.answer.words import listed, pattern
from rag.index.analyze import HAN, normalize, tagged_words
from rag.types import Span

_CLAUSE_END = re.compile(r"[,。;!?:\n]")
_STRICT, _LOOSE = 1, 3
_COPY = 0.8  # likeness of clauses that differ in a word or two
_CONTENT = frozenset("vanij")


def turned(claim: str, source: str) -> list[str]:
    """Return the clauses of the claim that say the opposite of what the source says."""
    stated = [normalize(source)[low:high] for low, high in _clauses(source)]
    wrong = []
    for low, high in _clauses(claim):
        clause = normalize(claim)[low:high]
        nearest = _nearest(clause, stated)
        if nearest and (_negation_differs(clause, nearest) or _opposite(clause, nearest)):
            wrong.append(claim[low:high].strip())
    return wrong


def _clauses(text: str) -> list[Span]:
    edges = [0, *(match.end() for match in _CLAUSE_END.finditer(normalize(text))), len(text)]
    return [
        (low, high) for low, high in zip(edges, edges[1:], strict=False) if re.search(rf"[\w{HAN}]", text[low:high])
    ]


def _nearest(clause: str, stated: Sequence[str]) -> str:
    """Return the clause of the source that shares most with the clause; nothing when none shares anything."""
    wanted = {feature for feature, _ in features(clause)}
    scored = sorted(((len(wanted & {f for f, _ in features(other)}), other) for other in stated), reverse=True)
    return scored[0][1] if scored and scored[0][0] else ""


def _negation_differs(clause: str, nearest: str) -> bool:
    here, there = _content(clause), _content(nearest)
    said_here, said_there = set(here) - _denied(clause, _LOOSE), set(there) - _denied(nearest, _LOOSE)
    if _denied(clause, _STRICT) & said_there or _denied(nearest, _STRICT) & said_here:
        return True
    count_here, count_there = len(_negators(clause)), len(_negators(nearest))
    if count_here != count_there and likeness(clause, nearest) >= _COPY:
        return True
    return bool(count_here) and not count_there


def _negators(clause: str) -> list[Span]:
    covered = [match.span() for match in pattern("polarity", "not_negations").finditer(clause)]
    return [
        match.span()
        for match in pattern("polarity", "negators").finditer(clause)
        if not any(low < match.end() and match.start() < high for low, high in covered)
    ]


def _content(clause: str) -> dict[str, int]:
    """Return the clause's content words with the place where each begins last."""
    negators = listed("polarity", "negators")
    found = (word for word in tagged_words(clause) if word.tag[:1] in _CONTENT and word.text not in negators)
    return {word.text: word.start for word in found}


def _denied(clause: str, reach: int) -> set[str]:
    """Return the content words among the first `reach` after a negation."""
    content = sorted(_content(clause).items(), key=lambda item: item[1])
    found: set[str] = set()
    for _, end in _negators(clause):
        found |= set([word for word, start in content if start >= end][:reach])
    return found


def _opposite(clause: str, nearest: str) -> bool:
    return any(
        _only(said, opposite, clause) and _only(opposite, said, nearest)
        for one, other in _opposites()
        for said, opposite in ((one, other), (other, one))
    )


def _only(said: str, opposite: str, clause: str) -> bool:
    return _holds(said, clause) and not _holds(opposite, clause)


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition("/") for pair in listed("polarity", "opposites"))
    return tuple((one, other) for one, _, other in pairs)


def _holds(word: str, clause: str) -> bool:
    if len(word) > 1:
        return word in clause
    return any(found.text == word for found in tagged_words(clause))
