"""The published shapes, read from a small set of the project's own."""

import json
from pathlib import Path

import pytest

from rag.evaluate.suites import Suite, joined, limited, load_suites

ROWS: dict[str, list[dict[str, object]]] = {
    "tea.corpus.jsonl": [{"id": "t1", "title": "茶", "text": "茶馆在河东街。"}],
    "tea.queries.jsonl": [
        {
            "id": "q1",
            "question": "茶館在哪？",
            "answers": ["河东街"],
            "gold_ids": ["t1"],
            "dataset": "tea",
            "type": "single",
            "meta": {"bm25_rank": 2, "alt_ids": ["t9"], "question_hans": "茶馆在哪？"},
        },
        {
            "id": "q2",
            "question": "有哪些？",
            "answers": ["甲", "乙"],
            "gold_ids": ["t1", "t2"],
            "dataset": "tea",
            "type": "multi",
            "meta": {
                "bm25_rank": 1,
                "answer_mode": "key_points_all",
                "facts": ["有什么？ 绿茶、红茶", "多少钱? 3元"],
                "history": [{"question": "先前的问题", "answers": ["x"]}],
            },
        },
        {
            "id": "q3",
            "question": "校长是谁？",
            "answers": ["张", "李"],
            "gold_ids": ["t1"],
            "dataset": "tea",
            "type": "time_sensitive",
            "meta": {"bm25_rank": None, "answer_any_of_all_of": [["张", "李"], ["王"]]},
        },
    ],
    "unanswerable.queries.jsonl": [
        {"id": "u1", "question": "？", "answers": [], "gold_ids": [], "dataset": "tea", "type": "unanswerable",
         "meta": {"level": "near"}},
        {"id": "u2", "question": "？", "answers": [], "gold_ids": [], "dataset": "other", "type": "unanswerable",
         "meta": {"level": "far"}},
    ],
    "set.passages.jsonl": [
        {"id": "r1", "question": "谁？", "answers": ["甲", "乙"], "answer_groups": [["甲", "乙"], ["丙"]],
         "positive": ["p1", "p2", "p3", "p4", "p5", "p6"], "negative": ["n1", "n2", "n3", "n4"],
         "dataset": "set_a", "type": "single"},
        {"id": "r2", "question": "谁？", "answers": ["甲"], "answer_groups": [["甲"]],
         "positive": [["a1", "a2"], ["b1"]],
         "negative": ["n1", "n2", "n3", "n4"], "dataset": "set_b", "type": "multi"},
        {"id": "r3", "question": "哪里？", "answers": ["真"], "fake_answer": "假", "positive": ["题\n真"], "title": "题",
         "positive_wrong": ["假"], "negative": [], "dataset": "set_c", "type": "counterfactual"},
    ],
    "law.reading.jsonl": [
        {"id": "l1", "title": "案", "passage": "原文。", "qas": [
            {"id": "l1a", "question": "？", "answers": ["原文"], "type": "extractive"},
            {"id": "l1b", "question": "？", "answers": [], "type": "unanswerable"},
            {"id": "l1c", "question": "？", "answers": ["是"], "type": "yesno"}]},
    ],
    "seeds_qa.jsonl": [
        {"id": "s1", "history": ["早先"], "question": "多少？", "type": "fact", "source": "a.txt", "facts": ["3家"]},
        {"id": "s2", "history": [], "question": "多少？", "type": "unanswerable", "source": None, "facts": []},
    ],
}  # fmt: skip


@pytest.fixture
def suites(tmp_path: Path) -> dict[str, Suite]:
    for name, rows in ROWS.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / name).write_text(lines, encoding="utf-8")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("有3家。", encoding="utf-8")
    return {suite.name: suite for suite in load_suites(tmp_path, tmp_path / "pages")}


def test_a_query_counts_its_alternatives_and_remembers_whether_it_is_hard(suites: dict[str, Suite]) -> None:
    first = suites["tea"].questions[0]
    assert first.gold == {"t1", "t9"}
    assert first.wanted == 1
    assert first.hard
    assert first.answers == (("河东街",),)
    assert first.extractive


def test_key_points_come_from_the_facts(suites: dict[str, Suite]) -> None:
    points = suites["tea"].questions[1]
    assert points.points == ("绿茶", "红茶", "3元")
    assert points.answers == ()
    assert points.history == ("先前的问题",)
    assert points.wanted == 2
    assert not points.extractive
    assert not points.hard


def test_alternatives_of_several_parts_stay_together(suites: dict[str, Suite]) -> None:
    assert suites["tea"].questions[2].answers == (("张", "李"), ("王",))
    assert suites["tea"].questions[2].hard


def test_the_simplified_question_and_the_unanswerable_ones_join_their_set(suites: dict[str, Suite]) -> None:
    by_set = {(question.dataset, question.kind): question for question in suites["tea"].questions}
    assert by_set["tea-simplified", "single"].question == "茶馆在哪？"
    assert not by_set["tea", "near"].answerable
    assert len(suites["tea"].questions) == 5


def test_passages_are_mixed(suites: dict[str, Suite]) -> None:
    by_id = {question.id: question for question in suites["set"].questions}
    assert by_id["r1/negatives"].passages == ("n1", "n2", "n3", "n4")
    assert not by_id["r1/negatives"].answerable
    assert by_id["r1/noise 0.4"].passages == ("p1", "p2", "p3", "n1", "n2")
    assert by_id["r1/noise 0.4"].answers == (("甲", "丙"), ("乙", "丙"))
    assert by_id["r2/parts 0.8"].passages == ("a1", "b1", "n1", "n2", "n3", "n4")
    assert by_id["r3/true"].passages == ("题\n真",), "the title stands there already"
    assert by_id["r3/edited"].passages == ("题\n假",)
    assert by_id["r3/edited"].false_answers == ("假",)
    assert "r3/negatives" not in by_id


def test_reading_questions_bring_their_passage(suites: dict[str, Suite]) -> None:
    extractive, unanswerable, yes_or_no = suites["law"].questions
    assert extractive.passages == ("原文。",)
    assert extractive.answers == (("原文",),)
    assert not unanswerable.answerable
    assert yes_or_no.answers == ()


def test_collection_questions_need_their_sources(suites: dict[str, Suite], tmp_path: Path) -> None:
    assert [question.answerable for question in suites["seeds"].questions] == [True, False]
    assert suites["seeds"].questions[0].facts == ("3家",)
    assert "seeds" not in {suite.name for suite in load_suites(tmp_path, tmp_path)}


def test_joined_takes_corpora_only_and_limited_keeps_each_kind(suites: dict[str, Suite]) -> None:
    assert [path.name for path in joined(list(suites.values())).sources] == ["tea.corpus.jsonl"]
    kinds = {question.kind for question in limited(suites["tea"], 1).questions}
    assert kinds == {"single", "multi", "time_sensitive", "near"}
    assert len(limited(suites["tea"], 1).questions) == 4
