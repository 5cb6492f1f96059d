"""The images of an article's printed pages, and where on them its words stand."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rag.corpus.layout import TextBox
from rag.corpus.scan import PrintedLines, read_lines
from rag.errors import ReadError
from rag.render.article import Highlight, usable
from rag.types import Article

_TELLING = 4  # characters; a shorter line may stand in any article


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a printed line, in the pixels of its page; `marker` as in `Highlight`."""

    marker: int
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Facsimile:
    """One page: its number from 1, its address, its size; the article's lines and the cited parts of them.

    Width and height are 0 and there are no regions when the places of the words are not known.
    """

    number: int
    url: str
    width: int = 0
    height: int = 0
    lines: tuple[Region, ...] = ()
    cited: tuple[Region, ...] = ()


def facsimile_file(article: Article, number: int, folder: Path) -> Path | None:
    """Return the kept image of an article's page, by its number from 1; None when there is none."""
    if not 0 < number <= len(article.page_images):
        return None
    file = (folder / article.page_images[number - 1]).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def facsimiles(article: Article, highlights: Sequence[Highlight], folder: Path) -> tuple[Facsimile, ...]:
    """Return the pages of an article whose images are kept in the folder, in order."""
    marks = [(mark.marker, _solid(article.text[mark.start : mark.end])) for mark in usable(article, highlights)]
    numbers = range(1, len(article.page_images) + 1)
    found = ((number, facsimile_file(article, number, folder)) for number in numbers)
    return tuple(_facsimile(article, number, file, marks) for number, file in found if file is not None)


def regions(page: PrintedLines, text: str, marker: int) -> tuple[Region, ...]:
    """Return where a text stands on a page, line by line; white space does not count.

    A text that does not stand there in one piece has the lines that are parts of it.
    """
    lines = [_solid(line.text) for line in page.lines]
    at = "".join(lines).find(text) if text else -1
    if at < 0:
        return tuple(_part(page.lines[row], marker, 0, 1) for row in _lines_of(lines, text))
    return tuple(_parts(page.lines, lines, (at, at + len(text)), marker))


def _facsimile(article: Article, number: int, file: Path, marks: Sequence[tuple[int, str]]) -> Facsimile:
    url = f"/articles/{quote(article.id, safe='')}/pages/{number}"
    try:
        page = read_lines(file)
    except ReadError as error:
        logging.getLogger(__name__).warning("%s", error)
        return Facsimile(number, url)
    rows = _lines_of([_solid(line.text) for line in page.lines], _solid(f"{article.title}{article.text}"))
    return Facsimile(
        number,
        url,
        page.width,
        page.height,
        tuple(_part(page.lines[row], 0, 0, 1) for row in rows),
        tuple(region for marker, text in marks for region in regions(page, text, marker)),
    )


def _solid(text: str) -> str:
    return "".join(text.split())


def _lines_of(lines: Sequence[str], text: str) -> list[int]:
    """Return which lines are parts of a text."""
    return [row for row, line in enumerate(lines) if len(line) >= _TELLING and line in text]


def _parts(boxes: Sequence[TextBox], lines: Sequence[str], span: tuple[int, int], marker: int) -> Iterator[Region]:
    """Yield the parts of the lines that a range of their joined text covers."""
    begin = 0
    for box, line in zip(boxes, lines, strict=True):
        start, end = max(span[0] - begin, 0), min(span[1] - begin, len(line))
        if start < end:
            yield _part(box, marker, start / len(line), end / len(line))
        begin += len(line)


def _part(box: TextBox, marker: int, start: float, end: float) -> Region:
    """Return a share of a line's width; characters are taken for equally wide."""
    width = box.right - box.left
    left = round(box.left + start * width)
    return Region(marker, left, round(box.top), round(box.left + end * width) - left, round(box.height))
