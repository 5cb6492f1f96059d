"""Enumerations are followed as the page prints them, and nothing else passes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.enumerations import find_enumerations

ORDER = "为减轻负担,镇里推进三个减少。首先是减少会议:能合并的合并。\n\n其次是减少报表:数据共享。\n\n最后是减少跑动:线上审批。\n\n另一件事。"
INLINE = "会议要求,一是要明确目标。对标先进。二是要把握重点。早谋划。三是要锤炼队伍。带头示范。"
BULLETS = "重点抓好两方面工作——\n\n■ 完善预警机制,加强值守。\n\n■ 完善储备机制,平战结合。\n\n其他工作照常。"


def heads(text: str) -> list[list[str]]:
    return [[text[slice(*item.head)] for item in found.items] for found in find_enumerations(text)]


def test_words_of_order() -> None:
    (found,) = find_enumerations(ORDER)
    assert [ORDER[item.start : item.start + 2] for item in found.items] == ["首先", "其次", "最后"]
    assert found.introduction is not None
    assert ORDER[slice(*found.introduction)] == "为减轻负担,镇里推进三个减少。"
    assert ORDER[found.items[-1].start : found.end] == "最后是减少跑动:线上审批。"


def test_numbered_clauses_in_one_paragraph() -> None:
    (found,) = find_enumerations(INLINE)
    assert len(found.items) == 3
    assert INLINE[found.items[1].start : found.items[1].end] == "二是要把握重点。早谋划。"


def test_bullets_end_where_another_paragraph_begins() -> None:
    assert heads(BULLETS) == [["完善预警机制", "完善储备机制"]]


@pytest.mark.parametrize(
    "text",
    ["一是一,二是二,他总这么说。", "他首先到达了车站。", "三是他的幸运数字。", "第二天,大家又来了。", "■ 只有一条。"],
)
def test_a_single_mark_is_no_enumeration(text: str) -> None:
    assert find_enumerations(text) == []


def test_a_series_begins_anew_with_one() -> None:
    assert heads("一、甲事\n二、乙事\n一、丙事\n二、丁事") == [["甲事", "乙事"], ["丙事", "丁事"]]


@given(st.text(alphabet="一二三是首先其次最后■\n、。,甲乙", max_size=80))
def test_items_are_in_order_and_apart(text: str) -> None:
    for found in find_enumerations(text):
        places = [(item.start, item.end) for item in found.items]
        assert all(start <= end for start, end in places)
        assert all(one[1] <= two[0] for one, two in zip(places, places[1:], strict=False))
        assert all(item.start <= item.head[0] <= item.head[1] <= len(text) for item in found.items)


def test_parallel_clauses_whose_heads_end_alike() -> None:
    text = "镇里推进三大提升工程。实施道路提升工程,修路12公里;实施水系提升工程,清淤三条河;实施绿化提升工程,植树千棵。其他照常。"
    (found,) = find_enumerations(text)
    assert [text[slice(*item.head)] for item in found.items] == [
        "实施道路提升工程",
        "实施水系提升工程",
        "实施绿化提升工程",
    ]
    assert text[found.items[-1].start : found.end] == "实施绿化提升工程,植树千棵。"
