"""Amounts and dates are read by value, whatever the script and the scale they are printed in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.answer.numbers import dates, quantities


def amounts(text: str) -> list[tuple[Decimal, str, str]]:
    return [(one.value, one.unit, one.bound) for one in quantities(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.59万亿元", "15900亿元"),
        ("二十名", "20名"),
        ("一千一百二十个", "1,120个"),
        ("百分之五", "5%"),
        ("三点五万", "3.5万"),
        ("两万五千人", "2.5万人"),
        ("一亿三千万元", "1.3亿元"),
        ("3公里", "3000米"),
        ("50％以上", "50%以上"),
        ("超过12万件", "12万件以上"),
        ("３０分钟", "30分钟"),
        ("1.5小时", "90分钟"),
        ("五成", "50%"),
        ("15.9 trillion yuan", "159000亿元"),
        ("第三十届", "第30届"),
    ],
)
def test_same_amount(one: str, other: str) -> None:
    assert amounts(one) == amounts(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("50%", "50%以上"),
        ("12万件", "超过12万件"),
        ("约3万人", "3万人"),
        ("不足3万人", "超过3万人"),
        ("最多20册", "20册"),
        ("每人至少可借20册", "每人最多可借20册"),
        ("5元", "5%"),
        ("5万元", "5亿元"),
        ("5元", "5美元"),
        ("数百名", "100名"),
        ("第三位", "三位"),
        ("四减三增", "五减三增"),
    ],
)
def test_other_amount(one: str, other: str) -> None:
    assert amounts(one) != amounts(other)


@pytest.mark.parametrize("text", ["十分高兴", "百姓生活", "零售总额", "统一安排", "一些", "二、主要任务", "千方百计"])
def test_words_that_count_nothing(text: str) -> None:
    assert amounts(text) == []


def test_range_shares_its_unit_and_scale() -> None:
    assert [(value, unit) for value, unit, _ in amounts("3至5万元")] == [(Decimal(30000), "元"), (Decimal(50000), "元")]
    assert [(value, unit) for value, unit, _ in amounts("5—10公里")] == [(Decimal(5000), "米"), (Decimal(10000), "米")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年1月20日", [(2021, 1, 20)]),
        ("2021-01-20", [(2021, 1, 20)]),
        ("二〇二一年三月", [(2021, 3, None)]),
        ("12月25日至26日", [(None, 12, 25), (None, 12, 26)]),
        ("1至7月", [(None, 1, None), (None, 7, None)]),
        ("2019-2021年", [(2019, None, None), (2021, None, None)]),
        ("2021年开工,8月1日通车", [(2021, None, None), (2021, 8, 1)]),
        ("January 20, 2021", [(2021, 1, 20)]),
        ("3个月", []),
    ],
)
def test_dates(text: str, expected: list[tuple[int | None, int | None, int | None]]) -> None:
    assert [(one.year, one.month, one.day) for one in dates(text)] == expected


def test_a_date_is_no_amount_and_offsets_hold() -> None:
    text = "2020年,上海新增首店800家。"
    (one,) = quantities(text)
    assert text[one.start : one.end] == "800家"
    (day,) = dates(text)
    assert text[day.start : day.end] == "2020年"
