"""A regression is fitted as it should be, and held signs hold."""

from __future__ import annotations

import numpy as np
import pytest

from rag.evaluate import fit


def rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    columns = random.normal(size=(400, 2))
    return columns, columns[:, 0] + 0.3 * random.normal(size=400) > 0


def test_a_telling_column_gets_the_weight() -> None:
    columns, right = rows()
    model = fit.logistic(("dense_gap", "length"), columns, right, np.ones(400))
    assert model.weight[0] > 2
    assert abs(model.weight[1]) < 0.5
    assert ((model.probability(columns) > 0.5) == right).mean() > 0.85


def test_a_signal_never_counts_for_the_opposite_of_what_it_means() -> None:
    columns, right = rows()
    model = fit.logistic(("dense_gap", "names_missing"), -columns, right, np.ones(400))
    assert model.weight[0] == pytest.approx(0)
    model = fit.logistic(("length", "names_missing"), columns[:, ::-1], right, np.ones(400))
    assert model.weight[1] == pytest.approx(0)


def test_weights_of_rows_count() -> None:
    columns, right = rows()
    light = fit.logistic(("dense_gap",), columns[:, :1], right, np.where(right, 1.0, 0.1))
    assert light.bias > 0.5


def test_a_model_is_written_line_by_line(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("rag")
    (folder / "answer" / "data").mkdir(parents=True)
    (folder / "evaluate").mkdir()
    monkeypatch.setattr(fit, "__file__", str(folder / "evaluate" / "fit.py"))
    columns, right = rows()
    fit.write("trial", fit.logistic(("dense_gap", "length"), columns, right, np.ones(400)))
    lines = (folder / "answer" / "data" / "trial.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert '"dense_gap"' in lines[1]
