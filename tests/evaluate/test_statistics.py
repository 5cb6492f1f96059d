import pytest

from rag.evaluate.statistics import balanced_figure, figure, mean


def test_zero_of_nothing_and_of_zeros() -> None:
    assert mean([]) == 0
    assert figure([]).value == 0
    assert (figure([0.0] * 9).low, figure([0.0] * 9).high) == (0, 0)


def test_the_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = figure([0.0, 1.0] * 10), figure([0.0, 1.0] * 500)
    assert few.low < few.value == 0.5 < few.high
    assert many.high - many.low < few.high - few.low


def test_it_is_the_same_each_time() -> None:
    assert figure([0.0, 1.0, 1.0]) == figure([0.0, 1.0, 1.0])


def test_questions_of_one_document_go_together() -> None:
    values, documents = [0.0, 1.0] * 20, ["a", "b"] * 20
    alone, together = figure(values), figure(values, documents)
    assert together.value == alone.value == 0.5
    assert together.high - together.low > alone.high - alone.low


def test_balanced_accuracy_weighs_the_classes_alike() -> None:
    measured = balanced_figure([1.0] * 4, [0.0] * 400)
    assert measured.value == 1
    assert balanced_figure([0.0], [1.0]).value == 0
    assert balanced_figure([1.0, 0.0] * 8, [0.0] * 90 + [1.0] * 10).value == pytest.approx(0.7)
