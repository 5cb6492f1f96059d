from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from rag.answer.verify import make_citation
from rag.evaluate.cases import CORPUS, QUERIES, UNANSWERABLE, UNFINISHED, cases, write_cases
from rag.evaluate.suites import load_suites
from rag.index.feedback import Feedback, answer_record
from rag.types import Answer, Article, Query

BRIDGE = Article("bridge", "桥.txt", "青石桥重新通车", "青石桥昨天重新通车。大桥全长420米。", "桥.txt", date="2021-03")
QUOTE = "大桥全长420米。"
GOOD = Answer(
    f"{QUOTE}[1]",
    citations=(make_citation(1, BRIDGE, 10, 19, QUOTE),),
    query=Query("青石桥有多长？", "它有多长？"),
    articles={"bridge": BRIDGE},
)
REFUSAL = Answer("资料中没有。", refusal="没有提到地铁", query=Query("地铁几点开？", "地铁几点开？"))
ARTICLES = {"bridge": BRIDGE}


def judged(question: str, answer: Answer, verdict: str, reason: str = "") -> Feedback:
    return Feedback("2026-01-02T03:04:05+00:00", question, answer_record(answer), verdict, reason)


def test_a_good_answer_becomes_a_case_with_its_articles_and_quotes() -> None:
    (row,) = cases([judged("它有多长？", GOOD, "up")], ARTICLES).queries
    assert (row["question"], row["gold_ids"], row["answers"]) == ("青石桥有多长？", ["bridge"], [QUOTE])
    assert row["meta"]["asked"] == "它有多长？"


def test_a_right_refusal_must_be_refused_again() -> None:
    made = cases([judged("地铁几点开？", REFUSAL, "up")], ARTICLES)
    assert [row["type"] for row in made.unanswerable] == ["unanswerable"]
    assert made.queries == made.unfinished == ()


def test_what_was_judged_bad_waits_for_its_answer() -> None:
    made = cases([judged("它有多长？", GOOD, "down", "答案不对：是42米"), judged("地铁？", REFUSAL, "down")], ARTICLES)
    assert made.queries == made.unanswerable == ()
    assert [(row["gold_ids"], row["answers"]) for row in made.unfinished] == [([], []), ([], [])]
    assert made.unfinished[0]["meta"]["reason"] == "答案不对：是42米"
    assert made.unfinished[0]["meta"]["answer"] == GOOD.text


def test_the_last_judgement_of_a_question_counts() -> None:
    made = cases([judged("它有多长？", GOOD, "up"), judged("它有多长？", GOOD, "down")], ARTICLES)
    assert (len(made.queries), len(made.unfinished)) == (0, 1)


def test_a_quote_that_is_gone_proves_nothing() -> None:
    changed = {"bridge": replace(BRIDGE, text="青石桥昨天重新通车。大桥全长520米。")}
    for articles in ({}, changed):
        made = cases([judged("它有多长？", GOOD, "up")], articles)
        assert (made.queries, len(made.unfinished)) == ((), 1)


def test_the_files_are_a_set_for_evaluation(tmp_path: Path) -> None:
    judgements = [judged("它有多长？", GOOD, "up"), judged("地铁？", REFUSAL, "up"), judged("坏", GOOD, "down")]
    write_cases(cases(judgements, ARTICLES), ARTICLES.values(), tmp_path)
    (suite,) = load_suites(tmp_path, tmp_path)
    assert suite.sources == (tmp_path / CORPUS,)
    assert [(question.question, question.answerable) for question in suite.questions] == [
        ("青石桥有多长？", True),
        ("地铁几点开？", False),
    ]
    assert suite.questions[0].gold == {"bridge"}
    (row,) = map(json.loads, (tmp_path / CORPUS).read_text(encoding="utf-8").splitlines())
    assert row == {"id": "bridge", "title": BRIDGE.title, "text": BRIDGE.text, "source": "桥.txt", "date": "2021-03"}
    assert len((tmp_path / UNFINISHED).read_text(encoding="utf-8").splitlines()) == 1
    write_cases(cases([], ARTICLES), ARTICLES.values(), tmp_path)
    assert not any((tmp_path / name).exists() for name in (QUERIES, UNANSWERABLE, UNFINISHED)), "none of last time's"
