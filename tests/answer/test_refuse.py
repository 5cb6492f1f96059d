"""When the evidence is not enough: names that are looked for, and what rules an answer out whatever the regression says."""

from __future__ import annotations

import pytest

from rag.answer.model import load_models
from rag.answer.questions import understand
from rag.answer.refuse import CONTACT_MISSING, RARE_MISSING, SIGNALS, confidence, names_of


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("湖南省长沙市的热线电话是多少？", ["湖南", "长沙"]),
        ("徐汇区新增了多少网点？", ["徐汇"]),
        ("香港特别行政区有多少人口？", ["香港"]),
        ("西藏自治区的面积是多少？", ["西藏"]),
        ("上海有多少公园？", ["上海"]),
        ("《春到青石》讲了什么？", ["春到青石"]),
    ],
)
def test_places_are_named_without_their_kind(question: str, names: list[str]) -> None:
    assert names_of(understand(question)) == names


SURE = {
    **dict.fromkeys((*SIGNALS, CONTACT_MISSING, RARE_MISSING), 0.0),
    **dict.fromkeys(("best_window", "best_passage", "passage_words", "names_found", "focus_coverage"), 1.0),
    **{"sentence_best": 0.95, "dense_gap": 0.1, "longest_match": 0.8, "window_margin": 0.5},
}


def sure_with(**changed: float) -> float:
    return confidence(load_models().refusal, {**SURE, **changed})


def test_a_question_that_the_evidence_covers_is_sure() -> None:
    assert sure_with() > 0.9


@pytest.mark.parametrize(
    "changed",
    [
        {CONTACT_MISSING: 1.0},
        {RARE_MISSING: 1.0},
        {"years_missing": 1.0, "year_conflict": 1.0},
        {"expects_type": 1.0, "focus_coverage": 0.0, "evidence_best": -3.0},
    ],
)
def test_what_is_missing_rules_an_answer_out(changed: dict[str, float]) -> None:
    assert sure_with(**changed) <= 0.1


@pytest.mark.parametrize("signal", ["names_missing", "heaviest_missing_word"])
def test_what_is_missing_makes_less_sure(signal: str) -> None:
    assert sure_with(**{signal: 1.0}) < sure_with()
