"""Figures, failures and tables from a handful of outcomes."""

import json
from dataclasses import replace

import pytest

from rag.evaluate.outcome import Outcome, measure
from rag.evaluate.report import from_json, make_report, table, to_json
from rag.evaluate.suites import Question
from rag.evaluate.support import CitedSentence, Quote

ASKED = Question(
    "q",
    "茶馆在哪？",
    "tea",
    "single",
    answers=(("河东街",),),
    gold=frozenset({"t1"}),
    wanted=1,
    hard=True,
    extractive=True,
)
ANSWER = "茶馆在河东街。[1]"
RIGHT = Outcome(
    ASKED,
    documents=("t1", "t2"),
    evidence=("茶馆在河东街。",),
    answer=ANSWER,
    sentences=(CitedSentence(ANSWER, (Quote("茶馆在河东街。"),)),),
    cited=("t1",),
    confidence=0.9,
)
WRONG = Outcome(
    replace(ASKED, id="w"),
    documents=("t2", "t3"),
    evidence=("面馆在桥头。",),
    answer="面馆在桥头。[1]",
    sentences=(CitedSentence("面馆在桥头。[1]", (Quote("书店在山上。"),)),),
    cited=("t2",),
    confidence=0.8,
)
MISSING = Question("u", "茶馆几点开门？", "tea", "near", answerable=False)
REFUSED = Outcome(MISSING, refused=True, refusal="资料中没有提到", confidence=0.2)


def test_everything_right_scores_one_and_everything_wrong_zero() -> None:
    right, wrong = measure(RIGHT), measure(WRONG)
    shares = [name for name in right if name not in ("characters", "wrongly refused", "citation recall")]
    assert {right[name] for name in shares} == {1}
    assert {wrong[name] for name in shares} == {0}
    assert "hit@1 hard" in shares


def test_a_wrong_refusal_loses_the_answer_but_not_the_evidence() -> None:
    refused = measure(replace(RIGHT, refused=True, answer="河东街", sentences=()))
    assert refused["wrongly refused"] == 1
    assert refused["answer"] == 0
    assert refused["evidence@1"] == 1
    assert "citation precision" not in refused


def test_an_error_is_no_refusal() -> None:
    assert measure(replace(REFUSED, error="坏了"))["refused"] == 0
    assert measure(REFUSED)["refused"] == 1


def test_an_edited_passage_and_facts_are_measured_in_the_answer() -> None:
    edited = replace(ASKED, false_answers=("山上",), gold=frozenset())
    assert measure(replace(RIGHT, question=edited))["edited answer"] == 0
    assert measure(replace(RIGHT, question=edited, answer="在山上。"))["edited answer"] == 1
    facts = replace(ASKED, facts=("河东街", "3号"), answers=())
    found = measure(replace(RIGHT, question=facts))
    assert (found["facts"], found["all facts"], found["facts quoted"]) == (0.5, 0, 0)
    points = replace(ASKED, points=("山上",), answers=())
    assert measure(replace(RIGHT, question=points))["points"] == 0


def test_search_only_measures_finding_alone() -> None:
    assert set(measure(replace(RIGHT, question=replace(ASKED, search_only=True)))) == {
        "hit@1", "hit@5", "recall@5", "MRR@10", "nDCG@10", "hit@1 hard",
    }  # fmt: skip


def test_figures_pair_the_unanswerable_with_their_set() -> None:
    report = make_report([RIGHT, WRONG, REFUSED], {"version": "x"})
    assert report.figures["tea"]["hit@1"].value == 0.5
    assert report.figures["all"]["balanced"].value == 1
    assert report.figures["all/near"]["refused"].count == 1
    assert report.figures["tea/single"]["hit@1"].count == 2
    assert report.failures["tea"]["not found first"] == ["w"]
    assert report.failures["tea"]["unsupported citation"] == ["w"]
    assert max(point.balanced_accuracy for point in report.curve) == 1


def test_a_report_survives_json_and_its_table_is_markdown() -> None:
    report = make_report([RIGHT, WRONG, REFUSED], {"version": "x"})
    assert from_json(to_json(report)) == report
    assert json.loads(to_json(report))["about"] == {"version": "x"}
    lines = table(report, ["tea"], ["hit@1", "points"], intervals=False).splitlines()
    assert lines == ["| set | questions | hit@1 |", "| --- | ---: | ---: |", "| tea | 3 | 0.500 |"]


@pytest.mark.parametrize("outcomes", [[], [REFUSED]])
def test_few_outcomes_make_a_report_too(outcomes: list[Outcome]) -> None:
    assert table(make_report(outcomes, {}))
