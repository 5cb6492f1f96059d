"""A page rendered here, in two columns, is read as a scan and cut into its articles."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from rag.corpus.read import read_collection, read_file
from rag.corpus.scan import Scanner
from rag.corpus.segment import segment
from rag.errors import MissingExtra, ReadError
from rag.types import Document, Skipped
from tests.corpus.pagecheck import check_page, wrong_articles

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
FONT_NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK*.ttc",
    "NotoSerifCJK*.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "wqy-*.ttc",
)
SIZE = 26
FIRST = (
    "本报讯(记者 陈路)昨天上午,城南区图书馆的新馆开门迎客,第一天就来了三千多名读者,借出图书五千余册。新馆位于柳河东岸,"
    "地上六层,地下两层,共有阅览座位一千二百个。"
)
SECOND = "为了方便上班族,新馆的自习室每天开放到晚上十点半,周末和节假日也不闭馆。读者可以提前三天在手机上预约座位。"
THIRD = "老城街道的柳荫菜场最近有了一个修补角,修鞋、配钥匙、磨剪刀都可以在这里做。摊主王师傅今年六十二岁,修了四十年鞋。"
GOLD = [
    {"title": "城南新图书馆开门迎客", "starts_with": "昨天上午,城南区图书馆", "ends_with": "在手机上预约座位。"},
    {"title": "菜场里来了修鞋匠", "starts_with": "老城街道的柳荫菜场", "ends_with": "修了四十年鞋。"},
]


def _font() -> str:
    found = [str(path) for folder in FONTS for name in FONT_NAMES for path in sorted(Path(folder).rglob(name))]
    if not found:
        pytest.skip("no Chinese font on this machine")
    return found[0]


def _rendered_page() -> bytes:
    """A headline across two columns, a paragraph cut by the column break, and a second story in the right column."""
    pytest.importorskip("rapidocr")
    pytest.importorskip("onnxruntime")
    from PIL import Image, ImageDraw, ImageFont

    path = _font()
    font = ImageFont.truetype(path, SIZE, index=2 if "CJK" in path else 0)  # 2: simplified glyphs
    image = Image.new("L", (1240, 620), 255)
    draw = ImageDraw.Draw(image)
    draw.text((60, 30), "城南新图书馆开门迎客 全年不打烊", font=font.font_variant(size=54), fill=0)

    def column(left: int, top: int, text: str) -> int:
        for start in range(0, len(text), 20):
            draw.text((left, top), text[start : start + 20], font=font, fill=0)
            top += int(SIZE * 1.45)
        return top

    below = column(60, 140, "\u3000\u3000" + FIRST)
    column(60, below, "\u3000\u3000" + SECOND[:34])
    below = column(660, 140, SECOND[34:])
    draw.text((660, below + 30), "菜场里来了修鞋匠", font=font.font_variant(size=42), fill=0)
    below = column(660, below + 100, "\u3000\u3000" + THIRD)
    column(660, below, "本报记者 吴泽")
    packed = io.BytesIO()
    image.save(packed, "PNG")
    return packed.getvalue()


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path]:
    folder = tmp_path_factory.mktemp("scans")
    (folder / "page.png").write_bytes(_rendered_page())
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


def test_a_page_kept_is_not_read_again(scanned: tuple[Document, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    document, folder = scanned
    monkeypatch.setattr(Scanner, "_boxes", lambda *_: pytest.fail("read again"))
    assert list(read_file(folder / "page.png", folder, folder / "images")) == [document]


def test_pages_of_a_pdf_without_text_are_read_as_scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdfium2")
    from PIL import Image

    pages = [Image.new("RGB", (300, 400), shade) for shade in ("white", "gray")]
    pages[0].save(tmp_path / "scan.pdf", save_all=True, append_images=pages[1:])
    texts = iter(["新馆开门迎客\n\n昨天,新馆开门。", "菜场里来了修鞋匠\n\n本报讯 昨天,他来了。"])
    monkeypatch.setattr("rag.corpus.scan.page_text", lambda _: next(texts))
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
