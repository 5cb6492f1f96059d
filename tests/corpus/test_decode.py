"""The encoding of Chinese text is told from its bytes."""

from __future__ import annotations

import pytest

from rag.corpus.decode import decode
from rag.errors import ReadError

SIMPLIFIED = "昨天,区图书馆的新馆开门迎客,第一天就来了三千多名读者。"
TRADITIONAL = "昨天，區圖書館的新館開門迎客，第一天就來了三千多名讀者。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_simplified(encoding: str) -> None:
    data = SIMPLIFIED.encode(encoding)
    assert decode(b"\xff\xfe" + data if encoding == "utf-16-le" else data) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "big5hkscs", "gb18030"])
def test_traditional(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize("text", ["新馆", "开门。", "本报讯", "第一天"])
def test_few_words_of_gb18030(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


def test_latin_text_is_plain() -> None:
    assert decode(b"plain words") == "plain words"


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"\x00text", b"\xff\xfe\x00", bytes(range(128, 256)) * 9, b"\x07" * 40]
)
def test_no_text(data: bytes) -> None:
    with pytest.raises(ReadError):
        decode(data)
