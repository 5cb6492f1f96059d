"""Forged and true sentences on invented articles, each with the verdict it must get."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rag.answer.written import Written, verify_draft
from rag.types import Encoder, Query
from tests.answer.drafting import Similarity, article, by_encoder, evidence_of

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "forged_answers.jsonl").read_text(encoding="utf-8").splitlines()
]
FORGED = {"digit", "swap", "name", "year", "bound", "unit", "negation"}
MOST_TRUE_DROPPED = 0.05
LEAST_UNASKED_DROPPED = 0.6


@pytest.fixture(scope="module")
def similarity(bundled_encoder: Encoder) -> Similarity:
    return by_encoder(bundled_encoder)


def check(row: dict[str, Any], case: dict[str, str], similarity: Similarity) -> Written:
    """Verify a draft against the article it is about and, after it, another one."""
    other = ROWS[(ROWS.index(row) + 1) % len(ROWS)]
    articles = [article(one["id"], one["text"], one["title"], one["date"]) for one in (row, other)]
    query = Query(case["question"], case["question"])
    return verify_draft(case["draft"], evidence_of(*articles), {one.id: one for one in articles}, query, similarity)


def test_the_set_is_large_and_varied() -> None:
    kinds = Counter(case["kind"] for row in ROWS for case in row["cases"])
    assert sum(kinds[kind] for kind in FORGED) + kinds["marker"] + kinds["unasked"] >= 60
    assert kinds["true"] >= 60
    assert all(kinds[kind] >= 4 for kind in (*FORGED, "marker", "unasked"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_no_forged_fact_survives(row: dict[str, Any], similarity: Similarity) -> None:
    survived = [case["draft"] for case in row["cases"] if case["kind"] in FORGED and check(row, case, similarity).text]
    assert survived == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_marker_of_another_sentence_is_moved(row: dict[str, Any], similarity: Similarity) -> None:
    for case in (case for case in row["cases"] if case["kind"] == "marker"):
        result = check(row, case, similarity)
        (wrong,) = re.findall(r"\[(\d+)\]", case["draft"])
        named = evidence_of(article(row["id"], row["text"]))[int(wrong) - 1]
        assert result.text, case["draft"]
        assert named.text not in [citation.quote for citation in result.citations], case["draft"]


def test_hardly_any_true_sentence_is_dropped_and_most_unasked_ones_are(similarity: Similarity) -> None:
    kept: dict[str, list[str]] = {"true": [], "unasked": []}
    total: Counter[str] = Counter()
    for row in ROWS:
        for case in (case for case in row["cases"] if case["kind"] in kept):
            total[case["kind"]] += 1
            if check(row, case, similarity).text:
                kept[case["kind"]].append(case["draft"])
    assert len(kept["true"]) >= (1 - MOST_TRUE_DROPPED) * total["true"]
    assert len(kept["unasked"]) <= (1 - LEAST_UNASKED_DROPPED) * total["unasked"], kept["unasked"]
