"""Two sources that say the same sentence with another number, name or date in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag.answer.conflicts import NOTE, find_conflicts, with_conflicts
from rag.answer.verify import check_answer, make_citation
from rag.types import Answer, AnswerSentence, Article, Query
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
        ("学院开设逻辑学、伦理学、统计学课程。", "学院开设逻辑学、统计学课程。", ("伦理学", "")),
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
        (
            "开了哪条航线？",
            "8月3日,远航公司联合港务局新开青石至白桥航线。",
            "记者7日获悉,远航公司联合港务局新开青石至白桥航线。",
        ),
        (
            "有哪些课程？",
            "课程有逻辑学、伦理学、政治学、国际关系史、统计学。",
            "课程有逻辑学、伦理学、政治学、国际关系史",
        ),
    ],
)
def test_no_conflict(question: str, one: str, other: str) -> None:
    assert conflicts(question, one, other) == []


def test_one_article_does_not_contradict_itself() -> None:
    twice = article("a", "圆梦计划今年招生80人左右。圆梦计划今年招生70人左右。")
    assert find_conflicts(Query("", ""), evidence_of(twice)) == []


def answer_from(one: Article, question: str, *others: Article) -> Answer:
    """An answer that quotes the whole of an article, with the others found beside it."""
    text = f"{one.text}[1]"
    return Answer(
        text,
        (AnswerSentence(0, len(text), (1,)),),
        (make_citation(1, one, 0, len(one.text), one.text),),
        query=Query(question, question),
        articles={each.id: each for each in (one, *others)},
    )


def test_both_are_shown_and_cited() -> None:
    one, other = article("a", "圆梦计划今年招生80人左右。"), article("b", "圆梦计划今年招生70人左右。", "另一份通知")
    articles = {"a": one, "b": other}
    both = with_conflicts(answer_from(one, "招多少人？", other), evidence_of(one, other), articles)
    check_answer(both)
    assert "80人" in both.text
    assert "《另一份通知》写的是：圆梦计划今年招生70人左右。[2]" in both.text
    assert both.notes == (NOTE,)
    assert with_conflicts(both, evidence_of(one, other), articles) == both


def test_another_account_is_told_once() -> None:
    one = article("a", "圆梦计划今年招生80人左右。")
    others = [article(name, "圆梦计划今年招生70人左右。", title) for name, title in (("b", "通知"), ("c", "公告"))]
    longer = article("d", "据了解,圆梦计划今年招生70人左右。", "消息")
    found = [*others, longer]
    told = with_conflicts(
        answer_from(one, "招多少人？", *found), evidence_of(one, *found), {each.id: each for each in (one, *found)}
    )
    assert told.text.count("资料说法不一") == 1


def test_what_is_said_of_another_subject_is_no_contradiction() -> None:
    one, other = article("a", "体长可达10公分。", "青石鱼"), article("b", "体长可达12公分。", "白桥鱼")
    question = "青石鱼体长可达多少公分？"
    answer = answer_from(one, question, other)
    assert with_conflicts(answer, evidence_of(one, other), {"a": one, "b": other}) == answer
    same = article("b", "青石鱼分布在近海。体长可达12公分。", "图鉴")
    assert NOTE in with_conflicts(answer, evidence_of(one, same), {"a": one, "b": same}).notes


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
