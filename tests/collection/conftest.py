"""A collection over the six small articles, in a folder, with the hashing encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.application import update_library
from rag.collection.collection import Collection, Wanted
from rag.collection.preview import Preview
from rag.collection.work import Work
from rag.index.library import Library
from tests.conftest import TINY, HashingEncoder

PAGE = (
    "2021年3月5日 星期五\n"
    "A06 社会新闻\n\n"
    "长街夜市开张\n\n"
    "本报讯(记者 李青)长街夜市昨天开张。夜市设摊位126个,每晚6点到11点营业。摊位费每月300元,前三个月免收。\n\n"
    "老船厂改成博物馆\n\n"
    "本报讯(记者 王红)老船厂改建的航运博物馆本月起开放。馆内陈列船模215艘,门票20元,学生免票。"
    "馆长陈大海说,明年还要修复一艘旧渡轮。\n\n"
    "寻物启事\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, (title, text) in TINY.items():
        (folder / f"{name}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    return folder


@pytest.fixture
def collection(tmp_path: Path, sources: Path, hashing_encoder: HashingEncoder) -> Iterator[Collection]:
    folder = tmp_path / "index"
    with Library.open(folder, hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as library:
        update_library(library, hashing_encoder, [sources], 300)
        yield Collection(library, lambda: hashing_encoder, 300)


def upload(collection: Collection, name: str, data: bytes | str) -> Preview:
    """Send a file and return its preview."""
    receipt = collection.receive(name)
    receipt.write(data.encode() if isinstance(data, str) else data)
    return collection.preview(receipt.finish())


def keep(collection: Collection, *previews: Preview, titles: dict[str, str] | None = None) -> Work:
    """Keep uploads and wait until that is done."""
    collection.keep([Wanted(preview.token, titles or {}) for preview in previews])
    collection.worker.wait(30)
    return collection.worker.work


def titles_of(collection: Collection) -> list[str]:
    """Return the titles that are listed."""
    return [article.title for article in collection.catalogue().articles if not article.hidden]
