from __future__ import annotations

import pytest

from rag.collection import bounds
from rag.collection.collection import Collection
from tests.collection.conftest import PAGE, upload
from tests.collection.test_archive import packed


@pytest.mark.parametrize(
    ("name", "data", "bound", "problem"),
    [
        ("a.html", "<p>一段话。</p>" * 10, "MOST_TAGS", "标签太多"),
        ("a.txt", PAGE, "MOST_LINES", "万行"),
        ("a.docx", packed(("word/document.xml", b"<w/>" * 100)), "MOST_XML_BYTES", "文字太多"),
    ],
)
def test_what_is_endless_to_read_is_not_read(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes | str, bound: str, problem: str
) -> None:
    before = upload(collection, name, data).files[0].problems
    assert not before or problem not in before[0]
    monkeypatch.setattr(bounds, bound, 5)
    (told,) = upload(collection, name, data).files[0].problems
    assert problem in told
