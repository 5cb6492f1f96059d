"""A long sentence is cut to whole clauses; the fact is marked and nothing else changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.answer.questions import understand
from rag.answer.signals import Weights, longest_match
from rag.answer.trim import bold, tidy, trim

LONG = "全年招商引资取得进展,签约项目56个,其中亿元以上项目12个;对外贸易稳中向好,进出口总额达到38亿元,增长2.3%;消费市场平稳,零售总额120亿元。"
QUESTION = understand("进出口总额是多少元？")


def weights(text: str) -> Weights:
    question = understand(text)
    return Weights(question, dict.fromkeys([text[at : at + 2] for at in range(len(text))], 1.0), question.content)


WEIGHTS = weights("进出口总额是多少元？")


def test_the_clause_that_answers_is_kept() -> None:
    start, end = trim(QUESTION, WEIGHTS, LONG, 40)
    assert "进出口总额达到38亿元" in LONG[start:end]
    assert end - start <= 40


def test_a_short_sentence_stays_whole() -> None:
    assert trim(QUESTION, WEIGHTS, "进出口总额38亿元。", 40) == (0, 10)


@given(st.text(alphabet="进出口总额38亿元,;。“”", min_size=1, max_size=120), st.integers(5, 60))
def test_a_cut_stays_inside_and_within_the_limit(sentence: str, limit: int) -> None:
    start, end = trim(QUESTION, WEIGHTS, sentence, limit)
    assert 0 <= start <= end <= len(sentence)
    assert end - start <= max(limit, 1)


def test_the_fact_nearest_to_the_question_is_marked() -> None:
    assert bold(QUESTION, WEIGHTS, "零售总额120亿元,进出口总额38亿元。") == "零售总额120亿元,进出口总额**38亿元**。"


def test_a_name_does_not_decide_which_fact_is_marked() -> None:
    text = "周明芳哪一年参加工作？"
    marked = bold(understand(text), weights(text), "1981年出生的周明芳,2007年进入服务中心工作。")
    assert marked == "1981年出生的周明芳,**2007年**进入服务中心工作。"


def test_marks_take_nothing_away() -> None:
    text = "进出口总额38亿元。"
    assert bold(QUESTION, WEIGHTS, text).replace("**", "") == text


def test_tidy_closes_what_a_cut_left_open() -> None:
    assert tidy("打造“一站式服务,") == "打造“一站式服务”"
    assert tidy("服务窗口”投入使用") == "“服务窗口”投入使用"


@given(st.text(alphabet="甲乙丙 ", max_size=12), st.text(alphabet="甲乙丙", max_size=12))
def test_longest_match_is_the_longest_common_run(question: str, plain: str) -> None:
    runs = [
        question[start:end]
        for start in range(len(question))
        for end in range(start + 1, len(question) + 1)
        if " " not in question[start:end] and question[start:end] in plain
    ]
    assert longest_match(question, plain) == max(map(len, runs), default=0)


def test_a_cut_leaves_no_bracket_with_a_word_or_two_in_it() -> None:
    assert tidy("协定有20个章节（包括：") == "协定有20个章节"
    assert tidy("协定有20个章节（包括货物贸易和服务贸易") == "协定有20个章节（包括货物贸易和服务贸易）"
    assert tidy("（包括") == "（包括）"
