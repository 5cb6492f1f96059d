"""The FAISS and tantivy files of a library: made from SQLite, and made again whenever they do not fit it.

They stand in `derived/{library}-{generation}/` with a stamp that is written last and holds every file's size
and checksum. A newer generation starts from the files of an older one and changes only what differs.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import time
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.index import rows
from rag.index.dense import DenseIndex
from rag.index.lexical import LexicalIndex
from rag.index.storage import writable

_FOLDER, _STAMP, _DENSE, _LEXICAL, _NUMBERS = "derived", "stamp.json", "dense.faiss", "lexical", "numbers.npy"
_ARTICLES, _HEADS = "articles", "heads.npy"
_ABANDONED_SECONDS = 3600.0
_UNWRITABLE = (OSError, ValueError, RuntimeError)  # tantivy and FAISS have their own words for a full disk

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes over the same passages, and the one over whole articles.

    An article goes by the number of its first passage, its head.
    """

    dense: DenseIndex
    lexical: LexicalIndex
    numbers: frozenset[int]
    articles: LexicalIndex
    heads: frozenset[int]


def open_indexes(folder: Path | None, connection: sqlite3.Connection) -> Indexes:
    """Return the indexes over the passages that `connection` sees, from files where they can be had."""
    wanted = frozenset(row[0] for row in connection.execute(f"SELECT number FROM {rows.VISIBLE_PASSAGES}"))
    if folder is None or not writable(folder):
        return _changed(_empty(connection, None), connection, wanted)
    name = "-".join(_meta(connection, key) for key in ("library", "generation"))
    place = folder / _FOLDER
    ready = _load(place / name)
    if ready is None or ready.numbers != wanted:
        ready = _make(place, name, connection, wanted)
    _clear(place, name)
    return ready


def _make(place: Path, name: str, connection: sqlite3.Connection, wanted: frozenset[int]) -> Indexes:
    draft = place / f"draft-{uuid.uuid4().hex}"
    try:
        _write(draft, place / name, connection, wanted)
        ready = _load(place / name)
    except _UNWRITABLE as error:
        logger.warning("索引文件没能写入 %s（%s），这次在内存里重建", place, error)
        shutil.rmtree(draft, ignore_errors=True)
        ready = None
    return ready or _changed(_empty(connection, None), connection, wanted)


def _write(draft: Path, target: Path, connection: sqlite3.Connection, wanted: frozenset[int]) -> None:
    """Make the files in a draft folder, close them, and put it in place."""
    base = _copy_latest(target.parent, target.name.split("-")[0], draft) or _empty(connection, draft)
    _save(_changed(base, connection, wanted), draft)
    del base
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)


def _empty(connection: sqlite3.Connection, folder: Path | None) -> Indexes:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        for name in (_LEXICAL, _ARTICLES):
            (folder / name).mkdir(parents=True)
    passages, articles = (LexicalIndex(folder and folder / name) for name in (_LEXICAL, _ARTICLES))
    return Indexes(DenseIndex(int(_meta(connection, "dimension"))), passages, frozenset(), articles, frozenset())


def _changed(base: Indexes, connection: sqlite3.Connection, wanted: frozenset[int]) -> Indexes:
    """Add and remove what differs; `base` itself is changed."""
    gone, new = sorted(base.numbers - wanted), sorted(wanted - base.numbers)
    base.dense.remove(gone)
    for part in rows.parts(new):
        query = f"SELECT number, vector FROM passages WHERE number IN ({rows.marks(part)})"
        found = connection.execute(query, part).fetchall()
        vectors = np.concatenate([rows.to_vectors(blob, base.dense.dimension) for _, blob in found])
        base.dense.add([number for number, _ in found], vectors)
    base.lexical.change(gone, _texts(connection, new))
    heads = _heads(connection)
    base.articles.change(sorted(base.heads - heads), _articles(connection, sorted(heads - base.heads)))
    return Indexes(base.dense, base.lexical, wanted, base.articles, heads)


def _heads(connection: sqlite3.Connection) -> frozenset[int]:
    return frozenset(
        row[0] for row in connection.execute(f"SELECT min(number) FROM {rows.VISIBLE_PASSAGES} GROUP BY article_id")
    )


def _articles(connection: sqlite3.Connection, heads: Sequence[int]) -> Iterable[tuple[int, str, str]]:
    for part in rows.parts(heads):
        found = connection.execute(
            f"SELECT number, {rows.SHOWN_TITLE}, text FROM passages JOIN articles "
            f"ON articles.id = passages.article_id {rows.JOIN_EDITS} WHERE number IN ({rows.marks(part)})",
            part,
        )
        yield from ((number, "", f"{title}\n{text}") for number, title, text in found)


def _texts(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterable[tuple[int, str, str]]:
    for part in rows.parts(numbers):
        found = connection.execute(
            f"SELECT number, {rows.SHOWN_TITLE}, text, start, end FROM passages JOIN articles "
            f"ON articles.id = passages.article_id {rows.JOIN_EDITS} WHERE number IN ({rows.marks(part)})",
            part,
        )
        yield from ((number, title, text[start:end]) for number, title, text, start, end in found)


def _save(indexes: Indexes, folder: Path) -> None:
    indexes.dense.save(folder / _DENSE)
    np.save(folder / _NUMBERS, np.array(sorted(indexes.numbers), np.int64))
    np.save(folder / _HEADS, np.array(sorted(indexes.heads), np.int64))
    (folder / _STAMP).write_text(json.dumps(_sums(folder)), encoding="utf-8")


def _load(folder: Path) -> Indexes | None:
    """Return the indexes of a folder; None when they are missing, unfinished or damaged."""
    try:
        if json.loads((folder / _STAMP).read_text(encoding="utf-8")) != _sums(folder):
            raise ValueError("checksums differ")
        return _open(folder)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RuntimeError) as error:
        logger.warning("索引文件 %s 已损坏（%s），从资料库重建", folder, error)
        return None


def _copy_latest(place: Path, library: str, target: Path) -> Indexes | None:
    """Copy the newest usable generation to `target` and open it there; None when there is none."""
    older = [folder for folder in place.glob(f"{library}-*") if folder.name.split("-")[1].isdigit()]
    for folder in sorted(older, key=lambda folder: int(folder.name.split("-")[1]), reverse=True):
        if _load(folder) is not None:
            shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*.lock", _STAMP))
            return _open(target)
    return None


def _open(folder: Path) -> Indexes:
    numbers, heads = (frozenset(np.load(folder / name).tolist()) for name in (_NUMBERS, _HEADS))
    passages, articles = (LexicalIndex(folder / name) for name in (_LEXICAL, _ARTICLES))
    return Indexes(DenseIndex.load(folder / _DENSE), passages, numbers, articles, heads)


def _clear(place: Path, name: str) -> None:
    """Remove older generations, other libraries', and drafts that a killed process left."""
    for folder in place.iterdir() if place.is_dir() else ():
        if _stale(folder, name):
            shutil.rmtree(folder, ignore_errors=True)


def _stale(folder: Path, name: str) -> bool:
    library, generation = name.split("-")
    owner, _, number = folder.name.partition("-")
    if owner == "draft":
        return time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS
    return number.isdigit() and (owner != library or int(number) < int(generation))


def _sums(folder: Path) -> dict[str, list[int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {
        path.relative_to(folder).as_posix(): [path.stat().st_size, zlib.crc32(path.read_bytes())]
        for path in files
        if path.name != _STAMP
    }


def _meta(connection: sqlite3.Connection, key: str) -> str:
    return str(connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])
