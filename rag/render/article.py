"""An article as HTML, its cited sentences marked; a reading page of its own and the panel beside a chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.render.templates import render
from rag.types import Article, Citation, Span

if TYPE_CHECKING:
    from rag.render.facsimile import Facsimile


@dataclass(frozen=True, slots=True)
class Highlight:
    """A cited range of `article.text`; `marker` is its number in the answer, 0 when it stands alone."""

    marker: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a paragraph under the same marks; `opens` and `closes` are those that begin and end here."""

    text: str
    marks: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()


def article_url(article_id: str, span: Span | None = None) -> str:
    """Return the address of an article on this server; with a span, the one that opens it highlighted."""
    address = f"/articles/{quote(article_id, safe='')}"
    return address if span is None else f"{address}?start={span[0]}&end={span[1]}#cite"


def citation_url(citation: Citation) -> str:
    """Return the address that opens a citation's article with the quote highlighted."""
    return article_url(citation.article_id, (citation.start, citation.end))


def chinese_date(date: str) -> str:
    """Turn an ISO date (YYYY, YYYY-MM or YYYY-MM-DD) into 年月日; anything else stays as it is."""
    parts = date.split("-")
    if len(parts) > 3 or not all(part.isdecimal() for part in parts):
        return date
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def paragraph_number(article: Article, position: int) -> int:
    """Return the number, from 1, of the body's paragraph at `position`; 0 before the body."""
    if position < article.body_start:
        return 0
    lines = article.text[article.body_start : position].split("\n")
    return sum(1 for line in lines[:-1] if line.strip()) + 1


def usable(article: Article, highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    """Keep the highlights that lie inside the article's text, without white space at their ends."""
    inside = [mark for mark in highlights if 0 <= mark.start < mark.end <= len(article.text)]
    return tuple(mark for mark in (_trimmed(article.text, mark) for mark in inside) if mark.start < mark.end)


def paragraphs(article: Article, highlights: Sequence[Highlight]) -> list[tuple[Piece, ...]]:
    """Cut the text into paragraphs of pieces; the head is left out unless something in it is marked."""
    body_start = article.body_start
    if any(mark.start < body_start for mark in highlights):
        body_start = 0
    cut = []
    for start, end in _lines(article.text, body_start):
        pieces = tuple(_pieces(article.text, start, end, highlights))
        if any(piece.text.strip() for piece in pieces):
            cut.append(pieces)
    return cut


def article_page(article: Article, highlights: Sequence[Highlight], name: str, pages: Sequence[Facsimile] = ()) -> str:
    """Return the article's own page; `name` is what the chat page is called, `pages` show it as printed."""
    return render("article_page", _view(article, highlights) | {"name": name, "pages": pages})


def article_panel(article: Article, highlights: Sequence[Highlight], pages: Sequence[Facsimile] = ()) -> str:
    """Return the article for the panel beside the conversation; `pages` show it as printed."""
    return render("article_panel", _view(article, highlights) | {"pages": pages})


def _view(article: Article, highlights: Sequence[Highlight]) -> dict[str, object]:
    marks = usable(article, highlights)
    return {
        "article": article,
        "date": chinese_date(article.date),
        "paragraphs": paragraphs(article, marks),
        "focus": marks[0].marker if marks else None,
        "link": article_url(article.id, (marks[0].start, marks[0].end) if marks else None),
    }


def _trimmed(text: str, mark: Highlight) -> Highlight:
    quoted = text[mark.start : mark.end]
    start = mark.start + len(quoted) - len(quoted.lstrip())
    return Highlight(mark.marker, start, start + len(quoted.strip()))


def _lines(text: str, start: int) -> Iterator[Span]:
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _pieces(text: str, start: int, end: int, highlights: Sequence[Highlight]) -> Iterator[Piece]:
    inside = [mark for mark in highlights if mark.start < end and mark.end > start]
    edges = {edge for mark in inside for edge in (mark.start, mark.end) if start < edge < end}
    cuts = sorted({start, end, *edges})
    for left, right in zip(cuts, cuts[1:], strict=False):
        covering = [mark for mark in inside if mark.start <= left and mark.end >= right]
        yield Piece(
            text[left:right],
            tuple(mark.marker for mark in covering),
            tuple(mark.marker for mark in covering if mark.start == left),
            tuple(mark.marker for mark in covering if mark.end == right),
        )
