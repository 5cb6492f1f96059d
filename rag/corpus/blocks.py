"""Lines to blocks: a paragraph that a column break cut is one block again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.corpus.broken import CERTAIN, LIKELY, goes_on, is_finished
from rag.corpus.bylines import dateline_end
from rag.corpus.clean import CleanText, join_broken
from rag.corpus.headlines import MARKS, opens_sentence, starts_with_mark
from rag.corpus.lines import Kind, Line

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
    lines = _settle_points(lines)
    width = _wrap_width(lines)
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        taken, inside = _paragraph(lines, position, width)
        kind = lines[position].kind if len({line.kind for line in taken}) == 1 else Kind.BODY
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


def _paragraph(lines: Sequence[Line], first: int, width: int) -> tuple[list[Line], list[Line]]:
    """Return the lines that make up the paragraph starting at `first`, and those printed inside it."""
    taken, inside = [lines[first]], list[Line]()
    position = first + 1
    while taken[-1].kind in (Kind.BODY, Kind.HEAD, Kind.POINT) and position < len(lines):
        found = _continuation(lines, taken, position, width)
        if found is None:
            break
        inside += lines[position:found]
        taken.append(lines[found])
        position = found + 1
    return taken, inside


def _continuation(lines: Sequence[Line], taken: Sequence[Line], position: int, width: int) -> int | None:
    """Return the index of the line that goes on with the paragraph, None when it ends here."""
    last = taken[-1]
    running = len(taken) > 1 or _is_running(last)
    if _is_wrapped(last, lines[position], width):
        return position
    if is_finished(last.text) and not last.text.endswith((":", "：")):
        return None
    farthest = position + (_MOST_BETWEEN if running or last.kind is Kind.BODY else 0)
    for at in range(position, min(farthest + 1, len(lines))):
        needed = _needed(lines[position:at], lines[at], running)
        if needed is not None and goes_on(last.text, lines[at].text) >= needed:
            return at
        if lines[at].kind is Kind.BODY:
            return None
    return None


def _is_running(line: Line) -> bool:
    """Whether a line is surely running text, not a headline."""
    return line.kind is Kind.BODY and (
        len(line.text) > 46 or "。" in line.text or opens_sentence(line.text) or starts_with_mark(line.text)
    )


def _needed(between: Sequence[Line], line: Line, running: bool) -> int | None:
    """The score a line needs to go on with the paragraph; None when it cannot."""
    if line.kind in (Kind.FURNITURE, Kind.DATE, Kind.CAPTION, Kind.BYLINE):
        return None
    if not running or line.kind is not Kind.BODY:
        return CERTAIN
    kinds = [item.kind for item in between]
    new_story = Kind.BYLINE in kinds and Kind.HEAD in kinds
    if new_story or opens_sentence(line.text):
        return LIKELY
    return 0


def _is_wrapped(line: Line, following: Line, width: int) -> bool:
    """Whether a line fills its column and the next one stands right below it."""
    if not width or following.gap or abs(len(line.text) - width) > 2 or following.kind not in (Kind.BODY, Kind.HEAD):
        return False
    head = following.text[:100]
    return not is_finished(line.text) and not dateline_end(head, 0, len(head))


def visible_ranges(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield the raw range of every line of the blocks, in their order."""
    for block in blocks:
        for line in block.lines:
            yield line.start, line.end
