"""What a question is answered from: the library as it stood at one moment, with the two indexes over it."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rag.index import rows
from rag.index.dense import DenseIndex
from rag.index.lexical import LexicalIndex
from rag.types import Article, Passage, Vectors

Value = TypeVar("Value")


class Snapshot:
    """A library at one moment. Passages go by their number, the integer that both indexes return."""

    def __init__(self, connection: sqlite3.Connection, dense: DenseIndex, lexical: LexicalIndex) -> None:
        """Use `Library.snapshot`."""
        self.dense = dense
        self.lexical = lexical
        self._connection = connection
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
        query = "SELECT number FROM passages WHERE article_id = ? ORDER BY start"
        return [row[0] for row in self._rows(query, [article_id])]

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return articles by id."""
        found: dict[str, Article] = {}
        for part in _parts(ids):
            query = f"SELECT {rows.ARTICLE_COLUMNS} FROM articles WHERE id IN ({_marks(part)})"
            found |= {row[0]: rows.to_article(row) for row in self._rows(query, part)}
        return found

    def article_ids(self) -> list[str]:
        """Return the ids of all articles, by document, in reading order."""
        return [row[0] for row in self._rows("SELECT id FROM articles ORDER BY document_id, ordinal", [])]

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Return how telling each term is, as BM25 weighs it: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        total = len(self.lexical)
        counts = {term: min(self.lexical.document_frequency(term), total) for term in set(terms)}
        return {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in counts.items()}

    def _meta(self, key: str) -> str:
        return str(self._rows("SELECT value FROM meta WHERE key = ?", [key])[0][0])

    def _select(self, columns: str, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
        found = []
        for part in _parts(numbers):
            found += self._rows(f"SELECT {columns} FROM passages WHERE number IN ({_marks(part)})", part)
        return found

    def _rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def take_snapshot(folder: Path | None, source: sqlite3.Connection) -> Snapshot:
    """Return the library as it stands; `source` is an open connection to it."""
    connection = _frozen_connection(folder, source)
    dimension = int(connection.execute("SELECT value FROM meta WHERE key = 'dimension'").fetchone()[0])
    dense, lexical = DenseIndex(dimension), LexicalIndex()
    numbers = [row[0] for row in connection.execute("SELECT number FROM passages")]
    fill_dense(dense, connection, numbers)
    fill_lexical(lexical, connection, numbers)
    return Snapshot(connection, dense, lexical)


def _frozen_connection(folder: Path | None, source: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection that keeps seeing the library as it is now."""
    if folder is None:
        copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        source.backup(copy)
        return copy
    (path,) = [row[2] for row in source.execute("PRAGMA database_list") if row[1] == "main"]
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM meta").fetchone()
    return connection


def fill_dense(index: DenseIndex, connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Add the vectors of passages to an index."""
    for part in _parts(numbers):
        found = connection.execute(f"SELECT number, vector FROM passages WHERE number IN ({_marks(part)})", part)
        pairs = found.fetchall()
        vectors = np.concatenate([rows.to_vectors(blob, index.dimension) for _, blob in pairs])
        index.add([number for number, _ in pairs], vectors)


def fill_lexical(index: LexicalIndex, connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Add the texts of passages to an index."""
    query = (
        "SELECT number, title, substr(text, start + 1, end - start) FROM passages "
        "JOIN articles ON articles.id = article_id WHERE number IN ({})"
    )
    index.add(row for part in _parts(numbers) for row in connection.execute(query.format(_marks(part)), part))


def _parts(values: Iterable[Value]) -> list[list[Value]]:
    items = list(values)
    return [items[at : at + 500] for at in range(0, len(items), 500)]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
