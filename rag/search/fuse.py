"""Join the scores of several engines into one ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]


def min_max(scores: Scores) -> Scores:
    """Scale one question's scores of shape (n,) to 0…1; equal scores become 0."""
    low, high = float(scores.min()), float(scores.max())
    return np.zeros_like(scores) if high <= low else (scores - low) / (high - low)


def weighted_sum(columns: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """Scale every engine's scores of the same n candidates to 0…1 and add them by weight."""
    total = np.zeros(len(columns[0]))
    for column, weight in zip(columns, weights, strict=True):
        total += weight * min_max(column)
    return total


def ranks(scores: Mapping[int, float]) -> dict[int, int]:
    """Return each candidate's position, from 1, best first; ties in the order given."""
    ordered = sorted(scores, key=lambda identifier: -scores[identifier])
    return {identifier: position for position, identifier in enumerate(ordered, start=1)}
