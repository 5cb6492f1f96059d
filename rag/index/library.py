"""The library: articles, passages and vectors in SQLite, the only truth of an index folder.

One process may write while others read. A `Snapshot` is what a question is answered from: it stays as it was
when it was taken.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.index import changes, rows, storage
from rag.index.changes import DocumentUpdate
from rag.index.feedback import Feedback, answer_record
from rag.index.listing import CONTAINING, LISTING, Listed, to_listed
from rag.index.snapshot import Snapshot, take_snapshot
from rag.types import Answer, Article, Leftover

COLLECTION, UPLOAD = "collection", "upload"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a library holds."""

    documents: int
    articles: int
    passages: int
    leftovers: int


class Library:
    """An open library. Methods may be called from any thread."""

    def __init__(self, folder: Path | None, connection: sqlite3.Connection) -> None:
        """Use `Library.open`."""
        self.folder = folder
        self._connection = connection
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._build_lock = threading.Lock()
        self._builds = 0

    @classmethod
    def open(cls, folder: Path | None, fingerprint: str | None, dimension: int, create: bool = False) -> Library:
        """Open the library in a folder, or an empty one in memory without a folder.

        Without a fingerprint the encoder is not checked: enough for reading articles.

        Raises:
            IndexMissing: there is none, and `create` is false.
            IndexDamaged: the file is no library.
            EncoderMismatch: it was made with another encoder.
        """
        connection = storage.connect(folder, create or folder is None)
        try:
            if create or folder is None:
                storage.prepare(connection, fingerprint or "", dimension)
            storage.check(connection, folder, fingerprint)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise storage.damaged(folder) from error
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

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        return int(self.meta("dimension") or 0)

    def meta(self, key: str) -> str | None:
        """Return a stored setting."""
        found = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return found[0][0] if found else None

    def counts(self) -> Counts:
        """Count what can be found; hidden articles are left out."""
        shown = f"articles {rows.JOIN_EDITS} WHERE {rows.VISIBLE}"
        tables = ("documents", shown, rows.VISIBLE_PASSAGES, "leftovers")
        return Counts(*(self._rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables))

    def articles(self) -> Iterator[Article]:
        """Yield all articles that are not hidden, by document, in reading order."""
        query = f"SELECT id FROM articles {rows.JOIN_EDITS} WHERE {rows.VISIBLE} ORDER BY document_id, ordinal"
        for part in rows.parts(row[0] for row in self._rows(query)):
            found = self.articles_by_id(part)
            yield from (found[name] for name in part if name in found)

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist and are not hidden, by id."""
        found = self._in(f"{rows.SHOWN_ARTICLES} AND id IN", ids)
        return {row[0]: rows.to_article(row) for row in found}

    def stored_articles(self, document_ids: Iterable[str]) -> dict[str, list[Article]]:
        """Return the articles of documents as they were built, hidden ones and titles before edits included."""
        found: dict[str, list[Article]] = {name: [] for name in document_ids}
        for row in self._in(f"SELECT {rows.STORED_COLUMNS} FROM articles WHERE document_id IN", found):
            found[row[1]].append(rows.to_article(row))
        return found

    def hidden_articles(self) -> list[Article]:
        """Return the articles that were hidden, as they were built."""
        wanted = "id IN (SELECT article_id FROM edits WHERE hidden = 1)"
        query = f"SELECT {rows.STORED_COLUMNS} FROM articles WHERE {wanted} ORDER BY document_id, ordinal"
        return [rows.to_article(row) for row in self._rows(query)]

    def listing(self) -> list[Listed]:
        """Return one line an article, hidden ones too: uploads first, then by source, in reading order."""
        return [to_listed(row) for row in self._rows(LISTING)]

    def ids_containing(self, words: str) -> set[str]:
        """Return the ids of the articles whose text holds the words as they are, hidden ones too."""
        return {row[0] for row in self._rows(CONTAINING, (words,))}

    def feedback(self) -> list[Feedback]:
        """Return what readers said, oldest first."""
        found = self._rows("SELECT time, question, answer, verdict, reason FROM feedback ORDER BY number")
        return [Feedback(*row) for row in found]

    def document_ids(self, origin: str | None = None) -> list[str]:
        """Return the ids of all documents, or of those of one origin."""
        where, values = ("WHERE origin = ?", (origin,)) if origin else ("", ())
        return [row[0] for row in self._rows(f"SELECT id FROM documents {where} ORDER BY id", values)]

    def leftovers(self) -> list[Leftover]:
        """Return the text that belongs to no article."""
        found = self._rows("SELECT document_id, start, end, text FROM leftovers ORDER BY document_id, start")
        return [Leftover(*row) for row in found]

    def snapshot(self) -> Snapshot:
        """Return what can be searched now: the same object until the library changes and no build is under way."""
        with self._lock:
            taken = self._snapshot
            if taken is None or (taken.generation != self.generation and not self._being_built()):
                taken = self._snapshot = take_snapshot(self.folder, self._connection)
            return taken

    # --- writing ----------------------------------------------------------------------------------

    def replace_documents(self, updates: Sequence[DocumentUpdate], origin: str = COLLECTION) -> None:
        """Store what documents hold now, all or nothing; articles they no longer hold are removed."""
        with self._writing() as connection:
            for update in updates:
                changes.replace(connection, update, origin)

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Remove documents with their articles, all or nothing."""
        with self._writing() as connection:
            for name in document_ids:
                changes.remove(connection, name)

    def set_title(self, article_id: str, title: str | None) -> None:
        """Show an article under another title, as long as its content stays; None takes that back."""
        with self._writing() as connection:
            changes.edit(connection, article_id, "new_title", title)
            changes.renumber(connection, article_id)

    def hide(self, article_ids: Iterable[str], hidden: bool = True) -> None:
        """Leave articles out of lists and search, through rebuilds too, or take them back in."""
        with self._writing() as connection:
            for article_id in article_ids:
                changes.edit(connection, article_id, "hidden", int(hidden))

    def add_feedback(self, question: str, answer: Answer, verdict: str, reason: str) -> None:
        """Keep a reader's judgement of an answer."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = (now, question, answer_record(answer), verdict, reason)
        with self._lock:
            query = "INSERT INTO feedback (time, question, answer, verdict, reason) VALUES (?, ?, ?, ?, ?)"
            self._connection.execute(query, values)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the right to build; meanwhile snapshots stay as they are.

        Raises:
            LibraryError: another process is building.
        """
        with self._build_lock:
            self._builds += 1
            try:
                with nullcontext() if self.folder is None else storage.only_builder(self.folder):
                    yield
            finally:
                self._builds -= 1

    def compact(self) -> None:
        """Merge the write-ahead log into the file, as far as no reader needs it."""
        if self.folder is not None:
            self._rows("PRAGMA wal_checkpoint(PASSIVE)")

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting."""
        with self._lock, self._connection:
            changes.set_meta(self._connection, key, value)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            changes.set_meta(self._connection, "generation", str(self.generation + 1))

    def _being_built(self) -> bool:
        return self._builds > 0 or (self.folder is not None and storage.being_built(self.folder))

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return storage.fetch(self._connection, query, values)

    def _in(self, query: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
        """Return the articles' rows for values of the column that the query ends with, in reading order."""
        return [
            row
            for part in rows.parts(values)
            for row in self._rows(f"{query} ({rows.marks(part)}) ORDER BY ordinal", part)
        ]
