"""A page rendered here, in two columns, is read as a scan and cut into its articles."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from rag.corpus.layout import Layout
from rag.corpus.read import read_collection, read_file
from rag.corpus.scan import Scanner, read_lines
from rag.corpus.segment import segment
from rag.errors import MissingExtra, ReadError
from rag.types import Document, Skipped
from tests.corpus.pagecheck import check_page, wrong_articles
from tests.scanned import rendered_page

GOLD = [
    {"title": "城南新图书馆开门迎客", "starts_with": "昨天上午,城南区图书馆", "ends_with": "在手机上预约座位。"},
    {"title": "菜场里来了修鞋匠", "starts_with": "老城街道的柳荫菜场", "ends_with": "修了四十年鞋。"},
]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path]:
    folder = tmp_path_factory.mktemp("scans")
    (folder / "page.png").write_bytes(rendered_page())
    (document,) = read_file(folder / "page.png", folder, folder / "images")
    return document, folder


def test_a_scanned_page_is_cut_into_its_articles(scanned: tuple[Document, Path]) -> None:
    document, _ = scanned
    page = segment(document)
    check_page(page)
    assert wrong_articles(page, GOLD) == []
    assert "周末和节假日也不闭馆" in page.articles[0].text


def test_every_article_names_the_image_of_its_page(scanned: tuple[Document, Path]) -> None:
    document, folder = scanned
    for article in segment(document).articles:
        assert article.page_images == document.page_images
    (image,) = document.page_images
    assert (folder / "images" / image).read_bytes().startswith(b"\xff\xd8")


def test_the_places_of_the_words_are_kept_with_the_image(scanned: tuple[Document, Path]) -> None:
    document, folder = scanned
    page = read_lines(folder / "images" / document.page_images[0])
    assert (page.width, page.height) == (1240, 620)
    assert "".join("".join(line.text for line in page.lines).split()) == "".join(document.text.split())
    place = next(line for line in page.lines if "菜场里来了修鞋匠" in line.text)
    assert 640 < place.left < 700
    assert place.top > 140
    with pytest.raises(ReadError, match="wenbao build"):
        read_lines(folder / "images" / "none.jpg")


def test_a_page_kept_is_not_read_again(scanned: tuple[Document, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    document, folder = scanned
    monkeypatch.setattr(Scanner, "_boxes", lambda *_: pytest.fail("read again"))
    assert list(read_file(folder / "page.png", folder, folder / "images")) == [document]


def test_pages_of_a_pdf_without_text_are_read_as_scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    pages = [Image.new("RGB", (300, 400), shade) for shade in ("white", "gray")]
    pages[0].save(tmp_path / "scan.pdf", save_all=True, append_images=pages[1:])
    texts = iter(["新馆开门迎客\n\n昨天,新馆开门。", "菜场里来了修鞋匠\n\n本报讯 昨天,他来了。"])
    monkeypatch.setattr("rag.corpus.scan.lay_out", lambda _: Layout(next(texts), ()))
    monkeypatch.setattr(Scanner, "_boxes", lambda *_: [])
    (document,) = read_file(tmp_path / "scan.pdf", tmp_path, tmp_path / "images")
    assert len(document.page_images) == 2
    first, second = segment(document).articles
    assert (first.title, first.page_images) == ("新馆开门迎客", document.page_images[:1])
    assert (second.title, second.page_images) == ("菜场里来了修鞋匠", document.page_images[1:])


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setitem(sys.modules, "rapidocr", None)
    Image.new("RGB", (100, 100), "white").save(tmp_path / "a.png")
    (skipped,) = read_collection([tmp_path])
    assert isinstance(skipped, Skipped)
    assert "pip install 'wenbao[ocr]'" in skipped.reason
    with pytest.raises(MissingExtra):
        Scanner().read_image((tmp_path / "a.png").read_bytes())


def test_a_damaged_image_is_refused() -> None:
    for data in (b"\x89PNG\r\n\x1a\n broken", b"GIF89a", b""):
        with pytest.raises(ReadError, match="图片"):
            Scanner().read_image(data)


def test_what_was_read_is_kept_as_plain_json(scanned: tuple[Document, Path]) -> None:
    document, folder = scanned
    (record,) = (folder / "images").glob("*.json")
    assert json.loads(record.read_text(encoding="utf-8")) == [[document.text, document.page_images[0]]]
