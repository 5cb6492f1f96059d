"""The evidence a language model is given: what the extractive answer cites, then the best of the rest, numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.types import Article, Citation, Evidence, EvidenceText, Span

MOST = 24


def number_evidence(
    ranked: Sequence[Evidence], cited: Sequence[Citation], articles: Mapping[str, Article], most: int = MOST
) -> list[EvidenceText]:
    """Return at most `most` sentences, numbered from 1 in reading order, the articles in order of their best one.

    `ranked` are best first; sentences that are cited already score above them all.
    """
    top = max((one.score for one in ranked), default=0.0)
    chosen = {
        (one.article_id, one.start, one.end): Evidence(one.article_id, one.start, one.end, top + 1) for one in cited
    }
    for one in ranked:
        if len(chosen) >= most:
            break
        if not any(key[0] == one.article_id and _overlap(key[1:], (one.start, one.end)) for key in chosen):
            chosen[one.article_id, one.start, one.end] = one
    order = list(dict.fromkeys(key[0] for key in chosen))
    reading = sorted(chosen.values(), key=lambda one: (order.index(one.article_id), one.start))
    return [_text(number, one, articles[one.article_id]) for number, one in enumerate(reading, start=1)]


def renumbered(evidence: Sequence[EvidenceText]) -> list[EvidenceText]:
    """Return the same sentences numbered from 1 without gaps."""
    return [replace(one, number=number) for number, one in enumerate(evidence, start=1)]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _text(number: int, evidence: Evidence, article: Article) -> EvidenceText:
    sentence = article.text[evidence.start : evidence.end]
    return EvidenceText(number, evidence, sentence, article.title, article.date)
