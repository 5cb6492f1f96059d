"""What every provider does with a model's stream: hide its thinking, stop when it goes in circles."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

_OPEN = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")
_CIRCLE = re.compile(r"(.{6,120}?)\1\1\s*$", re.DOTALL)
_TAIL = 400


def readable(pieces: Generator[str]) -> Iterator[str]:
    """Yield a draft as a reader may see it; closing this closes the model's stream."""
    with closing(pieces):
        tail = ""
        for piece in without_thinking(pieces):
            tail = (tail + piece)[-_TAIL:]
            yield piece
            if _CIRCLE.search(tail):
                return


def without_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """Leave out what stands between <think> tags, even where a tag is cut between two pieces."""
    held, thinking = "", False
    for piece in pieces:
        held += piece
        while match := (_CLOSE if thinking else _OPEN).search(held):
            if not thinking and match.start():
                yield held[: match.start()]
            held, thinking = held[match.end() :], not thinking
        keep = 0 if thinking else _could_open(held)
        if not thinking and len(held) > keep:
            yield held[: len(held) - keep]
        held = held[-_LONGEST_TAG:] if thinking else held[len(held) - keep :]
    if held and not thinking:
        yield held


def _could_open(text: str) -> int:
    """Return how many characters at the end could begin a tag."""
    at = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
    return len(text) - at if at >= 0 and ">" not in text[at:] else 0
