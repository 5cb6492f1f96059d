"""Answers, hits and articles as JSON values: the form that the command line and the HTTP interface hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.types import Answer, Article, Citation, Evidence, Hit

EVIDENCE_ROWS = 10


def answer_row(answer: Answer, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return one answer; `articles` holds those of its hits, its own come with it."""
    known = {**articles, **answer.articles}
    return {
        "answer": answer.text,
        "refused": answer.refusal is not None,
        "refusal": answer.refusal,
        "sentences": [
            {"start": sentence.start, "end": sentence.end, "markers": list(sentence.markers)}
            for sentence in answer.sentences
        ],
        "citations": [citation_row(citation, known[citation.article_id]) for citation in answer.citations],
        "evidence": [evidence_row(item, known) for item in answer.evidence[:EVIDENCE_ROWS]],
        "hits": hit_rows(answer.hits, known),
        "nearest": [{"article_id": name, "title": known[name].title} for name in answer.nearest],
        "notes": list(answer.notes),
        "suggestions": list(answer.suggestions),
        "engine": answer.engine,
        "timings_ms": dict(answer.timings_ms),
    }


def citation_row(citation: Citation, article: Article) -> dict[str, Any]:
    """Return a citation with what names its source."""
    return {
        "marker": citation.marker,
        "document_id": article.document_id,
        "article_id": article.id,
        "source": article.source,
        "title": article.title,
        "date": article.date,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def evidence_row(item: Evidence, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return one sentence of evidence."""
    return {
        "document_id": articles[item.article_id].document_id,
        "article_id": item.article_id,
        "start": item.start,
        "end": item.end,
        "score": float(item.score),
    }


def hit_rows(hits: Sequence[Hit], articles: Mapping[str, Article]) -> list[dict[str, Any]]:
    """Return the hits whose articles are known, best first."""
    return [
        {
            "document_id": articles[hit.passage.article_id].document_id,
            "article_id": hit.passage.article_id,
            "passage_id": hit.passage.id,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": float(hit.score),
        }
        for hit in hits
        if hit.passage.article_id in articles
    ]


def article_row(article: Article) -> dict[str, Any]:
    """Return a whole article."""
    return {
        "id": article.id,
        "document_id": article.document_id,
        "title": article.title,
        "subtitle": article.subtitle,
        "byline": article.byline,
        "date": article.date,
        "raw_spans": [list(span) for span in article.raw_spans],
        "text": article.text,
    }
