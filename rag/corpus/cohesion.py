"""Do two texts of one page speak of the same matter? Character pairs, the rarer on the page the heavier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_CHINESE = re.compile("[一-鿿A-Za-z0-9]{2,}")
_MOST_CHARACTERS = 1500


class Cohesion:
    """Compares texts of one page; pairs that many of its texts share count little."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = max(len(texts), 1)
        self._seen = Counter(pair for text in texts for pair in _pairs(text))

    def shared(self, first: str, second: str) -> float:
        """Return the weight of the pairs in both texts over that of the lighter text, 0 to 1."""
        left, right = _pairs(first), _pairs(second)
        least = min(self._weight(left), self._weight(right))
        return self._weight(left & right) / least if least else 0.0

    def _weight(self, pairs: Iterable[str]) -> float:
        return sum(1.0 - self._seen[pair] / (self._texts + 1) for pair in pairs)


def _pairs(text: str) -> set[str]:
    runs = _CHINESE.findall(text[:_MOST_CHARACTERS])
    return {run[index : index + 2] for run in runs for index in range(len(run) - 1)}
