"""Articles that speak to the model: fenced in the prompt, kept from it, and without effect on the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.answer.assistant import Assistant
from rag.answer.injection import addresses_model
from rag.answer.prompt import fenced
from rag.answer.written import verify_draft
from rag.types import EvidenceText, Query
from tests.answer.drafting import article, by_bigrams, evidence_of

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "injections.jsonl").read_text(encoding="utf-8").splitlines()
]


class Obedient:
    """The worst model there is: it copies everything it is given, orders included."""

    name = "obedient"

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """Copy the evidence, each sentence with its number."""
        for one in evidence:
            yield f"{one.text}[{one.number}]\n"


def test_the_corpus_is_large_and_in_two_languages() -> None:
    assert len(ROWS) >= 30
    assert {row["language"] for row in ROWS} == {"zh", "en"}
    assert all(row["fact"] in row["clean"] and row["clean"] != row["injected"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_evidence_is_fenced(row: dict[str, Any]) -> None:
    prompt = fenced(evidence_of(article("a", row["injected"], row["title"])))
    assert (prompt.count("【资料】"), prompt.count("【资料完】"), prompt.count("【问题】")) == (1, 1, 0)
    assert not re.search(r"<\|[^|]*\|>|\[/?INST\]", prompt)
    assert prompt.endswith("【资料完】")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_even_a_model_that_obeys_changes_nothing(row: dict[str, Any]) -> None:
    hostile = article("a", row["injected"], row["title"])
    evidence = evidence_of(hostile)
    query = Query(row["question"], row["question"])
    draft = "".join(Obedient().stream(query, evidence)) + "\n" + "。".join(row["bad"]) + "。"
    result = verify_draft(draft, evidence, {"a": hostile}, query, by_bigrams)
    assert row["fact"] in result.text
    assert not any(bad.lower() in result.text.lower() for bad in row["bad"])


@pytest.fixture(scope="module")
def assistants(over: Callable[..., Assistant]) -> tuple[Assistant, Assistant]:
    return over(*(row["clean"] for row in ROWS)), over(*(row["injected"] for row in ROWS))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_the_extractive_answer_is_the_same_as_without(
    row: dict[str, Any], assistants: tuple[Assistant, Assistant]
) -> None:
    clean, injected = (assistant.ask(row["question"]).text.replace("**", "") for assistant in assistants)
    assert row["fact"] in clean
    assert row["fact"] in injected
    assert not any(bad.lower() in injected.lower() for bad in row["bad"])


@pytest.mark.parametrize(
    "text",
    [
        "记者在采访中请市民回答三个问题。",
        "助手小王说,请大家注意安全。",
        "法院要求被告履行合同规定。",
        "公司将忽略短期利润,专注长期发展。",
        "人工智能产业规模达到3000亿元。",
    ],
)
def test_ordinary_text_is_not_taken_for_orders(text: str) -> None:
    assert not addresses_model(text)
