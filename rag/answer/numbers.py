"""Amounts and dates in a text, read by value.

1.59万亿元 equals 15900亿元, 二十 equals 20, 百分之五 equals 5%, 2021年1月20日 equals 2021-01-20; 50%以上 keeps its
以上. Offsets are those of the text given, which is read in the one spelling of `rag.index.analyze.normalize`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from rag.answer.units import (
    HAN_DIGITS,
    HAN_NUMBER,
    PLAIN_NUMBER,
    VAGUE,
    WESTERN_SCALE,
    bound_after,
    bound_before,
    number_value,
    same_unit,
    scale_value,
)
from rag.answer.words import listed, pattern
from rag.index.analyze import normalize
from rag.types import Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; `bound` is one of those in `rag.answer.units`, or nothing.

    `unit` starts with 第 for an ordinal; a Chinese numeral before another word (五提) has that word's first
    character for a unit.
    """

    start: int
    end: int
    value: Decimal
    unit: str = ""
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year; what the text does not say is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None


_YEAR = rf"(?:[12]\d{{3}}|[一二][{HAN_DIGITS}]{{3}})"
_SHORT = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATES = (
    re.compile(rf"(?<!\d)(?P<year>{_YEAR})年度?(?:的?\s*(?P<month>{_SHORT})月份?(?:\s*(?P<day>{_SHORT})[日号])?)?"),
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})(?P<sep>[-./])(?P<month>0?[1-9]|1[0-2])(?P=sep)(?P<day>[0-3]?\d)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<month>{_SHORT})月份?\s*(?P<day>{_SHORT})[日号](?!楼)"),
    re.compile(rf"(?<!个)(?<!\d)(?P<month>{_SHORT})月(?:份|底|初|中旬|上旬|下旬|末|以来)?(?!饼|球|光|嫂|票|薪|亮)"),
    re.compile(rf"(?<!\d)(?P<day>{_SHORT})日(?!元|均|本)"),
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})(?=\s*[-~至到]\s*[12]\d{3}年)"),
    re.compile(rf"(?<!\d)(?P<month>\d{{1,2}})(?=\s*[-~至到、]\s*{_SHORT}月)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?=\s*[-~至到、]\s*{_SHORT}日)"),
)
_ENGLISH_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august") + (
    "september",
    "october",
    "november",
    "december",
)
_ENGLISH_DATE = re.compile(
    rf"\b(?P<name>{'|'.join(_ENGLISH_MONTHS)})\b(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)?(?:,?\s+(?P<year>[12]\d{{3}}))?"
)
_FRACTION = re.compile(rf"(?P<base>{HAN_NUMBER}|\d+)分之(?P<part>{PLAIN_NUMBER}|{HAN_NUMBER})")
_RANGE_LINK = re.compile(r"\s*(?:[-~至到]|、)\s*")


@lru_cache(maxsize=1)
def _number() -> re.Pattern[str]:
    units = "|".join(listed("amounts", "units"))
    numeral = rf"(?P<plain>{PLAIN_NUMBER})\s*(?P<scale>[十百千万亿]*)|(?P<han>{HAN_NUMBER})"
    scale = rf"\s*(?P<western>{'|'.join(WESTERN_SCALE)})?(?P<more>[多余])?"
    return re.compile(rf"(?P<vague>[数几上]?)(?P<ordinal>第?)(?:{numeral}){scale}\s*(?P<unit>{units})?")


def dates(text: str) -> list[Date]:
    """Return the dates of the text in order, without overlaps; a day takes the month of the date before it."""
    plain = normalize(text)
    found: list[Date] = []
    for form in (*_DATES, _ENGLISH_DATE):
        for match in form.finditer(plain):
            if not _overlaps(match.span(), found) and (date := _date(match)):
                found.append(date)
    return list(_carried(sorted(found, key=lambda date: date.start)))


def quantities(text: str) -> list[Quantity]:
    """Return the amounts of the text in order; numbers that belong to dates are not among them."""
    plain = normalize(text)
    taken: list[Quantity | Date] = list(dates(text))
    found = [_fraction(match, plain) for match in _FRACTION.finditer(plain)]
    taken += found
    idioms = [match.span() for match in pattern("amounts", "idioms").finditer(plain)]
    for match in _number().finditer(plain):
        start = match.start("plain") if match["plain"] else match.start("han")
        if _overlaps((start, match.end()), taken) or any(low <= start < high for low, high in idioms):
            continue
        found.append(_quantity(match, plain))
    return _with_range_units(sorted(found, key=lambda quantity: quantity.start), plain)


def _overlaps(span: Span, found: list[Date] | list[Quantity | Date]) -> bool:
    return any(span[0] < other.end and other.start < span[1] for other in found)


def _date(match: re.Match[str]) -> Date | None:
    groups = match.groupdict()
    month = _ENGLISH_MONTHS.index(groups["name"]) + 1 if groups.get("name") else _integer(groups.get("month"))
    year, day = _integer(groups.get("year")), _integer(groups.get("day"))
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    if groups.get("name") and year is None and day is None:
        return None
    return Date(match.start(), match.end(), year, month, day)


def _integer(numeral: str | None) -> int | None:
    return int(number_value(numeral)) if numeral else None


def _carried(found: list[Date]) -> Iterator[Date]:
    """Let 26日 take the month, and 8月1日 the year, of the date before it."""
    year: int | None = None
    month: int | None = None
    for date in found:
        if date.year is not None:
            year, month = date.year, date.month
        elif date.month is not None:
            month = date.month
        yield replace(date, year=year, month=month if date.day is not None else date.month)


def _fraction(match: re.Match[str], plain: str) -> Quantity:
    value = number_value(match["part"]) / number_value(match["base"]) * 100
    return _bounded(plain, match.start(), match.end(), value, "%", "")


def _quantity(match: re.Match[str], plain: str) -> Quantity:
    value = number_value(match["plain"] or match["han"]) * scale_value(match["scale"] or "")
    value *= WESTERN_SCALE.get(match["western"] or "", 1)
    unit, end = match["unit"] or "", match.end()
    if not unit and match["han"] and not match["ordinal"]:
        unit = plain[end : end + 1] if "\u4e00" <= plain[end : end + 1] <= "\u9fff" else ""
    value, unit = same_unit(value, unit)
    vague = VAGUE if match["vague"] and match["han"] and match["han"][0] in "十百千万亿" else ""
    start = (
        match.start() if vague or match["ordinal"] else match.start("plain") if match["plain"] else match.start("han")
    )
    return _bounded(plain, start, end, value, match["ordinal"] + unit, vague or (">" if match["more"] else ""))


def _bounded(plain: str, start: int, end: int, value: Decimal, unit: str, bound: str) -> Quantity:
    before, first = bound_before(plain, start)
    after, last = bound_after(plain, end)
    return Quantity(first, last, value, unit, bound or after or before)


def _with_range_units(found: list[Quantity], plain: str) -> list[Quantity]:
    """Give the first number of a range (3至5万元) the unit and scale of the second."""
    result = list(found)
    for at in range(len(found) - 2, -1, -1):
        here, following = result[at], result[at + 1]
        link = plain[here.end : following.start]
        if here.unit or not following.unit or not _RANGE_LINK.fullmatch(link):
            continue
        printed = _number().match(plain, following.start)
        if printed is None:
            continue
        scale = 1 if "、" in link or here.value >= 10000 else scale_value(printed["scale"] or "")
        value, unit = same_unit(here.value * scale, printed["unit"] or "")
        result[at] = Quantity(here.start, here.end, value, unit, here.bound)
    return result
