"""Markup and stray blanks out of raw lines, with the raw offset of every character that stays."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.types import Span

_INVISIBLE = (
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufff9-\ufffb\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
)
_NOISE = re.compile(rf"[{_INVISIBLE}]+|\*{{2,}}|(?P<blank>\s+)")
_HEAD = re.compile(r"\s*(#{1,6}\s+|\*\s+|(?:>\s?){1,3})")
_NARROW = re.compile(r"[A-Za-z0-9À-ɏͰ-ӿ,.;:!?%'\")\]]")


@dataclass(frozen=True, slots=True)
class CleanText:
    """Readable text; `offsets[i]` is the raw offset of `text[i]` (for an added blank, of what follows it)."""

    text: str
    offsets: array[int]


def clean_line(raw: str, start: int, end: int) -> CleanText:
    """Clean one line, `raw[start:end]`: no markup, no invisible characters, runs of blanks as one blank."""
    head = _HEAD.match(raw, start, end)
    position = head.end() if head else start
    pieces: list[str] = []
    offsets = array("q")
    for match in _NOISE.finditer(raw, position, end):
        _keep(raw, position, match.start(), pieces, offsets)
        position = match.end()
        if match["blank"] and offsets and position < end and not pieces[-1].endswith(" "):
            pieces.append(" ")
            offsets.append(match.start())
    _keep(raw, position, end, pieces, offsets)
    text = "".join(pieces)
    kept = text.rstrip()
    return CleanText(kept, offsets[: len(kept)])


def _keep(raw: str, start: int, end: int, pieces: list[str], offsets: array[int]) -> None:
    if start < end:
        pieces.append(raw[start:end])
        offsets.extend(range(start, end))


def join_broken(parts: Sequence[CleanText]) -> CleanText:
    """Join the lines of one broken paragraph; a blank comes only between Latin words."""
    return _join(parts, lambda left, right: " " if _both_narrow(left, right) else "")


def join_lines(parts: Sequence[CleanText]) -> CleanText:
    """Put each part on a line of its own."""
    return _join(parts, lambda left, right: "\n")


def _both_narrow(left: str, right: str) -> bool:
    return bool(_NARROW.match(left[-1]) and _NARROW.match(right[0]) and not (left[-1].isdigit() and right[0].isdigit()))


def _join(parts: Sequence[CleanText], separator: Callable[[str, str], str]) -> CleanText:
    pieces: list[str] = []
    offsets = array("q")
    for part in parts:
        if not part.text:
            continue
        if pieces and (mark := separator(pieces[-1], part.text)):
            pieces.append(mark)
            offsets.append(part.offsets[0])
        pieces.append(part.text)
        offsets.extend(part.offsets)
    return CleanText("".join(pieces), offsets)


def raw_offsets(raw: str, spans: Sequence[Span], text: str) -> array[int]:
    """Return the raw offset of every character of an article's text made from `spans` of `raw`.

    Raises:
        ValueError: the text was not made from these spans.
    """
    positions = (position for start, end in spans for position in range(start, end))
    offsets = array("q")
    for character in text:
        if character.isspace():
            offsets.append(-1)
            continue
        found = next((position for position in positions if raw[position] == character), None)
        if found is None:
            raise ValueError("text does not come from these spans")
        offsets.append(found)
    following = spans[-1][1] if spans else 0
    for index in range(len(offsets) - 1, -1, -1):
        offsets[index] = following = following if offsets[index] < 0 else offsets[index]
    return offsets
