"""Characters that are mistaken for one another: alike in shape (a scan) or in sound (a typing slip).

Nothing but the committed table decides, so a free one-character edit never passes. All characters are
simplified; one that the table lacks is like itself alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# A number that is off by one character is another number, whatever it looks or sounds like.
NUMERALS = frozenset("0123456789零〇一二三四五六七八九十百千万亿两")
# Alike in shape or sound, and opposite in meaning or two places that are both well known.
OPPOSITES = frozenset(map(frozenset, ("买卖", "授受", "山陕", "正反", "大小", "左右", "日月", "上下")))
# A typed syllable often has the one for the other; one such change is let pass, not two.
NEAR_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
NEAR_FINALS = (("ing", "in"), ("eng", "en"))


def alike(first: str, second: str) -> bool:
    """Tell whether two characters are equal, or alike in shape or sound."""
    return first == second or second in variants(first)


@cache
def variants(character: str) -> frozenset[str]:
    """Return the characters alike in shape or sound, without the character itself."""
    if character in NUMERALS:
        return frozenset()
    table = _table()
    same_sound = (table.characters[near] for reading in table.readings[character] for near in _near(reading))
    found = table.shapes[character].union(*same_sound) - NUMERALS - {character}
    return frozenset(other for other in found if frozenset((character, other)) not in OPPOSITES)


@dataclass(frozen=True, slots=True)
class _Table:
    """Shapes by character, readings by character and characters by reading."""

    shapes: defaultdict[str, set[str]]
    readings: defaultdict[str, tuple[str, ...]]
    characters: defaultdict[str, set[str]]


@cache
def _table() -> _Table:
    table = _Table(defaultdict(set), defaultdict(tuple), defaultdict(set))
    text = files("rag.index").joinpath("data/alike.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        character, readings, shapes = line.split("\t")
        table.readings[character] = tuple(readings.split(","))
        for reading in table.readings[character]:
            table.characters[reading].add(character)
        for other in shapes:
            table.shapes[character].add(other)
            table.shapes[other].add(character)
    return table


def _near(reading: str) -> set[str]:
    """Return the reading and those one near sound away: lin, ling, nin."""
    return {reading} | _swapped_initials(reading) | _swapped_finals(reading)


def _swapped_initials(reading: str) -> set[str]:
    for pair in NEAR_INITIALS:
        for one, other in (pair, pair[::-1]):
            if reading.startswith(one):
                return {other + reading.removeprefix(one)}
    return set()


def _swapped_finals(reading: str) -> set[str]:
    for pair in NEAR_FINALS:
        for one, other in (pair, pair[::-1]):
            if reading.endswith(one):
                return {reading.removesuffix(one) + other}
    return set()
