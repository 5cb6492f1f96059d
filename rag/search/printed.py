"""What reading a question needs to know of the collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

DocumentFrequency = Callable[[Sequence[str]], dict[str, int]]


class Printed(Protocol):
    """What a collection prints, by term: a word or a pair of characters, as `analyze.terms` spells them."""

    def document_frequency(self, terms: Sequence[str], /) -> dict[str, int]:
        """Return the number of passages that hold each term."""
        ...

    def title_frequency(self, terms: Sequence[str], /) -> dict[str, int]:
        """Return of how many passages the article's title holds each term."""
        ...
