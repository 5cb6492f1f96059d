"""The FAISS and tantivy files may go missing, fall behind or break; SQLite makes them good again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.index import derived, storage
from rag.index.analyze import terms
from rag.index.changes import DocumentUpdate
from rag.index.library import Library
from rag.types import Article
from tests.conftest import HashingEncoder, index_article

Found = tuple[list[tuple[int, float]], list[tuple[int, float]]]


@pytest.fixture
def folder(tmp_path: Path, tiny_articles: list[Article], hashing_encoder: HashingEncoder) -> Path:
    """A library on disk with its derived files."""
    with opened(tmp_path) as library:
        for article in tiny_articles:
            store(library, article, hashing_encoder)
        library.snapshot()
    return tmp_path


def opened(folder: Path) -> Library:
    return Library.open(folder, HashingEncoder.fingerprint, HashingEncoder.dimension, create=True)


def store(library: Library, article: Article, encoder: HashingEncoder) -> None:
    item = index_article(article, encoder)
    library.replace_documents([DocumentUpdate(article.document_id, (article.id,), (item,))])


def search(folder: Path) -> Found:
    with opened(folder) as library:
        return find(library)


def find(library: Library) -> Found:
    snapshot = library.snapshot()
    question = "夜间门诊的挂号费是多少"
    vector = HashingEncoder().encode_queries([question])[0]
    return snapshot.dense.search(vector, 5), snapshot.lexical.search(snapshot.idf(terms(question)), 5)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "derived").rglob("*") if path.is_file())


def put(path: Path, content: bytes) -> None:
    """Put another file in its place: the old one may still be mapped into memory, where cutting it is a bus error."""
    path.unlink()
    path.write_bytes(content)


def truncate(path: Path) -> None:
    put(path, path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    put(path, content)


def test_the_files_are_used_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = search(folder)
    monkeypatch.setattr(derived, "_make", lambda *_: pytest.fail("made again"))
    assert search(folder) == expected


@pytest.mark.parametrize("breakage", [Path.unlink, truncate, flip, lambda path: put(path, b"")])
@pytest.mark.parametrize(
    "pattern", ["dense.faiss", "numbers.npy", "stamp.json", "meta.json", "*.term", "*.idx", "*.store"]
)
def test_damaged_files_are_made_again(
    folder: Path, pattern: str, breakage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    expected = search(folder)
    broken = [path for path in files_of(folder) if path.match(pattern) and path.stat().st_size > 1]
    assert broken
    for path in broken:
        breakage(path)
    with caplog.at_level(logging.WARNING):
        assert search(folder) == expected
    caplog.clear()
    assert search(folder) == expected
    assert not caplog.records


def test_missing_files_are_made_again(folder: Path) -> None:
    expected = search(folder)
    shutil.rmtree(folder / "derived")
    assert search(folder) == expected


def test_stale_files_are_brought_up_to_date(
    folder: Path, tiny_articles: list[Article], hashing_encoder: HashingEncoder
) -> None:
    with opened(folder) as library:
        library.remove_documents(["医.txt", "桥.txt"])
        store(library, tiny_articles[0], hashing_encoder)
        snapshot = library.snapshot()
        assert "article-医" not in snapshot.article_ids()
        assert snapshot.dense.ids() == snapshot.passages(snapshot.dense.ids()).keys()
        changed = find(library)
    assert len(list((folder / "derived").iterdir())) == 1
    shutil.rmtree(folder / "derived")
    dense, lexical = search(folder)
    assert dense == changed[0]
    assert [number for number, _ in lexical] == [number for number, _ in changed[1]]


def test_drafts_of_a_killed_process_are_removed_in_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = folder / "derived" / "draft-left"
    draft.mkdir()
    (folder / "derived" / ".DS_Store").touch()
    search(folder)
    assert draft.is_dir()
    monkeypatch.setattr(derived, "_ABANDONED_SECONDS", -1.0)
    search(folder)
    assert not draft.exists()


def test_where_files_cannot_be_written_the_indexes_live_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = search(folder)
    shutil.rmtree(folder / "derived")
    monkeypatch.setattr(derived, "writable", lambda _: False)
    monkeypatch.setattr(storage, "writable", lambda _: False)
    with Library.open(folder, HashingEncoder.fingerprint, HashingEncoder.dimension) as library:
        assert find(library) == expected
    assert not (folder / "derived").exists()


def test_a_library_that_cannot_be_written_shows_its_write_ahead_log(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    with opened(folder) as library:
        library.remove_documents(["医.txt"])
        for path in folder.glob("library.sqlite*"):
            shutil.copy(path, copy)
    assert (copy / "library.sqlite-wal").stat().st_size > 0
    monkeypatch.setattr(derived, "writable", lambda _: False)
    monkeypatch.setattr(storage, "writable", lambda _: False)
    with Library.open(copy, HashingEncoder.fingerprint, HashingEncoder.dimension) as library:
        assert len(list(library.articles())) == 5
        assert find(library)[0]


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("disk full")])
def test_a_full_disk_does_not_stop_the_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    expected = search(folder)
    shutil.rmtree(folder / "derived")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(derived, "_save", fail)
    assert search(folder) == expected
    assert "disk full" in caplog.text
    assert not [path for path in (folder / "derived").iterdir() if path.name.startswith("draft")]
