"""What a question is answered from: the library as it stood at one moment, with the two indexes over it."""

from __future__ import annotations

import math
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.index import rows
from rag.index.derived import Indexes, open_indexes
from rag.index.storage import damaged, fetch, freeze
from rag.types import Article, Passage, VectorIndex, Vectors

_IMAGINED_PASSAGES = 100


class Snapshot:
    """A library at one moment. Passages go by their number, the integer that both indexes return."""

    def __init__(self, connection: sqlite3.Connection, indexes: Indexes) -> None:
        """Use `Library.snapshot`."""
        self.dense: VectorIndex = indexes.dense
        self.lexical = indexes.lexical
        self._articles = indexes.articles
        self._connection = connection
        weakref.finalize(self, connection.close)
        self._lock = threading.Lock()
        self.generation = int(self._meta("generation"))
        self.dimension = int(self._meta("dimension"))

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number."""
        return {row[0]: rows.to_passage(row) for row in self._select(rows.PASSAGE_COLUMNS, numbers)}

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        """Return the passages' vectors in the order asked for, shape (n, dimension)."""
        found = {row[0]: rows.to_vectors(row[1], self.dimension)[0] for row in self._select("number, vector", numbers)}
        return np.stack([found[number] for number in numbers]) if found else np.zeros((0, self.dimension), np.float32)

    def sentence_vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """Return each passage's sentence vectors, shape (sentences, dimension), by the passage's number."""
        found = self._select("number, sentence_vectors", numbers)
        return {row[0]: rows.to_vectors(row[1], self.dimension) for row in found}

    def numbers_of(self, article_id: str) -> list[int]:
        """Return the numbers of an article's passages, in reading order."""
        query = f"SELECT number FROM {rows.VISIBLE_PASSAGES} AND passages.article_id = ? ORDER BY start"
        return [row[0] for row in self._rows(query, [article_id])]

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return articles by id."""
        found: dict[str, Article] = {}
        for part in rows.parts(ids):
            query = f"{rows.SHOWN_ARTICLES} AND id IN ({rows.marks(part)})"
            found |= {row[0]: rows.to_article(row) for row in self._rows(query, part)}
        return found

    def article_ids(self) -> list[str]:
        """Return the ids of all articles, by document, in reading order."""
        query = f"SELECT id FROM articles {rows.JOIN_EDITS} WHERE {rows.VISIBLE} ORDER BY document_id, ordinal"
        return [row[0] for row in self._rows(query)]

    def search_articles(self, weights: Mapping[str, float], limit: int) -> dict[str, float]:
        """Return at most `limit` article ids with the BM25 of their title and whole text."""
        found = dict(self._articles.search(weights, limit, title_weight=0.0))
        owners = self._select("number, article_id", found)
        return {article_id: found[number] for number, article_id in owners}

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Return how telling each term is, as BM25 weighs it: ln(1 + (N - n + 0.5) / (n + 0.5)).

        A hundred passages are imagined besides, that hold none of the terms: among three texts a word
        that stands in two is not yet a common one.
        """
        total = len(self.lexical) + _IMAGINED_PASSAGES
        counts = self.document_frequency(terms)
        return {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in counts.items()}

    @property
    def heaviest_idf(self) -> float:
        """The weight of a term that no passage holds."""
        return math.log(1 + (len(self.lexical) + _IMAGINED_PASSAGES + 0.5) / 0.5)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each term stands, in the text or in the title."""
        total = len(self.lexical)
        return {term: min(self.lexical.document_frequency(term), total) for term in set(terms)}

    def title_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """Return of how many passages the article's title holds each term."""
        return {term: self.lexical.title_frequency(term) for term in set(terms)}

    def _meta(self, key: str) -> str:
        return str(self._rows("SELECT value FROM meta WHERE key = ?", [key])[0][0])

    def _select(self, columns: str, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
        found = []
        for part in rows.parts(numbers):
            found += self._rows(f"SELECT {columns} FROM passages WHERE number IN ({rows.marks(part)})", part)
        return found

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return fetch(self._connection, query, values)


def take_snapshot(folder: Path | None, source: sqlite3.Connection) -> Snapshot:
    """Return the library as it stands; `source` is an open connection to it.

    Raises:
        IndexDamaged: the file turns out to be broken.
    """
    connection = freeze(folder, source)
    try:
        return Snapshot(connection, open_indexes(folder, connection))
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(folder) from error
