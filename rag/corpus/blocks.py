"""Lines to blocks: a paragraph that a column break cut is one block again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.corpus.broken import CERTAIN, LIKELY, goes_on, is_finished
from rag.corpus.bylines import dateline_end
from rag.corpus.clean import CleanText, join_broken
from rag.corpus.cohesion import Cohesion
from rag.corpus.headlines import MARKS, opens_sentence, starts_with_mark
from rag.corpus.lines import Kind, Line

_NEAR = 4  # lines that tell what a broken paragraph is about
_FARTHEST = 40  # lines back to where a story may begin
_SAME_MATTER = 0.04  # cohesion from which a text goes on with the same matter
_MOST_BETWEEN = 8  # short lines that may stand within a broken sentence


@dataclass(frozen=True, slots=True)
class Block:
    """One line, or the pieces of one broken paragraph in order.

    `inside` marks a block printed in the middle of a sentence that runs on around it; such blocks come
    after the paragraph that they interrupt.
    """

    kind: Kind
    lines: tuple[Line, ...]
    clean: CleanText
    inside: bool = False

    @property
    def text(self) -> str:
        """The readable text."""
        return self.clean.text


def page_blocks(lines: Sequence[Line]) -> list[Block]:
    """Join broken paragraphs; everything else stays in its order."""
    joiner = _Joiner(_settle_points(lines))
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        taken, inside = joiner.paragraph(position)
        kind = taken[0].kind if len({line.kind for line in taken}) == 1 else Kind.BODY
        blocks.append(Block(kind, tuple(taken), join_broken([line.clean for line in taken])))
        blocks += _inside_blocks(inside)
        position += len(taken) + len(inside)
    return blocks


def _inside_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the lines printed within a sentence; a short line above a credit is the photo's caption."""
    for index, line in enumerate(lines):
        credited = index + 1 < len(lines) and lines[index + 1].kind is Kind.CAPTION
        kind = Kind.CAPTION if credited and line.kind is Kind.HEAD else line.kind
        yield Block(kind, (line,), line.clean, inside=True)


def _settle_points(lines: Sequence[Line]) -> list[Line]:
    """A short marked line is running text where its sisters on the page are: ● 办好购物节 聚焦……。"""
    marked = Counter(line.text[0] for line in lines if starts_with_mark(line.text))
    running = Counter(line.text[0] for line in lines if starts_with_mark(line.text) and line.kind is Kind.BODY)
    return [
        replace(line, kind=Kind.BODY)
        if line.kind is Kind.POINT and line.text[0] in MARKS and running[line.text[0]] * 2 >= marked[line.text[0]]
        else line
        for line in lines
    ]


def _wrap_width(lines: Sequence[Line]) -> int:
    """The column width in characters of a text broken into lines of equal length; 0 when it is not."""
    close = [len(line.text) for line, following in zip(lines, lines[1:], strict=False) if not following.gap]
    if len(close) < 8 or len(close) * 2 < len(lines):
        return 0
    size, _ = Counter(close).most_common(1)[0]
    around = sum(abs(length - size) <= 2 for length in close)
    return size if size >= 10 and around * 2 >= len(close) else 0


class _Joiner:
    """Finds the lines that go on with a paragraph."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._width = _wrap_width(lines)

    @cached_property
    def _cohesion(self) -> Cohesion:
        return Cohesion([line.text for line in self._lines if line.kind is Kind.BODY])

    def paragraph(self, first: int) -> tuple[list[Line], list[Line]]:
        """Return the lines that make up the paragraph starting at `first`, and those printed inside it."""
        taken, inside = [self._lines[first]], list[Line]()
        position = first + 1
        while taken[-1].kind in (Kind.BODY, Kind.HEAD, Kind.POINT) and position < len(self._lines):
            found = self._continuation(taken, position)
            if found is None:
                break
            inside += self._lines[position:found]
            taken.append(self._lines[found])
            position = found + 1
        return taken, inside

    def _continuation(self, taken: Sequence[Line], position: int) -> int | None:
        """Return the index of the line that goes on with the paragraph, None when it ends here."""
        last = taken[-1]
        running = len(taken) > 1 or _is_running(last)
        if _is_wrapped(last, self._lines[position], self._width):
            return position
        if is_finished(last.text) and not last.text.endswith((":", "：")):
            return None
        farthest = position + (_MOST_BETWEEN if running or last.kind is Kind.BODY else 0)
        for at in range(position, min(farthest + 1, len(self._lines))):
            needed = self._needed(position, at, running)
            if needed is not None and goes_on(last.text, self._lines[at].text) >= needed:
                return at
            if self._lines[at].kind is Kind.BODY:
                return None
        return None

    def _needed(self, position: int, at: int, running: bool) -> int | None:
        """The score that line `at` needs to go on where line `position - 1` ends; None when it cannot."""
        line = self._lines[at]
        if line.kind in (Kind.FURNITURE, Kind.DATE, Kind.CAPTION, Kind.BYLINE):
            return None
        if not running or line.kind is not Kind.BODY:
            return CERTAIN
        kinds = [item.kind for item in self._lines[position:at]]
        if opens_sentence(line.text):
            return LIKELY
        if Kind.HEAD in kinds and not (self._lacks_headline(position) or self._same_matter(position, at)):
            return LIKELY
        return LIKELY if Kind.HEAD in kinds and Kind.BYLINE in kinds else 0

    def _lacks_headline(self, position: int) -> bool:
        """Whether the story before `position` begins with a dateline and no headline: that is still to come."""
        for at in range(position - 1, max(position - _FARTHEST, -1), -1):
            line = self._lines[at]
            if line.kind is Kind.HEAD:
                return False
            if line.kind is Kind.BODY and dateline_end(line.text, 0, len(line.text)):
                above = [
                    other.kind for other in self._lines[max(at - 3, 0) : at] if other.kind in (Kind.BODY, Kind.HEAD)
                ]
                return above[-1:] != [Kind.HEAD]
        return False

    def _same_matter(self, position: int, at: int) -> bool:
        """Whether line `at` speaks of what the paragraphs before `position` speak of."""
        near = self._lines[max(position - _NEAR, 0) : position]
        before = "\n".join(line.text[-400:] for line in near if line.kind is Kind.BODY)
        return self._cohesion.between(before, self._lines[at].text) >= _SAME_MATTER


def _is_running(line: Line) -> bool:
    """Whether a line is surely running text, not a headline."""
    return line.kind is Kind.BODY and (
        len(line.text) > 46 or "。" in line.text or opens_sentence(line.text) or starts_with_mark(line.text)
    )


def _is_wrapped(line: Line, following: Line, width: int) -> bool:
    """Whether a line fills its column and the next one stands right below it."""
    if not width or following.gap or abs(len(line.text) - width) > 2 or following.kind not in (Kind.BODY, Kind.HEAD):
        return False
    head = following.text[:100]
    return not is_finished(line.text) and not dateline_end(head, 0, len(head))
