"""Open the SQLite file of a library, and see that it is the one wanted."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import EncoderMismatch, IndexDamaged, IndexMissing, LibraryError
from rag.index.rows import SCHEMA, SCHEMA_VERSION

FILE_NAME = "library.sqlite"
LOCK_NAME = "building.sqlite"
_SECONDS = 30.0  # to wait for another process's transaction


def connect(folder: Path | None, create: bool) -> sqlite3.Connection:
    """Open the library's file, or an empty database in memory without a folder.

    A folder that cannot be written is read as it is.

    Raises:
        IndexMissing: there is none, and `create` is false.
        IndexDamaged: the file is no database.
    """
    if folder is None:
        return _open(":memory:")
    path = folder / FILE_NAME
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise IndexMissing(f"{folder} 里还没有索引，请先运行 wenbao build")
    if not create and not writable(folder):
        return _open_read_only(path)
    connection = _open(str(path))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(folder) from error
    return connection


def freeze(folder: Path | None, source: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection that keeps seeing what `source` sees now."""
    (name,) = [row[2] for row in source.execute("PRAGMA database_list") if row[1] == "main"]
    if folder is None or not name:
        copy = _open(":memory:")
        source.backup(copy)
        return copy
    connection = connect(folder, create=False)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM meta").fetchone()
    return connection


def fetch(connection: sqlite3.Connection, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a query.

    Raises:
        IndexDamaged: the file turns out to be broken.
    """
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise damaged(None) from error


def writable(folder: Path) -> bool:
    """Tell whether files can be made in a folder and the library in it can be changed."""
    path = folder / FILE_NAME
    return os.access(folder, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def prepare(connection: sqlite3.Connection, fingerprint: str, dimension: int) -> None:
    """Make the tables that are not there yet."""
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
    settings = {"schema": SCHEMA_VERSION, "library": uuid.uuid4().hex, "fingerprint": fingerprint}
    settings |= {"dimension": str(dimension), "generation": "0"}
    connection.executemany("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", settings.items())


def check(connection: sqlite3.Connection, folder: Path | None, fingerprint: str | None) -> None:
    """See that the tables are of this version and the vectors of this encoder.

    Raises:
        IndexDamaged: they are of another version.
        EncoderMismatch: the vectors were made with another encoder.
    """
    meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    if meta.get("schema") != SCHEMA_VERSION:
        raise IndexDamaged(f"{folder} 里的索引是另一个版本做的，请删除其中的 {FILE_NAME} 后重新运行 wenbao build")
    if fingerprint is not None and meta["fingerprint"] != fingerprint:
        raise EncoderMismatch(
            f"{folder} 里的索引是用另一个向量模型（{meta['fingerprint']}）做的，现在的是 {fingerprint}："
            "请改回原来的模型，或换一个索引文件夹重新运行 wenbao build"
        )


def damaged(folder: Path | None) -> IndexDamaged:
    """Return the error that says so."""
    place = f"{folder} 里的索引" if folder else "索引"
    return IndexDamaged(f"{place}已损坏，请删除索引文件夹里的 {FILE_NAME} 后重新运行 wenbao build")


@contextmanager
def only_builder(folder: Path, patience: float = 1.0) -> Iterator[None]:
    """Hold the right to build in a folder; a process that is killed gives it back.

    `patience` is how many seconds to wait for another holder: those who only look hold it for an instant.

    Raises:
        LibraryError: another process is building there.
    """
    lock = sqlite3.connect(folder / LOCK_NAME, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise LibraryError(f"另一个 wenbao build 正在更新 {folder}，请等它结束后再试") from error
        yield
    finally:
        lock.close()


def being_built(folder: Path) -> bool:
    """Tell whether some process is building in a folder."""
    if not (folder / LOCK_NAME).is_file() or not writable(folder):
        return False
    try:
        with only_builder(folder, patience=0):
            return False
    except LibraryError:
        return True


def _open(target: str, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(target, timeout=_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Open a file that cannot change; what its write-ahead log still holds is merged in a copy."""
    log = path.with_name(path.name + "-wal")
    if not log.is_file() or log.stat().st_size == 0:
        return _open(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection = _open(":memory:")
    with tempfile.TemporaryDirectory() as scratch:
        for file in (path, log):
            (Path(scratch) / file.name).write_bytes(file.read_bytes())
        copy = _open(str(Path(scratch) / path.name))
        copy.backup(connection)
        copy.close()
    return connection
