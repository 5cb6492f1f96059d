"""Columns of two stories read across: the rest of a broken paragraph is put back below its beginning."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.broken import CERTAIN, completes, goes_on, is_finished
from rag.corpus.bylines import dateline_end
from rag.corpus.lines import Kind, Line

_FARTHEST = 40  # lines between the two halves of a story


def put_back(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with every interrupted story in one piece.

    Moved is a run of paragraphs that begins with the rest of a cut word, quotation or number, where
    another story with a headline or dateline of its own stands between it and the beginning.
    """
    ordered = list(lines)
    position = 0
    while position < len(ordered):
        if _is_cut(ordered, position) and (run := _rest_of(ordered, position)):
            first, end = run
            moved = ordered[first:end]
            del ordered[first:end]
            ordered[position + 1 : position + 1] = moved
        position += 1
    return ordered


def _is_cut(lines: Sequence[Line], position: int) -> bool:
    """Whether a paragraph breaks off in mid-sentence and the next line does not go on with it."""
    line = lines[position]
    if line.kind is not Kind.BODY or is_finished(line.text) or position + 2 >= len(lines):
        return False
    following = lines[position + 1]
    return following.kind is not Kind.BODY or _is_dateline(following) or goes_on(line.text, following.text) < 0


def _rest_of(lines: Sequence[Line], position: int) -> tuple[int, int] | None:
    """Return the range of lines that goes on with the cut paragraph after another story."""
    story = False
    for at in range(position + 1, min(position + _FARTHEST, len(lines))):
        line = lines[at]
        open_end = line.kind is Kind.BODY and not _is_dateline(line) and (not story or is_finished(lines[at - 1].text))
        if open_end and completes(lines[position].text, line.text) >= CERTAIN:
            return (at, _end_of_run(lines, at)) if story else None
        story = story or _is_dateline(line) or line.kind is Kind.BYLINE
    return None


def _end_of_run(lines: Sequence[Line], first: int) -> int:
    end = first + 1
    while end < len(lines) and lines[end].kind in (Kind.BODY, Kind.POINT) and not _is_dateline(lines[end]):
        end += 1
    return end


def _is_dateline(line: Line) -> bool:
    return line.kind is Kind.BODY and dateline_end(line.text, 0, len(line.text)) > 0
