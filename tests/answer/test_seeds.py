"""The questions of the default collection, asked of the whole product; the figures are printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.answer.assistant import Assistant
from rag.answer.verify import check_answer
from rag.evaluate.text import holds_fact
from rag.types import Answer, Turn

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "seeds_qa.jsonl").read_text(encoding="utf-8").splitlines()
]


def right(row: dict[str, Any], answer: Answer) -> bool:
    """Every fact stands in the answer and in a cited quote; an unanswerable question is refused."""
    if not row["facts"]:
        return answer.refusal is not None
    quotes = [citation.quote for citation in answer.citations]
    return all(
        holds_fact(answer.text, fact) and any(holds_fact(quote, fact) for quote in quotes) for fact in row["facts"]
    )


@pytest.fixture(scope="module")
def answers(seeds_assistant: Assistant) -> Iterator[list[Answer]]:
    yield [seeds_assistant.ask(row["question"], [Turn(one) for one in row["history"]]) for row in ROWS]


def test_figures(answers: list[Answer], capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [(bool(row["facts"]), right(row, answer)) for row, answer in zip(ROWS, answers, strict=True)]
    answered = [verdict for answerable, verdict in verdicts if answerable]
    refused = [verdict for answerable, verdict in verdicts if not answerable]
    with capsys.disabled():
        print(  # noqa: T201
            f"\nseeds: {sum(answered)} of {len(answered)} answered right, {sum(refused)} of {len(refused)} refused"
        )
    assert sum(answered) >= 25
    assert sum(refused) == 6


def test_every_answer_holds(answers: list[Answer]) -> None:
    for answer in answers:
        check_answer(answer)
        for citation in answer.citations:
            assert answer.articles[citation.article_id].text[citation.start : citation.end] == citation.quote


def test_one_fact_is_told_briefly(answers: list[Answer]) -> None:
    for row, answer in zip(ROWS, answers, strict=True):
        if row["type"] == "fact":
            assert len(answer.text) <= 120, row["question"]
            assert len(answer.citations) <= 3


def test_a_refusal_cites_nothing_and_offers_reading(answers: list[Answer]) -> None:
    refusals = [answer for answer in answers if answer.refusal is not None]
    assert refusals
    for answer in refusals:
        assert not answer.citations
        assert answer.nearest
        assert answer.evidence
