"""Text in an article that speaks to the model instead of the reader."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rag.index.analyze import normalize


def addresses_model(text: str) -> bool:
    """Tell whether a sentence gives a language model orders, or pretends to be part of its conversation."""
    return _orders().search(normalize(text)) is not None


@lru_cache(maxsize=1)
def _orders() -> re.Pattern[str]:
    rows = (files("rag.answer") / "data" / "orders.txt").read_text(encoding="utf-8").splitlines()
    return re.compile("|".join(row for row in rows if row and not row.startswith("#")), re.MULTILINE)
