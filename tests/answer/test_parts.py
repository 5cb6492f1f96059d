from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.parts import MOST, parts
from rag.answer.questions import understand


def split(question: str, *printed: str) -> tuple[str, ...]:
    return parts(understand(question), lambda phrase: phrase in printed)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("青石桥和白石桥分别长多少米？", ("青石桥长多少米？", "白石桥长多少米？")),
        ("2019年江城区和河东区的产值分别是多少", ("2019年江城区的产值是多少", "2019年河东区的产值是多少")),
        ("白沙河大桥和青石镇的总投资分别是多少", ("白沙河大桥的总投资是多少", "青石镇的总投资是多少")),
        ("2022年和2023年报名人数", ("2022年报名人数", "2023年报名人数")),
        ("《江城往事》的导演和编剧是谁？", ("《江城往事》的导演是谁？", "《江城往事》的编剧是谁？")),
        ("会议的开始和结束时间是什么时候？", ("会议的开始时间是什么时候？", "会议的结束时间是什么时候？")),
        (
            "青石镇的减负措施和白沙河大桥的总投资分别是什么",
            ("青石镇的减负措施是什么", "白沙河大桥的总投资是什么"),
        ),
        (
            "大赛的主办方、承办方和协办方分别是谁",
            ("大赛的主办方是谁", "大赛的承办方是谁", "大赛的协办方是谁"),
        ),
        ("青石桥是谁设计的？它有多长？", ("青石桥是谁设计的？", "青石桥有多长？")),
        ("青石桥由谁承建，并且总投资是多少？", ("青石桥由谁承建", "青石桥，总投资是多少？")),
    ],
)
def test_each_part_is_a_question_of_its_own(question: str, asked: tuple[str, ...]) -> None:
    assert split(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "青石镇有哪些减负措施？",
        "《战争与和平》的作者是谁？",
        "青石桥和白石桥之间有多远？",
        "江城区和河东区合作开展了哪些项目？",
        "青石桥和白石桥哪一年合并管理？",
        "李和平是谁？",
        "谁打通了9个业务系统，减少了报表？",
        "几何光学，又称为什么？",
        "请概述江城区和河东区的情况",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert split(question) == ()


def test_a_printed_name_is_one_thing_unless_each_is_asked() -> None:
    assert split("社会学院和人口学院的院长是谁") != ()
    assert split("社会学院和人口学院的院长是谁", "社会学院和人口学院") == ()
    assert split("社会学院和人口学院的院长分别是谁", "社会学院和人口学院") != ()


@given(st.text(alphabet="青石桥和与、分别是谁多少？，并且2年《》的", max_size=40))
def test_any_text_gives_few_parts_and_no_error(text: str) -> None:
    found = split(text)
    assert len(found) != 1
    assert len(found) <= MOST
    assert all(part.strip() for part in found)
