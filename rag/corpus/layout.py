"""Recognised lines of a scanned page to text: columns in reading order, lines of a paragraph together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

PAGE_BREAK = "\n\n\f\n\n"
_ENDS = re.compile("[。！？!?…：:；;][”’」』）)]*$")
_NARROW = re.compile("[A-Za-z0-9,.;:!?%)]")
_LARGE = 1.3  # a line this much higher than the body's is a headline


@dataclass(frozen=True, slots=True)
class TextBox:
    """One recognised line; the origin is the page's upper left corner, units are pixels."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """The height of its type."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Its vertical middle."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """A page read: its text, a blank line between blocks, and its printed lines in the same order.

    White space aside, the lines' texts joined are the text.
    """

    text: str
    lines: tuple[TextBox, ...]


def lay_out(boxes: Sequence[TextBox]) -> Layout:
    """Put the pieces that were recognised on a page into reading order."""
    if not boxes:
        return Layout("", ())
    lines = _whole_lines(boxes)
    body = median(line.height for line in lines for _ in range(max(len(line.text), 1)))
    columns = _columns(lines, body)
    blocks = [block for column in columns for block in _blocks(column, body)]
    return Layout("\n\n".join(blocks), tuple(line for column in columns for line in column))


def _whole_lines(boxes: Sequence[TextBox]) -> list[TextBox]:
    """Put together the pieces of one line that recognition cut at a blank."""
    lines: list[TextBox] = []
    for box in sorted(boxes, key=lambda box: box.left):
        at = next((index for index, line in enumerate(lines) if _touches(line, box)), None)
        if at is None:
            lines.append(box)
            continue
        line = lines[at]
        blank = " " if box.left - line.right > 0.3 * line.height else ""
        bounds = (line.left, min(line.top, box.top), max(line.right, box.right), max(line.bottom, box.bottom))
        lines[at] = TextBox(*bounds, line.text + blank + box.text)
    return lines


def _touches(line: TextBox, box: TextBox) -> bool:
    overlap = min(line.bottom, box.bottom) - max(line.top, box.top)
    alike = 0.75 < line.height / max(box.height, 1) < 1.33
    return alike and overlap > 0.6 * box.height and -box.height < box.left - line.right < 0.7 * box.height


def _columns(lines: Sequence[TextBox], body: float) -> list[list[TextBox]]:
    """Return the lines in runs of one column, in reading order: left before right, what spans both cuts them."""
    ordered = sorted(lines, key=lambda line: (line.middle, line.left))
    gutter = _gutter(ordered, body)
    if gutter is None:
        return [ordered] if ordered else []
    runs: list[list[TextBox]] = []
    band: list[TextBox] = []
    for line in ordered:
        if line.left < gutter < line.right:
            runs += _two_sides(band, gutter, body)
            band = []
            runs.append([line])
        else:
            band.append(line)
    return _joined([*runs, *_two_sides(band, gutter, body)])


def _two_sides(band: Sequence[TextBox], gutter: float, body: float) -> list[list[TextBox]]:
    left = [line for line in band if line.right <= gutter]
    return [*_columns(left, body), *_columns([line for line in band if line.right > gutter], body)]


def _joined(runs: list[list[TextBox]]) -> list[list[TextBox]]:
    """Join neighbouring lines that span the same columns."""
    joined: list[list[TextBox]] = []
    for run in runs:
        if joined and len(run) == 1 and len(joined[-1]) == 1 and run[0].top >= joined[-1][0].top:
            joined[-1] = [*joined[-1], *run]
        else:
            joined.append(run)
    return joined


def _gutter(lines: Sequence[TextBox], body: float) -> float | None:
    """Return the x between two columns: many lines on both sides, few across; None when there is one column.

    A headline may well lie across, so it counts less than a line of running text.
    """
    best, most = None, 0.0
    for candidate in {line.left - 0.25 * body for line in lines}:
        left = sum(line.right <= candidate for line in lines)
        right = sum(line.left >= candidate for line in lines)
        across = [line for line in lines if line.left < candidate < line.right]
        score = min(left, right) - sum(0.5 if line.height > _LARGE * body else 3.0 for line in across)
        if min(left, right) >= 2 and score > most:
            best, most = candidate, score
    return best


def _blocks(column: Sequence[TextBox], body: float) -> list[str]:
    """Return the paragraphs and headlines of one column."""
    left = min(line.left for line in column)
    right = max(line.right for line in column)
    steps = [after.top - line.top for line, after in zip(column, column[1:], strict=False)]
    step = median(steps) if steps else 0.0
    blocks: list[str] = []
    for index, line in enumerate(column):
        before = column[index - 1] if index else None
        if before is None or _begins_block(before, line, (left, right, step), body):
            blocks.append(line.text)
        else:
            narrow = _NARROW.match(blocks[-1][-1:]) and _NARROW.match(line.text[:1])
            blocks[-1] += (" " if narrow else "") + line.text
    return blocks


def _begins_block(before: TextBox, line: TextBox, column: tuple[float, float, float], body: float) -> bool:
    """Whether a line starts a paragraph: indented, apart, of another size, or below a short last line."""
    left, right, step = column
    large = line.height > _LARGE * body
    size_changes = not 0.75 < line.height / max(before.height, 1) < 1.33
    apart = line.top - before.top > 1.5 * max(step, before.height)
    indented = line.left - left > 1.2 * body
    short_end = right - before.right > 1.5 * body and bool(_ENDS.search(before.text))
    return large or size_changes or apart or indented or short_end
