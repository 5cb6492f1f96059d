"""Means with bootstrap confidence intervals, seeded, so that a report can be made again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

SAMPLES = 2000
LEVEL = 0.95
SEED = 20240601


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured mean over `count` questions with the ends of its confidence interval."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def figure(values: Sequence[float], groups: Sequence[str] | None = None) -> Figure:
    """Mean of the values, its interval drawn over groups (questions of one document go together).

    Without groups each value is drawn by itself.
    """
    low, high = _ends(resampled_means(values, groups))
    return Figure(mean(values), low, high, len(values))


def balanced_figure(
    unanswerable: Sequence[float], answerable: Sequence[float], groups: Sequence[str] | None = None
) -> Figure:
    """Balanced accuracy from refused flags, each class drawn by itself; `groups` belong to the answerable."""
    samples = (resampled_means(unanswerable) + 1 - resampled_means(answerable, groups)) / 2
    low, high = _ends(samples)
    value = (mean(unanswerable) + 1 - mean(answerable)) / 2
    return Figure(value, low, high, len(unanswerable) + len(answerable))


def resampled_means(values: Sequence[float], groups: Sequence[str] | None = None) -> Samples:
    """Means of SAMPLES resamples, drawn with replacement; shape (SAMPLES,)."""
    if not values:
        return np.zeros(SAMPLES)
    sums, counts = _by_group(values, groups)
    random = np.random.default_rng(SEED)
    means = np.empty(SAMPLES)
    for at in range(SAMPLES):
        drawn = random.integers(0, len(sums), len(sums))
        means[at] = sums[drawn].sum() / counts[drawn].sum()
    return means


def _by_group(values: Sequence[float], groups: Sequence[str] | None) -> tuple[Samples, Samples]:
    members: dict[str, list[float]] = defaultdict(list)
    for at, value in enumerate(values):
        members[groups[at] if groups else str(at)].append(value)
    return np.array([sum(group) for group in members.values()]), np.array([float(len(g)) for g in members.values()])


def _ends(samples: Samples) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return float(low), float(high)
