"""Two sources that say the same sentence with another number, name or date in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag.answer.conflicts import NOTE, find_conflicts, with_conflicts
from rag.answer.verify import check_answer, make_citation
from rag.types import Answer, AnswerSentence, Query
from tests.answer.drafting import article, evidence_of

BENCH = os.environ.get("WENBAO_BENCH", "")


def conflicts(question: str, one: str, other: str) -> list[tuple[str, str]]:
    evidence = evidence_of(article("a", one), article("b", other))
    return [(found.said, found.otherwise) for found in find_conflicts(Query(question, question), evidence)]


@pytest.mark.parametrize(
    ("one", "other", "slot"),
    [
        ("圆梦计划今年招生80人左右。", "圆梦计划今年招生70人左右。", ("80人左右", "70人左右")),
        ("运动会的主办城市是湖北省武汉市。", "运动会的主办城市是湖北省成都市。", ("武汉市", "成都市")),
        ("女王于1901年1月22日在宫中去世。", "女王于1911年11月2日在宫中去世。", ("1901年1月22日", "1911年11月2日")),
        ("影片《远山》由导演郭一帆执导完成。", "影片《远山》由导演林子清执导完成。", ("郭一帆", "林子清")),
    ],
)
def test_conflict(one: str, other: str, slot: tuple[str, str]) -> None:
    assert conflicts("是什么？", one, other) == [slot]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("是多少？", "全市总产值达到1.59万亿元。", "全市总产值达到15900亿元。"),
        ("甲区建了几个网点？", "今年甲区新建早餐网点20个。", "今年乙区新建早餐网点20个。"),
        ("2020年招多少人？", "圆梦计划2020年招生80人。", "圆梦计划2021年招生95人。"),
        ("是多少？", "大桥全长3.2公里。", "学校今年招生2400人,其中本科1800人。"),
        ("是多少？", "圆梦计划今年招生80人左右。", "圆梦计划今年招生80人左右。"),
    ],
)
def test_no_conflict(question: str, one: str, other: str) -> None:
    assert conflicts(question, one, other) == []


def test_one_article_does_not_contradict_itself() -> None:
    twice = article("a", "圆梦计划今年招生80人左右。圆梦计划今年招生70人左右。")
    assert find_conflicts(Query("", ""), evidence_of(twice)) == []


def test_both_are_shown_and_cited() -> None:
    one, other = article("a", "圆梦计划今年招生80人左右。"), article("b", "圆梦计划今年招生70人左右。", "另一份通知")
    text = "圆梦计划今年招生80人左右。[1]"
    articles = {"a": one, "b": other}
    answer = Answer(
        text,
        (AnswerSentence(0, len(text), (1,)),),
        (make_citation(1, one, 0, len(one.text), one.text),),
        query=Query("招多少人？", "招多少人？"),
        articles=articles,
    )
    both = with_conflicts(answer, evidence_of(one, other), articles)
    check_answer(both)
    assert "80人" in both.text
    assert "《另一份通知》写的是：圆梦计划今年招生70人左右。[2]" in both.text
    assert both.notes == (NOTE,)
    assert with_conflicts(both, evidence_of(one, other), articles) == both


def test_what_nobody_contradicts_stays_as_it_is() -> None:
    one, other = article("a", "大桥全长3.2公里。"), article("b", "学校今年招生2400人。")
    answer = Answer(
        "大桥全长3.2公里。[1]",
        (AnswerSentence(0, 13, (1,)),),
        (make_citation(1, one, 0, len(one.text), one.text),),
        articles={"a": one, "b": other},
    )
    assert with_conflicts(answer, evidence_of(one, other), {"a": one, "b": other}) == answer


@pytest.mark.bench
@pytest.mark.skipif(not BENCH, reason="WENBAO_BENCH is not set")
@pytest.mark.parametrize("name", ["rgb", "domainrag_counterfactual"])
def test_edited_passages_are_found_out(name: str) -> None:
    rows = [json.loads(line) for line in Path(BENCH, f"{name}.passages.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("positive_wrong")]
    found = sum(
        bool(
            find_conflicts(
                Query(row["question"], row["question"]),
                evidence_of(article("true", row["positive"][0]), article("edited", row["positive_wrong"][0])),
            )
        )
        for row in rows
    )
    print(f"{name}: {found} of {len(rows)} pairs of a true and an edited passage found out")
    assert found >= 0.9 * len(rows)
