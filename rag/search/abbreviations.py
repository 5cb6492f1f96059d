"""GDP for 生产总值, and the reverse: two ways to write one thing, of which a collection may print one alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from rag.index.analyze import bigrams, normalize
from rag.search.printed import Printed


def written_otherwise(question: str, printed: Printed) -> tuple[tuple[str, str], ...]:
    """Return (as typed, as printed) pairs for what the question writes in a way that no passage does."""
    plain = normalize(question)
    return tuple(
        (typed, other)
        for typed, others in _ways()
        if _stands_in(typed, plain) and not _is_printed(typed, printed)
        if (other := next((one for one in others if _is_printed(one, printed)), ""))
    )


def _stands_in(term: str, plain: str) -> bool:
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])", plain)) if term.isascii() else term in plain


def _is_printed(term: str, printed: Printed) -> bool:
    """Whether every pair of a term stands in some passage."""
    pairs = bigrams(term)
    counts = printed.document_frequency(pairs)
    return all(counts.get(pair, 0) for pair in pairs)


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each way to write something with the other ways, longer ones first."""
    return tuple(sorted(_rows(), key=lambda row: -len(row[0])))


def _rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    text = (files("rag.search") / "data" / "abbreviations.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        short, *long = line.split()
        yield short, tuple(long)
        yield from ((one, (short,)) for one in long)
