from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.application import known_sources
from rag.collection.collection import Collection
from rag.collection.watch import files_below, watching
from rag.config import Config
from rag.errors import CollectionError
from tests.collection.conftest import PAGE, keep, titles_of, upload


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_changes_of_the_folder_reach_the_library(collection: Collection, sources: Path) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    with watching(collection, [sources], seconds=0.05):
        (sources / "新.txt").write_text("新渡口启用\n\n新渡口昨天启用。渡船每10分钟一班,票价2元。\n", encoding="utf-8")
        until(lambda: "新渡口启用" in titles_of(collection))
        (sources / "桥.txt").unlink()
        until(lambda: "青石桥重新通车" not in titles_of(collection))
        until(lambda: collection.worker.work.message == "资料已更新：删除 1 篇")
        assert "长街夜市开张" in titles_of(collection), "uploads stay"
        number = collection.worker.work.number
        time.sleep(0.3)
        assert collection.worker.work.number == number, "nothing is done while nothing changes"


def test_a_folder_that_is_emptied_removes_nothing_and_says_so(collection: Collection, sources: Path) -> None:
    with watching(collection, [sources], seconds=0.05):
        until(lambda: collection.worker.work.state == "done")
        sources.rename(sources.with_name("elsewhere"))
        sources.mkdir()
        until(lambda: collection.worker.work.state == "failed")
        assert re.search("没有可用的文章|找不到", collection.worker.work.message)
        assert len(titles_of(collection)) == 6
        (sources / "新.txt").write_text("新渡口启用\n\n新渡口昨天启用。渡船每10分钟一班,票价2元。\n", encoding="utf-8")
        until(lambda: titles_of(collection) == ["新渡口启用"])


def test_a_source_that_does_not_exist_is_named(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="找不到"), watching(collection, [tmp_path / "none"]):
        pass


def test_hidden_files_do_not_count(sources: Path) -> None:
    before = files_below([sources])
    (sources / ".swp").write_text("x")
    (sources / ".git").mkdir()
    (sources / ".git" / "x.txt").write_text("x")
    assert files_below([sources]) == before
    assert len(files_below([sources / "桥.txt"])) == 1


def test_the_sources_of_the_last_build_are_known(collection: Collection, sources: Path) -> None:
    assert known_sources(collection.library, Config()) == [sources.resolve()]
