"""Do two texts of one page speak of the same matter? Character pairs, the rarer on the page the heavier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_MOST_CHARACTERS = 1500
_EVERYWHERE = str.maketrans(  # particles, pronouns and numerals: in any text, of any matter
    dict.fromkeys(
        "的了在是和与及等为也不这那就都而但或被把将从向对于由以其之所有个们到说要会能可已还又并我他她你它很更最"
        "中上下里后前来去年月日时分〇一二三四五六七八九十百千万亿两半0123456789",
        " ",
    )
)

Pairs = npt.NDArray[np.int64]  # sorted and distinct


class Cohesion:
    """Compares texts of one page; pairs that many of its paragraphs share count little."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        found = [_pairs(text) for text in paragraphs]
        self._known, self._seen = np.unique(np.concatenate([_pairs(""), *found]), return_counts=True)
        self._paragraphs = len(paragraphs)

    def between(self, first: str, second: str) -> float:
        """Return the weight of the pairs in both over the geometric mean of each one's, 0 to 1.

        Parts of one article come to about 0.05 to 0.15, different articles to 0.01 to 0.04. Only the
        first 1,500 characters of a text count.
        """
        left, right = _pairs(first), _pairs(second)
        scale = float(np.sqrt(self._weight(left) * self._weight(right)))
        return self._weight(np.intersect1d(left, right, assume_unique=True)) / scale if scale else 0.0

    def _weight(self, pairs: Pairs) -> float:
        if not len(self._known):
            return 0.0
        places = np.minimum(np.searchsorted(self._known, pairs), len(self._known) - 1)
        seen = np.where(self._known[places] == pairs, self._seen[places], 1)
        return float(np.log((self._paragraphs + 1) / seen).sum())


def _pairs(text: str) -> Pairs:
    """Return the codes of all pairs of neighbouring Chinese characters or letters."""
    encoded = text[:_MOST_CHARACTERS].translate(_EVERYWHERE).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, dtype=np.uint32).astype(np.int64)
    lower = codes | 32
    word = (codes >= 0x4E00) & (codes <= 0x9FFF) | (lower >= 97) & (lower <= 122)
    return np.unique((codes[:-1] << 21 | codes[1:])[word[:-1] & word[1:]])
