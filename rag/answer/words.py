"""The word lists that the check of claims goes by, read once from `data/words.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=64)
def listed(section: str, name: str) -> tuple[str, ...]:
    """Return the words of a list, longest first; `_` in the file stands for a blank."""
    table: Any = _tables()
    for part in section.split("."):
        table = table[part]
    return tuple(sorted((word.replace("_", " ") for word in table[name].split()), key=len, reverse=True))


@lru_cache(maxsize=64)
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Return a pattern of any word of a list; the words may be patterns themselves."""
    return re.compile("|".join(listed(section, name)))


@lru_cache(maxsize=1)
def alike_units() -> tuple[frozenset[str], ...]:
    """Return the groups of units that can count the same things."""
    return tuple(frozenset(group.split()) for group in _tables()["amounts"]["alike"])


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads((files("rag.answer") / "data" / "words.toml").read_text(encoding="utf-8"))
