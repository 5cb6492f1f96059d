"""Full dates in Chinese text; a year is never guessed."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_FULL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s{0,2}(?:年\s{0,2}(1[0-2]|0?[1-9])\s{0,2}月\s{0,2}(3[01]|[12]\d|0?[1-9])\s{0,2}日"
    r"|[-/.](1[0-2]|0?[1-9])[-/.](3[01]|[12]\d|0?[1-9])(?!\d))"
)
_CHINESE = re.compile(
    r"(二[〇○零][〇○零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def full_dates(text: str) -> list[tuple[str, int, int]]:
    """Return (ISO date, start, end) of every full date, in order."""
    found = []
    for match in _FULL.finditer(text):
        year, month, day = (int(group) for group in match.groups() if group)
        if stamp := _iso(year, month, day):
            found.append((stamp, match.start(), match.end()))
    for match in _CHINESE.finditer(text):
        year = int("".join(_DIGITS[digit] for digit in match[1]))
        if stamp := _iso(year, _number(match[2]), _number(match[3])):
            found.append((stamp, match.start(), match.end()))
    return sorted(found, key=lambda item: item[1])


def iso_date(text: str) -> str:
    """Return the first date of a short text as YYYY-MM-DD, YYYY-MM or YYYY; empty when it states none."""
    if dates := full_dates(text):
        return dates[0][0]
    match = re.search(r"(?<!\d)((?:19|20)\d\d)(?:年|-|/|\.|$)\s?(1[0-2]|0?[1-9])?(?:月|$|(?!\d))", text)
    if not match:
        return ""
    return f"{match[1]}-{int(match[2]):02d}" if match[2] else match[1]


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int:
    """The value of 一 to 三十一."""
    tens, ten, ones = text.rpartition("十")
    value = int(_DIGITS.get(ones, "0"))
    return value + 10 * int(_DIGITS.get(tens, "1")) if ten else value
