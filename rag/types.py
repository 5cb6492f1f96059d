"""The data that flows from a file to a cited answer, and the Protocols of its steps. No logic.

All offsets count Python characters, half-open `[start, end)`, from 0. All scores: larger is better.
All vectors are float32 rows of unit length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Span = tuple[int, int]


# --- corpus ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read, or one row of a jsonl file.

    `id` is the path relative to the collection with forward slashes; for jsonl the row's id.
    `source` is what a reader knows it by: the file's path, or the row's `source`.
    `is_article` marks text that is one article already and must not be segmented.
    `page_images` are files that show the pages this text was read from (scans only).
    """

    id: str
    text: str
    source: str
    is_article: bool = False
    title: str = ""
    date: str = ""
    url: str = ""
    page_images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, with the reason in a Chinese sentence for the reader."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One story of a page.

    `text` holds the whole article in reading order: title, subtitle and byline lines where they were
    printed on the page, then the body from `body_start`; for a jsonl row it is the row's text as it
    is, with `body_start` 0. `raw_spans` are the ranges of `Document.text` that it was made from, in
    the order of `text`: joined, they equal `text` but for white space and markup.
    `date` is ISO (YYYY, YYYY-MM or YYYY-MM-DD) or empty.
    """

    id: str
    document_id: str
    title: str
    text: str
    source: str
    subtitle: str = ""
    byline: str = ""
    date: str = ""
    url: str = ""
    body_start: int = 0
    raw_spans: tuple[Span, ...] = ()
    page_images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leftover:
    """Raw text of a page that belongs to no article (a headline without its story)."""

    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A document cut into articles; together with the leftovers they cover its visible text once."""

    document: Document
    articles: tuple[Article, ...]
    leftovers: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, the unit of search.

    `article.text[start:end]` is its text; `sentences` are spans into `article.text` as well.
    """

    id: str
    article_id: str
    start: int
    end: int
    sentences: tuple[Span, ...]


# --- search ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for search.

    `text` stands alone (follow-ups completed from the history); `original` is what was typed.
    `corrections` are pairs (as typed, as printed in the collection) found by alike characters.
    """

    text: str
    original: str
    corrections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and why. Ranks count from 1; None: not among that engine's results."""

    passage: Passage
    score: float
    dense_score: float = 0.0
    lexical_score: float = 0.0
    dense_rank: int | None = None
    lexical_rank: int | None = None
    matched_terms: tuple[str, ...] = ()


# --- answer ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a hit that bears on the question: `article.text[start:end]`."""

    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked quote; made only by `rag.answer.verify`, so `article.text[start:end] == quote` holds."""

    marker: int
    article_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer: `answer.text[start:end]`, with the markers that support it."""

    start: int
    end: int
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader gets. A refusal is an answer with `refusal` set and no citations.

    `nearest` are articles offered for reading when it refuses. `notes` are Chinese sentences for the
    reader: sentences dropped by the check, printed variants, a fallback. `articles` holds every
    article that a citation, an evidence or `nearest` names, as it stood when the answer was made.
    `items` are the numbered items when the answer is a list: spans into `text`. `suggestions` are next questions.
    `engine` says who wrote it: extractive, or the model's name. `confidence`, 0…1, is how sure the refusal
    model is that the evidence answers the question.
    """

    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    hits: tuple[Hit, ...] = ()
    query: Query = Query("", "")
    refusal: str | None = None
    nearest: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    items: tuple[Span, ...] = ()
    articles: dict[str, Article] = field(default_factory=dict)
    engine: str = "extractive"
    confidence: float = 0.0
    suggestions: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the history with its answer, where that is still known."""

    question: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Event: the passages were found; sources can be shown before an answer is written."""

    query: Query
    hits: tuple[Hit, ...]
    articles: dict[str, Article]


@dataclass(frozen=True, slots=True)
class Token:
    """Event: a further piece of the draft. A draft is not verified."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Event: the verified answer, which replaces the draft."""

    answer: Answer


Event = Retrieved | Token | Done


# --- protocols ------------------------------------------------------------------------------------


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Tells encoders apart: equal fingerprints give equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """The vectors' width."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, shape (n, dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        """Return (n, dimension), one row a text, and (m, dimension), one row a span in order.

        `spans[i]` are character ranges of `texts[i]`, pooled from the same pass; m is their number.
        """
        ...


class VectorIndex(Protocol):
    """Nearest vectors by inner product, under integer ids."""

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add rows; an id that is present is replaced."""
        ...

    def remove(self, ids: Sequence[int]) -> None:
        """Remove ids; unknown ones are ignored."""
        ...

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return at most `limit` (id, cosine) pairs for one vector of shape (dimension,), best first."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """Evidence as an answerer reads it: the number it is cited by, the sentence, and where it stands."""

    number: int
    evidence: Evidence
    text: str
    title: str
    date: str


class Answerer(Protocol):
    """Writes a draft from numbered evidence; marks its claims with [number]."""

    @property
    def name(self) -> str:
        """Shown to the reader as the author of the answer."""
        ...

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """Yield pieces of the draft. Raises AnswererError when the model cannot be used."""
        ...
