"""A collection of a few lines, as reading a question knows it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.analyze import terms


class Shelf:
    """Texts, and titles that count as printed too."""

    def __init__(self, *texts: str, titles: Sequence[str] = ()) -> None:
        self._titles = [set(terms(title)) for title in titles]
        self._printed = [*(set(terms(text)) for text in texts), *self._titles]

    def document_frequency(self, wanted: Sequence[str], /) -> dict[str, int]:
        return {term: sum(term in one for one in self._printed) for term in wanted}

    def title_frequency(self, wanted: Sequence[str], /) -> dict[str, int]:
        return {term: sum(term in one for one in self._titles) for term in wanted}
