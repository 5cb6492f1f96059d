"""Logistic regressions read from JSON files that can be read by eye; `rag.evaluate.fit` writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """p = 1 / (1 + exp(-(bias + Σ weight · (x - mean) / scale)))."""

    names: tuple[str, ...]
    mean: Matrix
    scale: Matrix
    weight: Matrix
    bias: float

    def probability(self, rows: Matrix) -> Matrix:
        """Return one probability a row of shape (n, len(names))."""
        return sigmoid(self.bias + ((rows - self.mean) / self.scale) @ self.weight)


def sigmoid(log_odds: Matrix) -> Matrix:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * log_odds))


def load_logistic(name: str) -> Logistic:
    """Read `rag/answer/data/<name>.json`."""
    data = _read(name)
    names = tuple(data["names"])
    columns = {key: np.array([data["terms"][one][key] for one in names]) for key in ("mean", "scale", "weight")}
    return Logistic(names=names, bias=float(data["bias"]), **columns)


@dataclass(frozen=True, slots=True)
class Models:
    """The regression that ranks sentences, and the one that judges whether they are enough."""

    evidence: Logistic
    refusal: Logistic


def load_models() -> Models:
    """Read both fitted models."""
    return Models(load_logistic("evidence"), load_logistic("refusal"))


def _read(name: str) -> dict[str, Any]:
    text = files("rag.answer").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
