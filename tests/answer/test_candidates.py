"""Spans that could be the answer, by what the question expects."""

from __future__ import annotations

import pytest

from rag.answer.candidates import find_candidates
from rag.answer.questions import understand


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("大桥什么时候通车？", "大桥于2019年5月1日通车。", "2019年5月1日"),
        ("自习室开放到几点？", "新馆的自习室每天开放到晚上十点半。", "晚上十点半"),
        ("投资额是多少元？", "项目占地30亩，总投资3.2亿元。", "3.2亿元"),
        ("老人今年多大年纪？", "张红，今年71岁，有三个儿子。", "71岁"),
        ("谁主持了会议？", "会议由李建国主持。", "李建国"),
        ("他写了哪部小说？", "他的《长河》广受好评。", "《长河》"),
        ("哪家公司承建？", "工程由江城建设集团承建。", "江城建设集团"),
        ("报名比例是多少？", "共有1200人报名，占比达到45%。", "45%"),
    ],
)
def test_the_expected_type_is_found(question: str, sentence: str, expected: str) -> None:
    spans = find_candidates(understand(question), sentence)
    assert any(expected in sentence[start:end] for start, end in spans)


def test_the_unit_asked_for_excludes_other_figures() -> None:
    sentence = "项目占地30亩，总投资3.2亿元。"
    spans = find_candidates(understand("总投资多少元？"), sentence)
    assert all("亩" not in sentence[start:end] for start, end in spans)


def test_what_the_question_itself_says_is_no_answer() -> None:
    spans = find_candidates(understand("2019年通车的是哪座桥，什么时候开工？"), "2019年通车。")
    assert spans == []


def test_a_question_without_a_type_has_no_candidates() -> None:
    assert find_candidates(understand("大桥有何特点"), "大桥长1280米。") == []
