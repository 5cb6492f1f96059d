"""Every measure has a case that it must score zero."""

import math

import pytest

from rag.evaluate import metrics
from rag.evaluate.text import comparable, fact_text, holds_fact

RANKED = ["b", "a", "c", "d", "e", "f", "g", "h", "i", "j", "k"]


def test_hit_counts_only_the_first_documents() -> None:
    assert metrics.hit_at(RANKED, {"a"}, 1) == 0
    assert metrics.hit_at(RANKED, {"a"}, 5) == 1
    assert metrics.hit_at(RANKED, {"a", "b"}, 1) == 1  # an alternative counts


def test_recall_is_zero_when_no_gold_document_is_found_and_never_above_one() -> None:
    assert metrics.recall_at(RANKED, {"z"}, 1, 5) == 0
    assert metrics.recall_at(RANKED, {"a", "z"}, 2, 5) == 0.5
    assert metrics.recall_at(RANKED, {"a", "b", "c"}, 2, 5) == 1


def test_reciprocal_rank_ends_at_ten() -> None:
    assert metrics.reciprocal_rank(RANKED, {"k"}) == 0
    assert metrics.reciprocal_rank(RANKED, {"a", "c"}) == 0.5


def test_discounted_gain_is_zero_without_gold_and_one_when_gold_comes_first() -> None:
    assert metrics.discounted_gain(RANKED, {"k"}, 1) == 0
    assert metrics.discounted_gain(RANKED, {"b", "a"}, 2) == 1
    assert metrics.discounted_gain(RANKED, {"b", "a", "c"}, 1) == 1
    assert metrics.discounted_gain(RANKED, {"a"}, 1) == pytest.approx(1 / math.log2(3))


def test_evidence_must_hold_the_answer_inside_one_of_the_first_sentences() -> None:
    sentences = ["天氣很好。", "全區共有 ８００ 家首店。", "其他。"]
    assert metrics.evidence_at(sentences, ["800家"], 1) == 0
    assert metrics.evidence_at(sentences, ["800家"], 2) == 1
    assert metrics.evidence_at(sentences, ["首店其他"], 3) == 0  # joined over two sentences
    assert metrics.evidence_at(sentences, ["全区共有800家首店"], 2) == 1
    assert metrics.evidence_at([], ["800家"], 3) == 0


def test_all_strings_of_an_alternative_must_stand_in_the_text() -> None:
    assert not metrics.all_inside("主演是吴京。", ["吴京", "郭帆"])
    assert metrics.all_inside("吳京主演，郭帆導演。", ["吴京", "郭帆"])
    assert not metrics.all_inside("随便什么", [])
    assert not metrics.within_one(["吴京主演。", "郭帆导演。"], ["吴京", "郭帆"], 2)


def test_points_and_facts_are_shares() -> None:
    assert metrics.points_covered("无关的话", ["减少会议", "减少报表"]) == 0
    assert metrics.points_covered("减少会议。", ["减少会议", "减少报表"]) == 0.5
    assert metrics.facts_covered("增长了25.3%。", ["5.3%"]) == 0
    assert metrics.facts_covered("增长了**25.3%**[1]。", ["25.3%"]) == 1


def test_length_leaves_marks_out_and_is_shared_over_covered_points() -> None:
    assert metrics.answer_length("**减少** 会议。[1][12]") == 5
    assert metrics.characters_a_point([100, 50], [1, 0.5]) == 100
    assert metrics.characters_a_point([100], [0]) == math.inf


def test_first_citation_must_be_gold() -> None:
    assert metrics.first_citation_right(["b", "a"], {"a"}) == 0
    assert metrics.first_citation_right([], {"a"}) == 0
    assert metrics.first_citation_right(["a", "b"], {"a"}) == 1


@pytest.mark.parametrize(
    ("answer", "fact", "held"),
    [
        ("计划新增 **800** 家[1]首店。", "800家", True),
        ("计划新增1800家首店。", "800家", False),
        ("达到15.9万亿元", "5.9万亿元", False),
        ("达到3.15万亿元", "15万亿元", False),
        ("新增11200个", "1120", False),
        ("新增1120.5个", "1120", False),
        ("先有1120个，又有11201个", "1120", True),
        ("增长25.3%。", "25.3%", True),
        ("增长253%。", "25.3%", False),
        ("采用“一店 一码”", "一店一码", True),
        ("减少会议", "减少报表", False),
        ("什么都有", "", False),
    ],
)
def test_fact_containment(answer: str, fact: str, held: bool) -> None:
    assert holds_fact(answer, fact) is held


def test_fact_text_keeps_points_and_percents_after_digits_only() -> None:
    assert fact_text("“U.S.”增 1.5%（约）[3]。") == "US增1.5%约"


def test_comparable_ignores_script_width_case_and_space() -> None:
    assert comparable("臨汾路 ＡＢ，[1]**x**") == comparable("临汾路ab,X")
