"""A draft is taken apart whatever way a model marks, numbers and thinks."""

from __future__ import annotations

import pytest

from rag.answer.draft import parse, visible


def units(draft: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(unit.text, unit.numbers) for line in parse(draft) for unit in line.units]


@pytest.mark.parametrize(
    ("draft", "numbers"),
    [
        ("新增首店800家。[1]", (1,)),
        ("新增首店800家[1]。", (1,)),
        ("新增首店800家【1】。", (1,)),
        ("新增首店800家。[1,3]", (1, 3)),
        ("新增首店800家。[1][3]", (1, 3)),
        ("新增首店800家。[2-4]", (2, 3, 4)),
        ("新增首店800家（证据2）。", (2,)),
        ("新增首店800家[资料2]。", (2,)),
        ("[5] 新增首店800家。", (5,)),
        ("新增首店800家。", ()),
    ],
)
def test_markers(draft: str, numbers: tuple[int, ...]) -> None:
    ((text, found),) = units(draft)
    assert (text.rstrip("。"), found) == ("新增首店800家", numbers)


def test_sentences_keep_their_own_markers() -> None:
    assert units("甲有3家。[1]乙有1.5万家；[2]丙没有。[3]") == [
        ("甲有3家。", (1,)),
        ("乙有1.5万家；", (2,)),
        ("丙没有。", (3,)),
    ]


def test_lists_and_bold_are_understood() -> None:
    lines = parse("措施如下：\n1. **减少会议**：合并会议。[1]\n2、减少报表。[2]\n- 其他[3]")
    assert [(line.mark, line.numbered) for line in lines] == [("", False), ("1.", True), ("2、", True), ("-", False)]
    assert lines[0].units[0].introduces
    assert lines[1].units[0].text == "**减少会议**：合并会议。"
    assert lines[1].units[0].claim == "减少会议：合并会议。"


def test_a_line_that_begins_with_its_number_within_a_list_is_an_item() -> None:
    lines = parse("1. 减少会议。[1]\n[2] 其次是减少报表。\n[3] 最后是减少派单。")
    assert [line.numbered for line in lines] == [True, True, True]


@pytest.mark.parametrize("draft", ["1.5万亿元是总值。", "2021年新增800家。", "3个工作日办结。"])
def test_a_number_is_no_list_mark(draft: str) -> None:
    assert units(draft) == [(draft, ())]


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("<think>先看资料</think>新增800家。", "新增800家。"),
        ("先看资料</think>新增800家。", "新增800家。"),
        ("<think>没有想完", ""),
        ("新增800家。<THINK>嗯</THINK>", "新增800家。"),
    ],
)
def test_thinking_is_hidden(draft: str, left: str) -> None:
    assert visible(draft) == left


@pytest.mark.parametrize(
    "text", ["资料中没有提到。", "原文并未说明具体价格。", "无法确定。", "The text does not mention it."]
)
def test_declining(text: str) -> None:
    assert parse(text)[0].units[0].declines


def test_opening_phrases_are_left_out() -> None:
    assert units("根据资料，新增800家。[1]") == [("新增800家。", (1,))]


def test_a_straight_quote_before_a_word_opens_the_next_sentence() -> None:
    (line,) = parse('"新三样"指汽车;"老三样"指服装。')
    assert [unit.text for unit in line.units] == ['"新三样"指汽车;', '"老三样"指服装。']
    (line,) = parse('他说:"好。"然后走了。')
    assert line.units[0].text.startswith('他说:"好。')
