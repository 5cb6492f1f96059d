"""The library: articles, passages and vectors in SQLite, the only truth of an index folder.

One process may write while others read. A `Snapshot` is what a question is answered from: it stays as it was
when it was taken.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import EncoderMismatch, IndexDamaged, IndexMissing
from rag.index import rows
from rag.index.snapshot import Snapshot, take_snapshot
from rag.types import Article, Leftover, Passage, Vectors

FILE_NAME = "library.sqlite"
COLLECTION, UPLOAD = "collection", "upload"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a library holds."""

    documents: int
    articles: int
    passages: int
    leftovers: int


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with its passages; `vectors` (passages, dimension), `sentence_vectors` one array a passage."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: Vectors
    sentence_vectors: tuple[Vectors, ...]


@dataclass(frozen=True, slots=True)
class DocumentUpdate:
    """What a document holds now: its article ids in order, those of them that are new, and its leftovers."""

    document_id: str
    article_ids: tuple[str, ...]
    new: tuple[IndexedArticle, ...]
    leftovers: tuple[Leftover, ...] = ()


class Library:
    """An open library. Methods may be called from any thread."""

    def __init__(self, folder: Path | None, connection: sqlite3.Connection) -> None:
        """Use `Library.open`."""
        self.folder = folder
        self._connection = connection
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None

    @classmethod
    def open(cls, folder: Path | None, fingerprint: str | None, dimension: int, create: bool = False) -> Library:
        """Open the library in a folder, or an empty one in memory without a folder.

        Without a fingerprint the encoder is not checked: enough for reading articles.

        Raises:
            IndexMissing: there is none, and `create` is false.
            IndexDamaged: the file is no library.
            EncoderMismatch: it was made with another encoder.
        """
        connection = _connect(folder, create or folder is None)
        try:
            if create or folder is None:
                _prepare(connection, fingerprint or "", dimension)
            _check(connection, folder, fingerprint)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _damaged(folder) from error
        except Exception:
            connection.close()
            raise
        return cls(folder, connection)

    def close(self) -> None:
        """Close the library; snapshots stay usable."""
        with self._lock:
            self._snapshot = None
            self._connection.close()

    def __enter__(self) -> Library:
        """Return the library itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the library."""
        self.close()

    # --- reading ----------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """Count of changes to what can be found."""
        return int(self.meta("generation") or 0)

    def meta(self, key: str) -> str | None:
        """Return a stored setting."""
        found = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return found[0][0] if found else None

    def counts(self) -> Counts:
        """Count what is there."""
        tables = ("documents", "articles", "passages", "leftovers")
        return Counts(*(self._rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables))

    def articles(self) -> Iterator[Article]:
        """Yield all articles, by document, in reading order."""
        for (article_id,) in self._rows("SELECT id FROM articles ORDER BY document_id, ordinal"):
            yield from self.articles_by_id([article_id]).values()

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist, by id."""
        return {article.id: article for article in self._articles("id", ids)}

    def articles_of(self, document_ids: Iterable[str]) -> dict[str, list[Article]]:
        """Return the articles of each document, in reading order."""
        found: dict[str, list[Article]] = {name: [] for name in document_ids}
        for article in self._articles("document_id", found):
            found[article.document_id].append(article)
        return found

    def document_ids(self, origin: str | None = None) -> list[str]:
        """Return the ids of all documents, or of those of one origin."""
        where, values = ("WHERE origin = ?", (origin,)) if origin else ("", ())
        return [row[0] for row in self._rows(f"SELECT id FROM documents {where} ORDER BY id", values)]

    def leftovers(self) -> list[Leftover]:
        """Return the text that belongs to no article."""
        found = self._rows("SELECT document_id, start, end, text FROM leftovers ORDER BY document_id, start")
        return [Leftover(*row) for row in found]

    def snapshot(self) -> Snapshot:
        """Return what can be searched now; the same object until the library changes."""
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != self.generation:
                self._snapshot = take_snapshot(self.folder, self._connection)
            return self._snapshot

    # --- writing ----------------------------------------------------------------------------------

    def replace_documents(self, updates: Sequence[DocumentUpdate], origin: str = COLLECTION) -> None:
        """Store what documents hold now, all or nothing; articles they no longer hold are removed."""
        with self._writing() as connection:
            for update in updates:
                _replace(connection, update, origin)

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Remove documents with their articles, all or nothing."""
        with self._writing() as connection:
            for name in document_ids:
                _replace(connection, DocumentUpdate(name, (), ()), "")
                connection.execute("DELETE FROM documents WHERE id = ?", (name,))

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting."""
        with self._lock, self._connection:
            _set_meta(self._connection, key, value)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            _set_meta(self._connection, "generation", str(self.generation + 1))

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _articles(self, column: str, values: Iterable[str]) -> list[Article]:
        wanted = list(values)
        found: list[Article] = []
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            marks = ",".join("?" * len(part))
            query = f"SELECT {rows.ARTICLE_COLUMNS} FROM articles WHERE {column} IN ({marks}) ORDER BY ordinal"
            found += [rows.to_article(row) for row in self._rows(query, part)]
        return found


def _connect(folder: Path | None, create: bool) -> sqlite3.Connection:
    if folder is None:
        return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    path = folder / FILE_NAME
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise IndexMissing(f"{folder} 里还没有索引，请先运行 wenbao build")
    try:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError as error:
        raise _damaged(folder) from error
    return connection


def _prepare(connection: sqlite3.Connection, fingerprint: str, dimension: int) -> None:
    connection.executescript(f"BEGIN IMMEDIATE; {rows.SCHEMA} COMMIT;")
    settings = {"schema": rows.SCHEMA_VERSION, "library": uuid.uuid4().hex, "fingerprint": fingerprint}
    settings |= {"dimension": str(dimension), "generation": "0"}
    connection.executemany("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", settings.items())


def _check(connection: sqlite3.Connection, folder: Path | None, fingerprint: str | None) -> None:
    meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    if meta.get("schema") != rows.SCHEMA_VERSION:
        raise IndexDamaged(f"{folder} 里的索引是另一个版本做的，请删除这个文件夹里的内容后重新运行 wenbao build")
    if fingerprint is not None and meta["fingerprint"] != fingerprint:
        raise EncoderMismatch(
            f"{folder} 里的索引是用另一个向量模型（{meta['fingerprint']}）做的，现在的是 {fingerprint}："
            "请改回原来的模型，或换一个索引文件夹重新运行 wenbao build"
        )


def _damaged(folder: Path | None) -> IndexDamaged:
    return IndexDamaged(f"{folder} 里的索引已损坏，请删除这个文件夹里的内容后重新运行 wenbao build")


def _set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def _replace(connection: sqlite3.Connection, update: DocumentUpdate, origin: str) -> None:
    name = update.document_id
    fresh = {item.article.id for item in update.new}
    kept = set(update.article_ids) - fresh
    stored = {row[0] for row in connection.execute("SELECT id FROM articles WHERE document_id = ?", (name,))}
    for article_id in stored - kept:
        connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    order = {article_id: ordinal for ordinal, article_id in enumerate(update.article_ids)}
    for item in update.new:
        _insert(connection, item, order[item.article.id])
    for article_id in kept:
        connection.execute("UPDATE articles SET ordinal = ? WHERE id = ?", (order[article_id], article_id))
    connection.execute("DELETE FROM leftovers WHERE document_id = ?", (name,))
    leftovers = [rows.leftover_row(leftover) for leftover in update.leftovers]
    connection.executemany("INSERT INTO leftovers VALUES (?, ?, ?, ?)", leftovers)
    connection.execute("INSERT OR REPLACE INTO documents (id, origin) VALUES (?, ?)", (name, origin))


def _insert(connection: sqlite3.Connection, item: IndexedArticle, ordinal: int) -> None:
    columns = rows.ARTICLE_COLUMNS.replace("articles.", "")
    values = rows.article_row(item.article, ordinal)
    connection.execute(f"INSERT INTO articles ({columns}, ordinal) VALUES ({','.join('?' * 13)})", values)
    passages = [
        rows.passage_row(passage, vector, sentences)
        for passage, vector, sentences in zip(item.passages, item.vectors, item.sentence_vectors, strict=True)
    ]
    columns = "id, article_id, start, end, sentences, vector, sentence_vectors"
    connection.executemany(f"INSERT INTO passages ({columns}) VALUES (?,?,?,?,?,?,?)", passages)
