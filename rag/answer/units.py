"""The words of amounts: numerals by value, units that mean the same, and bounds (以上, 不足, 约)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from rag.answer.words import alike_units, listed, pattern

MORE, LESS, ABOUT, NEARLY, VAGUE = ">", "<", "~", "<~", "?"

HAN_DIGITS = "零〇一二两三四五六七八九"
HAN_NUMBER = rf"(?:[{HAN_DIGITS}十百千万亿]+(?:点[{HAN_DIGITS}]+[万亿]*)?)"
PLAIN_NUMBER = r"(?:(?<![\da-z.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
WESTERN_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

_BOUND_NAMES = {"less": LESS, "more": MORE, "nearly": NEARLY, "about": ABOUT}
_LONGEST_BOUND = 14


def number_value(text: str) -> Decimal:
    """Return the value of a plain (1,120.5) or Chinese (一千一百二十) numeral."""
    plain = text.replace(",", "")
    if plain[0].isdigit():
        return Decimal(plain)
    whole, point, fraction = plain.partition("点")
    if point:
        digits = fraction.rstrip("万亿")
        return Decimal(f"{_whole(whole)}.{_spelled(digits)}") * scale_value(fraction[len(digits) :])
    if not any(character in _SMALL or character in _LARGE for character in whole):
        return Decimal(_spelled(whole))
    return Decimal(_whole(whole))


def scale_value(characters: str) -> int:
    """Return the product of 十百千万亿 characters, 1 for none."""
    product = 1
    for character in characters:
        product *= _SMALL.get(character) or _LARGE[character]
    return product


def same_unit(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return the amount in the unit that stands for all units of its kind: 3公里 is (3000, 米)."""
    factor, base = _conversions().get(unit, (Decimal(1), unit))
    return value * factor, base


def units_agree(one: str, other: str) -> bool:
    """Tell whether two units can count the same things; a missing one agrees with all but %."""
    if one == other:
        return True
    if not one or not other:
        return (one or other) not in {"%", "‰", "百分点"}
    return any(one in group and other in group for group in alike_units())


def bound_before(text: str, position: int) -> tuple[str, int]:
    """Return the bound whose word ends at `position` and where that word starts."""
    window = text[max(0, position - _LONGEST_BOUND) : position]
    for name in ("less", "more", "nearly", "about"):
        if match := _before(name).search(window):
            return _BOUND_NAMES[name], position - len(window) + match.start()
    return "", position


def bound_after(text: str, position: int) -> tuple[str, int]:
    """Return the bound whose word starts at `position` and where that word ends."""
    for name in ("more", "less", "about"):
        if match := pattern("amounts.after", name).match(text, position):
            return _BOUND_NAMES[name], match.end()
    return "", position


def bounds_agree(claimed: str, stated: str) -> bool:
    """Tell whether an amount may be claimed with one bound where the source states the other."""
    return claimed == stated or (stated == NEARLY and claimed == ABOUT)


@lru_cache(maxsize=4)
def _before(name: str) -> re.Pattern[str]:
    """A bound stands right before its number; one of two characters or more may have a verb between."""
    words = listed("amounts.before", name)
    long = "|".join(word for word in words if len(word) > 1)
    return re.compile(rf"(?:{'|'.join(words)})(?:了|为|到|达到|达|在)?\s*$|(?:{long})[\u4e00-\u9fff]{{0,3}}$")


@lru_cache(maxsize=1)
def _conversions() -> dict[str, tuple[Decimal, str]]:
    found = {}
    for line in listed("amounts", "conversions"):
        unit, _, rest = line.partition("=")
        factor = re.match(r"[\d.]+", rest)
        assert factor is not None, line
        found[unit] = (Decimal(factor.group()), rest[factor.end() :])
    return found


def _spelled(text: str) -> str:
    return "".join(str(_DIGIT[character]) for character in text)


def _whole(text: str) -> int:
    total = section = digit = 0
    for character in text:
        if character in _DIGIT:
            digit = _DIGIT[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        else:
            section += digit
            total = (total + section or 1) * 10**8 if character == "亿" else total + (section or 1) * 10**4
            section = digit = 0
    return total + section + digit
