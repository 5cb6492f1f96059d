import pytest

from rag.evaluate.refusal import balanced_accuracy, best, curve


def test_refusing_everything_or_nothing_is_no_better_than_chance() -> None:
    assert balanced_accuracy([1, 1], [1, 1, 1]) == 0.5
    assert balanced_accuracy([0, 0], [0, 0, 0]) == 0.5


def test_always_wrong_is_zero_and_always_right_is_one() -> None:
    assert balanced_accuracy([0, 0], [1, 1]) == 0
    assert balanced_accuracy([1, 1], [0, 0]) == 1


def test_the_curve_runs_from_refusing_nothing_to_refusing_nearly_all() -> None:
    points = curve([0.0, 0.2, 0.4], [0.6, 0.8, 1.0], points=11)
    assert points[0].refused == 0
    assert points[-1].wrongly_refused == pytest.approx(2 / 3)
    assert best(points).balanced_accuracy == 1


def test_a_confidence_turned_around_never_beats_chance() -> None:
    assert best(curve([0.9, 1.0], [0.0, 0.1])).balanced_accuracy <= 0.5
