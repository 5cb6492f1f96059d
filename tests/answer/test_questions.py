"""A question is told apart by its asking words."""

from __future__ import annotations

import pytest

from rag.answer.questions import Expects, Kind, understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("青石镇的减负举措有哪些？", Kind.LIST),
        ("青石镇减负措施", Kind.LIST),
        ("三条措施分别是什么", Kind.LIST),
        ("会上提了哪几点要求？", Kind.LIST),
        ("自习室开放到几点？", Kind.FACT),
        ("什么是“连心码”？", Kind.DEFINITION),
        ("周明是谁？", Kind.DEFINITION),
        ("为什么要建新桥？", Kind.WHY),
        ("镇里如何推进垃圾分类？", Kind.HOW),
        ("《春到青石》讲了什么？", Kind.SUMMARY),
        ("新桥通车了吗？", Kind.YES_NO),
        ("她哪一年进入中心工作？", Kind.FACT),
        ("新建公园多少座？", Kind.FACT),
        ("你好", Kind.GREETING),
        ("你能做什么？", Kind.ABILITY),
        ("有哪些文章？", Kind.CATALOGUE),
        ("《青石镇志》有哪些文章？", Kind.LIST),
        ("How many parks were built?", Kind.FACT),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert understand(text).kind is kind


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("新桥什么时候通车？", Expects.TIME),
        ("谁主持了会议？", Expects.PERSON),
        ("展会在哪里举行？", Expects.PLACE),
        ("哪家公司承建？", Expects.ORGANISATION),
        ("投资额是多少？", Expects.NUMBER),
        ("他写了哪部小说？", Expects.TITLE),
        ("咨询电话是多少？", Expects.CONTACT),
        ("新桥有什么特点？", Expects.ANYTHING),
    ],
)
def test_expected_answer(text: str, expects: Expects) -> None:
    assert understand(text).expects is expects


def test_traditional_and_simplified_are_understood_alike() -> None:
    one, two = understand("臺灣有哪些城市？"), understand("台湾有哪些城市？")
    assert (one.kind, one.content) == (two.kind, two.content)


def test_content_keeps_the_length_and_drops_the_asking_words() -> None:
    question = understand("新建公园多少座？")
    assert len(question.content) == len(question.text)
    assert "多少" not in question.content
    assert "新建公园" in question.content


def test_years_units_counts_and_ordinals() -> None:
    assert understand("2023年新增多少家首店？").years == ("2023",)
    assert understand("2023年新增多少家首店？").units == ("家",)
    assert understand("老人今年多大年纪？").units == ("岁",)
    assert understand("四大产业集群是哪些？").count == 4
    assert understand("第三项呢？").ordinal == 3
    assert understand("12023年").years == ()
