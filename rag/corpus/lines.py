"""The lines of a raw page and what each of them is, judged by its own words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from rag.corpus.bylines import is_bare_name, is_byline, is_caption, is_credit
from rag.corpus.clean import CleanText, clean_line
from rag.corpus.furniture import is_date_line, is_furniture
from rag.corpus.headlines import is_headline, is_numbered, starts_with_mark


class Kind(Enum):
    """What a line is on its page."""

    BODY = auto()  # running text
    HEAD = auto()  # has the shape of a headline: a title, a subtitle, a subhead
    POINT = auto()  # a short heading with a number or a mark: 一、…, ■ …
    BYLINE = auto()
    CAPTION = auto()  # a photo's caption or credit
    DATE = auto()  # a full date alone
    FURNITURE = auto()  # page numbers, section names, slogans, the paper's staff


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line: `raw[start:end]` without outer blanks; `gap` counts the blank lines before it.

    `level` is the number of `#` before a heading, 0 without.
    """

    kind: Kind
    clean: CleanText
    start: int
    end: int
    gap: int = 0
    level: int = 0

    @property
    def text(self) -> str:
        """The readable text."""
        return self.clean.text


_CELL_CHARACTERS = 12
_VISIBLE = re.compile(r"\S(?:[^\n]*\S)?")
_LEVEL = re.compile(r"(#{1,6})\s")


def page_lines(raw: str) -> list[Line]:
    """Return every visible line of a page."""
    return _with_bare_names(_with_table_cells(_without_slogans(list(_lines(raw)))))


def _lines(raw: str) -> Iterator[Line]:
    before = 0
    for match in _VISIBLE.finditer(raw):
        start, end = match.span()
        clean = clean_line(raw, start, end)
        level = _LEVEL.match(raw, start, end)
        gap = max(raw.count("\n", before, start) - 1, 0)
        yield Line(_kind(clean.text, level is not None), clean, start, end, gap, len(level[1]) if level else 0)
        before = end


def _kind(text: str, marked: bool) -> Kind:
    if not any(character.isalnum() for character in text):
        return Kind.FURNITURE
    if len(text) > 120:
        return Kind.BODY
    for kind, holds in _TESTS:
        if holds(text):
            return kind
    return Kind.HEAD if marked and len(text) <= 60 else Kind.BODY


def _is_point(text: str) -> bool:
    shape = is_headline(text.lstrip("●■◆▲★☆▶►•·◇□○◎※ "))
    return shape and (is_numbered(text) or (starts_with_mark(text) and len(text) <= 24))


_TESTS = (
    (Kind.DATE, is_date_line),
    (Kind.CAPTION, is_credit),
    (Kind.BYLINE, is_byline),
    (Kind.FURNITURE, is_furniture),
    (Kind.CAPTION, is_caption),
    (Kind.POINT, _is_point),
    (Kind.HEAD, is_headline),
)


def _without_slogans(lines: list[Line]) -> list[Line]:
    """Mark couplets such as 城市是人民的城市 / 人民城市为人民 as furniture."""
    for index in range(len(lines) - 1):
        first, second = lines[index], lines[index + 1]
        apart = index + 2 == len(lines) or lines[index + 2].gap > 0
        if first.gap and not second.gap and apart and _rhyme(first.text, second.text):
            lines[index] = replace(first, kind=Kind.FURNITURE)
            lines[index + 1] = replace(second, kind=Kind.FURNITURE)
    return lines


def _with_table_cells(lines: list[Line]) -> list[Line]:
    """A bare number among short lines is a cell of a table, not the number of the page."""
    for index, line in enumerate(lines):
        around = (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])
        if line.text.isdigit() and any(len(other.text) < _CELL_CHARACTERS for other in around):
            lines[index] = replace(line, kind=Kind.BODY)
    return lines


def _with_bare_names(lines: list[Line]) -> list[Line]:
    """A name alone between a headline and its text, or below a text and above the next headline, is a byline."""
    for index in range(1, len(lines)):
        before, line = lines[index - 1].kind, lines[index]
        after = lines[index + 1].kind if index + 1 < len(lines) else Kind.HEAD
        below_headline = (before, after) == (Kind.HEAD, Kind.BODY) and len(lines[index - 1].text) >= 6
        above_headline = (before, after) == (Kind.BODY, Kind.HEAD)
        if line.kind not in (Kind.BODY, Kind.HEAD) or not (below_headline or above_headline):
            continue
        if is_bare_name(line.text, below_headline):
            lines[index] = replace(line, kind=Kind.BYLINE)
    return lines


def _rhyme(first: str, second: str) -> bool:
    same = len(set(first) & set(second))
    return len(first) == len(second) and 4 <= len(first) <= 12 and first.isalnum() and same * 2 >= len(set(first))
