"""The library's tables, and how the core types become rows and come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from rag.types import Article, Leftover, Passage, Span, Vectors

Value = TypeVar("Value")

SCHEMA_VERSION = "1"

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, origin TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL, ordinal INTEGER NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, source TEXT NOT NULL, subtitle TEXT NOT NULL, byline TEXT NOT NULL, date TEXT NOT NULL,
    url TEXT NOT NULL, body_start INTEGER NOT NULL, raw_spans TEXT NOT NULL, page_images TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS articles_of_document ON articles (document_id, ordinal);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, article_id TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, sentences BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of_article ON passages (article_id);
CREATE TABLE IF NOT EXISTS leftovers (
    document_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS leftovers_of_document ON leftovers (document_id);
CREATE TABLE IF NOT EXISTS edits (article_id TEXT PRIMARY KEY, new_title TEXT, hidden INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
    verdict TEXT NOT NULL, reason TEXT NOT NULL);
"""

PASSAGE_COLUMNS = "number, id, article_id, start, end, sentences"
STORED_COLUMNS = "id, document_id, title, text, source, subtitle, byline, date, url, body_start, raw_spans, page_images"

JOIN_EDITS = "LEFT JOIN edits ON edits.article_id = articles.id"
SHOWN_TITLE = "coalesce(new_title, title)"
VISIBLE = "coalesce(hidden, 0) = 0"
SHOWN_ARTICLES = (
    f"SELECT {STORED_COLUMNS.replace('title,', SHOWN_TITLE + ',', 1)} FROM articles {JOIN_EDITS} WHERE {VISIBLE}"
)
VISIBLE_PASSAGES = "passages WHERE passages.article_id NOT IN (SELECT edits.article_id FROM edits WHERE hidden = 1)"


def parts(values: Iterable[Value]) -> list[list[Value]]:
    """Cut values into lists short enough for one statement."""
    items = list(values)
    return [items[at : at + 500] for at in range(0, len(items), 500)]


def marks(values: Sequence[object]) -> str:
    """Return as many question marks as there are values."""
    return ",".join("?" * len(values))


def article_row(article: Article, ordinal: int) -> tuple[object, ...]:
    """Return the values of STORED_COLUMNS, and the ordinal at the end."""
    lists = (json.dumps(article.raw_spans), json.dumps(article.page_images, ensure_ascii=False))
    names = (article.id, article.document_id, article.title, article.text, article.source)
    details = (article.subtitle, article.byline, article.date, article.url, article.body_start)
    return (*names, *details, *lists, ordinal)


def to_article(row: Sequence[Any]) -> Article:
    """Return the article of a row of STORED_COLUMNS."""
    *plain, spans, images = row[:12]
    return Article(
        **dict(zip(_ARTICLE_FIELDS, plain, strict=True)),
        raw_spans=tuple((start, end) for start, end in json.loads(spans)),
        page_images=tuple(json.loads(images)),
    )


def passage_row(passage: Passage, vector: Vectors, sentence_vectors: Vectors) -> tuple[object, ...]:
    """Return the values of PASSAGE_COLUMNS without the number, and the two vectors."""
    sentences = np.asarray(passage.sentences, "<i4").tobytes()
    place = (passage.id, passage.article_id, passage.start, passage.end)
    return (*place, sentences, to_blob(vector), to_blob(sentence_vectors))


def to_passage(row: Sequence[Any]) -> Passage:
    """Return the passage of a row of PASSAGE_COLUMNS."""
    _, name, article_id, start, end, sentences = row[:6]
    return Passage(name, article_id, start, end, to_spans(sentences))


def to_spans(blob: bytes) -> tuple[Span, ...]:
    """Return the spans packed by `passage_row`."""
    return tuple((start, end) for start, end in np.frombuffer(blob, "<i4").reshape(-1, 2).tolist())


def to_blob(vectors: Vectors) -> bytes:
    """Pack vectors in half precision; a cosine moves by less than 0.001."""
    return vectors.astype("<f2").tobytes()


def to_vectors(blob: bytes, dimension: int) -> Vectors:
    """Return vectors packed by `to_blob`, shape (n, dimension)."""
    return np.frombuffer(blob, "<f2").astype(np.float32).reshape(-1, dimension)


def leftover_row(leftover: Leftover) -> tuple[object, ...]:
    """Return the values of the leftovers table."""
    return leftover.document_id, leftover.start, leftover.end, leftover.text


_ARTICLE_FIELDS = (
    "id",
    "document_id",
    "title",
    "text",
    "source",
    "subtitle",
    "byline",
    "date",
    "url",
    "body_start",
)
