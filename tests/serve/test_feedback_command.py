from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.answer.verify import make_citation
from rag.index.library import Library
from rag.types import Answer, Article, Query
from tests.conftest import HashingEncoder
from tests.serve.commands import Run, make_run, write_collection


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    hashing_encoder: HashingEncoder,
    tiny_articles: list[Article],
) -> Iterator[Run]:
    write_collection(tmp_path / "seeds", tiny_articles)
    run = make_run(monkeypatch, capsys, tmp_path, hashing_encoder)
    assert run("build").code == 0
    yield run


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Run:
    """One answer was found good, one bad."""
    with Library.open(tmp_path / "index", None, 0) as library:
        article = next(article for article in library.articles() if "420米" in article.text)
        start = article.text.index("大桥全长420米")
        citation = make_citation(1, article, start, start + 8, article.text[start : start + 8])
        answer = Answer("大桥全长420米[1]", citations=(citation,), query=Query("大桥多长？", "大桥多长？"))
        library.add_feedback("大桥多长？", answer, "up", "")
        library.add_feedback("几点开门？", Answer("资料中没有。", refusal="没有"), "down", "答案不对：\n9点")
    return run


def test_without_a_judgement_it_says_where_they_come_from(run: Run) -> None:
    assert run("feedback").out == "还没有评价；读者可以在网页上的每条回答下面评价\n"
    assert run("feedback", "--json").out == ""


def test_judgements_are_listed(judged: Run) -> None:
    first, second = judged("feedback").out.splitlines()
    assert first.endswith("  有帮助  大桥多长？")
    assert second.endswith("  有问题（答案不对： 9点）  几点开门？")
    rows = [json.loads(line) for line in judged("feedback", "--json").out.splitlines()]
    assert [(row["verdict"], row["answer"]["text"]) for row in rows] == [
        ("up", "大桥全长420米[1]"),
        ("down", "资料中没有。"),
    ]


def test_they_become_a_question_set_that_can_be_evaluated(judged: Run, tmp_path: Path) -> None:
    said = judged("feedback", "评测").out
    assert "1 道有答案的题、0 道应当拒答的题" in said
    assert "另有 1 道" in said
    assert json.loads(judged("feedback", "评测", "--json").out) == {
        "folder": "评测",
        "queries": 1,
        "unanswerable": 0,
        "unfinished": 1,
    }
    evaluated = judged("eval", "评测", "--json")
    assert evaluated.code == 0, evaluated.err
    assert "feedback" in json.loads(evaluated.out)["figures"]
