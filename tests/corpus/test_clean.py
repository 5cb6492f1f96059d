"""Cleaning drops marks and stray blanks, changes nothing, and knows where every character was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.clean import clean_line, join_broken, join_lines, raw_offsets

RAW = st.text(alphabet="甲乙ab1。,*#>-  \u3000\u200b\ufeff\u202e\t", max_size=80)


def _clean(raw: str) -> str:
    return clean_line(raw, 0, len(raw)).text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("● **实施计划** 办好节", "● 实施计划 办好节"),
        ("## 标题", "标题"),
        ("* 一项", "一项"),
        ("> 引文", "引文"),
        ("#话题#很热", "#话题#很热"),
        ("3*5", "3*5"),
        ("甲\u3000\u3000乙", "甲 乙"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("\u202e倒着写", "倒着写"),
        ("***", ""),
    ],
)
def test_a_line(raw: str, text: str) -> None:
    assert _clean(raw) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["投资额135", "亿美元"], "投资额135亿美元"),
        (["the reading", "room"], "the reading room"),
        (["共1", "200个"], "共1200个"),
        (["新馆", "library"], "新馆library"),
    ],
)
def test_a_broken_paragraph(parts: list[str], text: str) -> None:
    assert join_broken([clean_line(part, 0, len(part)) for part in parts]).text == text


@given(RAW)
def test_every_character_maps_to_its_raw_place(raw: str) -> None:
    cleaned = clean_line(raw, 0, len(raw))
    assert len(cleaned.offsets) == len(cleaned.text)
    assert list(cleaned.offsets) == sorted(set(cleaned.offsets))
    for offset, character in zip(cleaned.offsets, cleaned.text, strict=True):
        assert raw[offset] == character or (character == " " and raw[offset].isspace())


@given(st.lists(RAW, max_size=5))
def test_joined_text_maps_to_its_raw_place(lines: list[str]) -> None:
    raw = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
    parts = [clean_line(raw, start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
    for joined in (join_broken(parts), join_lines(parts)):
        visible = [(o, c) for o, c in zip(joined.offsets, joined.text, strict=True) if not c.isspace()]
        assert all(raw[offset] == character for offset, character in visible)


def test_raw_offsets_of_an_article() -> None:
    raw = "**乙**文\n甲题"
    assert list(raw_offsets(raw, [(7, 9), (0, 6)], "甲题\n乙文")) == [7, 8, 2, 2, 5]
    with pytest.raises(ValueError, match="spans"):
        raw_offsets(raw, [(0, 6)], "甲题")
