"""Follow-ups stand alone, and only alike characters explain a slip."""

from __future__ import annotations

import pytest

from rag.search.query import apply, correct, standalone, topic
from tests.search.shelf import Shelf

SHELF = Shelf(
    "股行街道打造十五分钟为老服务圈",
    "彭浦新村街道首创工作手册",
    "临汾路街道推进减少会议",
    "南京路步行街",
    titles=["马鹿", "宿州"],
)


@pytest.mark.parametrize(
    ("question", "printed"),
    [
        ("殷行街道的服务圈是什么", "股行街道"),
        ("彭甫新村街道的手册", "彭浦新村街道"),
        ("彭浦新存街道的手册", "彭浦新村街道"),
        ("犸鹿又叫什么？", "马鹿"),
    ],
)
def test_an_alike_character_is_matched_to_what_is_printed(question: str, printed: str) -> None:
    pairs = correct(question, SHELF)
    assert [pair[1] for pair in pairs] == [printed]
    assert printed in apply(question, pairs)


@pytest.mark.parametrize(
    "question", ["临平路街道的会议", "北京路步行街", "临汾路街道的会议", "东海街道的手册", "会议", "苏州的会议"]
)
def test_another_name_is_not_a_slip(question: str) -> None:
    assert correct(question, SHELF) == ()


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("她哪一年参加工作？", ["周明芳是谁？"], "周明芳哪一年参加工作？"),
        ("那报表减少了多少？", ["青石街道减负措施"], "青石街道减负措施，那报表减少了多少？"),
        ("学院有多少位教师？", ["江城大学哲学院有几个专业？"], "江城大学哲学院有多少位教师？"),
        (
            "学院提供哪些专业并简述其特点",
            ["江城大学哲学院有几个专业？", "学院有多少位教师？"],
            "江城大学哲学院提供哪些专业并简述其特点",
        ),
        (
            "农村区域专业在哪？",
            ["江城大学农业与农村发展学院成立于哪一年"],
            "江城大学农业与农村发展学院，农村区域专业在哪？",
        ),
        ("2021年上海新增多少首店？", ["青石街道减负措施"], "2021年上海新增多少首店？"),
        ("周明芳是谁？", [], "周明芳是谁？"),
    ],
)
def test_follow_ups(question: str, history: list[str], expected: str) -> None:
    assert standalone(question, history) == expected


def test_the_topic_is_carried_through_a_chain_of_follow_ups() -> None:
    assert "周明芳" in standalone("她获得过哪些荣誉？", ["周明芳是谁？", "她哪一年参加工作？"])


def test_topic_of_a_question_that_names_nothing() -> None:
    assert topic("？") == ""


def test_a_title_proves_a_correction_where_another_article_prints_one_of_the_slips_pairs() -> None:
    shelf = Shelf("肃健成长", "决定健身", titles=["宋建成"])
    assert shelf.document_frequency(["健成"]) == {"健成": 1}
    assert correct("宋健成的论文是什么", shelf) == (("宋健成", "宋建成"),)
    assert ("宋健成", "宋建成") not in correct("宋健成的论文是什么", Shelf("肃健成长", titles=["李建成"]))


def test_a_pair_with_a_function_character_proves_nothing() -> None:
    shelf = Shelf("晟的住处", titles=["会成", "建成的桥"])
    assert correct("李会晟的国籍", shelf) == ()
