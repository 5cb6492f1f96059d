"""Measures of one question, over plain data: documents by id in found order, texts, flags.

Each returns a share between 0 and 1; more is better. Means and their confidence come from `statistics`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from rag.evaluate.text import comparable, holds_fact, without_marks

# --- retrieval: `ranked` are distinct document ids, best first ----------------------------------------


def hit_at(ranked: Sequence[str], gold: Collection[str], limit: int) -> float:
    """1 when a gold document is among the first `limit`."""
    return float(any(document in gold for document in ranked[:limit]))


def recall_at(ranked: Sequence[str], gold: Collection[str], wanted: int, limit: int) -> float:
    """Share of the `wanted` documents found among the first `limit`; an alternative stands in for any of them."""
    return min(sum(document in gold for document in ranked[:limit]), wanted) / wanted


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], limit: int = 10) -> float:
    """1 / rank of the first gold document; 0 beyond `limit`."""
    ranks = (rank for rank, document in enumerate(ranked[:limit], start=1) if document in gold)
    return 1 / next(ranks, math.inf)


def discounted_gain(ranked: Sequence[str], gold: Collection[str], wanted: int, limit: int = 10) -> float:
    """nDCG with gains 0 and 1 in which the first `wanted` gold documents found count."""
    ranks = [rank for rank, document in enumerate(ranked[:limit], start=1) if document in gold][:wanted]
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(wanted, limit) + 1))
    return sum(1 / math.log2(rank + 1) for rank in ranks) / best


# --- evidence and answers -----------------------------------------------------------------------------


def evidence_at(sentences: Sequence[str], answers: Sequence[str], limit: int) -> float:
    """1 when an acceptable answer lies inside one of the first `limit` sentences."""
    return float(any(within_one(sentences, [answer], limit) for answer in answers))


def within_one(sentences: Sequence[str], wanted: Sequence[str], limit: int) -> bool:
    """Tell whether one of the first `limit` sentences holds all the strings."""
    return any(all_inside(sentence, wanted) for sentence in sentences[:limit])


def all_inside(text: str, wanted: Sequence[str]) -> bool:
    """Tell whether all the strings stand in the text (script, width, case and white space aside)."""
    return bool(wanted) and all(contains(text, [string]) for string in wanted)


def contains(text: str, answers: Sequence[str]) -> bool:
    """Tell whether any acceptable answer stands in the text (script, width, case and white space aside)."""
    comparable_text = comparable(text)
    return any(wanted in comparable_text for wanted in map(comparable, answers) if wanted)


def points_covered(text: str, points: Sequence[str]) -> float:
    """Share of the key points that stand in the text."""
    return sum(contains(text, [point]) for point in points) / len(points)


def facts_covered(text: str, facts: Sequence[str]) -> float:
    """Share of hand-written facts in the text, compared strictly."""
    return sum(holds_fact(text, fact) for fact in facts) / len(facts)


def answer_length(text: str) -> int:
    """Characters of an answer without markers, bold marks and white space."""
    return len("".join(without_marks(text).split()))


def characters_a_point(lengths: Sequence[int], covered: Sequence[float]) -> float:
    """Characters written for each covered point, over all answers; infinite when nothing is covered."""
    points = sum(covered)
    return sum(lengths) / points if points else math.inf


# --- citations by document ----------------------------------------------------------------------------


def first_citation_right(documents: Sequence[str], gold: Collection[str]) -> float:
    """1 when the first citation comes from a gold document."""
    return float(bool(documents) and documents[0] in gold)
