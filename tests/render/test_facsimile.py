from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rag.corpus.layout import TextBox
from rag.corpus.scan import PrintedLines, lines_file
from rag.render.article import Highlight, article_page
from rag.render.facsimile import Facsimile, Region, facsimile_file, facsimiles, regions
from rag.types import Article

LINES = PrintedLines(
    1000,
    500,
    (
        TextBox(100, 50, 500, 90, "大桥昨天通车"),
        TextBox(100, 100, 500, 120, "大桥全长420米,双"),
        TextBox(600, 50, 800, 70, "向四车道。 很宽"),
        TextBox(600, 100, 800, 120, "另一篇的文字"),
    ),
)
TEXT = "大桥昨天通车\n大桥全长420米,双向四车道。很宽"
ARTICLE = Article("bridge", "a.png", "大桥昨天通车", TEXT, "a.png", body_start=7, page_images=("one.jpg", "two.jpg"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    images = tmp_path / "pages"
    images.mkdir()
    for name in ARTICLE.page_images:
        (images / name).write_bytes(b"\xff\xd8")
    rows = [[line.left, line.top, line.right, line.bottom, line.text] for line in LINES.lines]
    row = {"width": LINES.width, "height": LINES.height, "lines": rows}
    lines_file(images / "one.jpg").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    return images


def test_a_sentence_over_two_lines_has_a_region_in_each() -> None:
    found = regions(LINES, "双向四车道。", 3)
    assert found == (Region(3, 460, 100, 40, 20), Region(3, 600, 50, 143, 20))


def test_white_space_between_the_words_does_not_count() -> None:
    assert regions(LINES, "四车道。很宽", 1) == (Region(1, 629, 50, 171, 20),)


def test_a_text_in_pieces_has_the_lines_that_are_parts_of_it() -> None:
    found = regions(LINES, "大桥昨天通车啊另一篇的文字", 1)
    assert [(region.left, region.top) for region in found] == [(100, 50), (600, 100)]


def test_what_does_not_stand_on_the_page_has_no_region() -> None:
    assert regions(LINES, "清河治理", 1) == regions(LINES, "", 1) == ()


def test_an_article_has_its_own_lines_and_its_citations(folder: Path) -> None:
    start = TEXT.index("大桥全长")
    first, second = facsimiles(ARTICLE, [Highlight(2, start, len(TEXT))], folder)
    assert (first.url, first.width, first.height) == ("/articles/bridge/pages/1", 1000, 500)
    assert [(line.left, line.top) for line in first.lines] == [(100, 50), (100, 100), (600, 50)]
    assert [(part.marker, part.left, part.top) for part in first.cited] == [(2, 100, 100), (2, 600, 50)]
    assert second == Facsimile(2, "/articles/bridge/pages/2"), "an image alone, when its lines are not kept"


@pytest.mark.parametrize("number", [-1, 0, 3, 10**9])
def test_a_page_that_there_is_not_has_no_file(folder: Path, number: int) -> None:
    assert facsimile_file(ARTICLE, number, folder) is None


@pytest.mark.parametrize("name", ["../secret.jpg", "gone.jpg", "", "."])
def test_no_file_outside_the_folder_is_named(folder: Path, name: str) -> None:
    assert facsimile_file(replace(ARTICLE, page_images=(name,)), 1, folder) is None


def test_the_page_names_the_article_as_text(folder: Path) -> None:
    evil = replace(ARTICLE, title='"><script>1</script>')
    html = article_page(evil, [], "问报", facsimiles(evil, [], folder))
    assert "<script>1" not in html
    assert 'src="/articles/bridge/pages/2"' in html
    assert "facsimile" not in article_page(ARTICLE, [], "问报").replace("/web/facsimile.js", "")
