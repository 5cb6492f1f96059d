"""What tests of drafts share: evidence cut from invented articles, and a similarity that counts shared bigrams."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answer.support import coverage
from rag.corpus.sentences import split_sentences
from rag.types import Article, Encoder, Evidence, EvidenceText, Vectors

Similarity = Callable[[str, Sequence[str]], list[float]]


def article(name: str, text: str, title: str = "", date: str = "") -> Article:
    return Article(name, f"{name}.txt", title or name, text, f"{name}.txt", date=date)


def evidence_of(*articles: Article) -> list[EvidenceText]:
    """Every sentence of the articles, numbered from 1."""
    found: list[EvidenceText] = []
    for one in articles:
        for start, end in split_sentences(one.text):
            evidence = Evidence(one.id, start, end, 1.0)
            found.append(EvidenceText(len(found) + 1, evidence, one.text[start:end], one.title, one.date))
    return found


def by_bigrams(text: str, others: Sequence[str]) -> list[float]:
    """Cosines as high as those of the bundled encoder, from the share of bigrams."""
    return [0.85 + 0.15 * max(coverage(text, other), coverage(other, text)) for other in others]


def by_encoder(encoder: Encoder) -> Similarity:
    """Cosines of an encoder, each text encoded once."""
    known: dict[str, Vectors] = {}

    def vector(text: str) -> Vectors:
        if text not in known:
            known[text] = encoder.encode_queries([text])[0]
        return known[text]

    return lambda text, others: [float(vector(other) @ vector(text)) for other in others]
