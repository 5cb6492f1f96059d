"""The fitted models are readable, complete and point the right way."""

from __future__ import annotations

import numpy as np

from rag.answer.model import Logistic, load_models, sigmoid
from rag.answer.refuse import SIGNALS
from rag.answer.signals import NAMES


def test_every_weighted_signal_exists() -> None:
    models = load_models()
    assert set(models.evidence.names) <= set(NAMES)
    assert set(models.refusal.names) <= set(SIGNALS)


def test_a_missing_name_lowers_and_coverage_raises_the_confidence() -> None:
    judge = load_models().refusal
    average = judge.mean[None, :].copy()
    worse, better = average.copy(), average.copy()
    worse[0, judge.names.index("names_missing")] += 1
    better[0, judge.names.index("best_passage")] += 0.3
    low, middle, high = (float(judge.probability(rows)[0]) for rows in (worse, average, better))
    assert low < middle < high


def test_probability_is_the_logistic_function() -> None:
    model = Logistic(("x",), np.array([1.0]), np.array([2.0]), np.array([3.0]), -1.0)
    assert np.isclose(model.probability(np.array([[2.0]]))[0], 1 / (1 + np.exp(-(-1.0 + 3.0 * 0.5))))
    assert sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0.0, 1.0]
