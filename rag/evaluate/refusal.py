"""Refusal as a two-class decision: `refused` flags against what should have been refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluate.statistics import mean


@dataclass(frozen=True, slots=True)
class Operating:
    """Shares at one threshold: questions whose confidence lies below it are refused."""

    threshold: float
    refused: float
    wrongly_refused: float

    @property
    def balanced_accuracy(self) -> float:
        """Mean of the shares judged right in the two classes."""
        return (self.refused + 1 - self.wrongly_refused) / 2


def balanced_accuracy(unanswerable_refused: Sequence[float], answerable_refused: Sequence[float]) -> float:
    """Mean of the share refused of the unanswerable and the share answered of the answerable."""
    return (mean(unanswerable_refused) + 1 - mean(answerable_refused)) / 2


def curve(unanswerable: Sequence[float], answerable: Sequence[float], points: int = 41) -> list[Operating]:
    """Operating points over thresholds spread evenly over the confidences seen."""
    low, high = min(*unanswerable, *answerable), max(*unanswerable, *answerable)
    step = (high - low) / (points - 1)
    return [_operate(low + step * at, unanswerable, answerable) for at in range(points)]


def best(points: Sequence[Operating]) -> Operating:
    """The point of the highest balanced accuracy."""
    return max(points, key=lambda point: point.balanced_accuracy)


def _operate(threshold: float, unanswerable: Sequence[float], answerable: Sequence[float]) -> Operating:
    return Operating(
        threshold,
        mean([float(confidence < threshold) for confidence in unanswerable]),
        mean([float(confidence < threshold) for confidence in answerable]),
    )
