"""Two ways to compare texts: `comparable` for spans of published data, `fact_text` for hand-written facts."""

from __future__ import annotations

import re
import unicodedata

from rag.index.analyze import normalize

MARKER = re.compile(r"\[\d+\]")


def without_marks(text: str) -> str:
    """Drop `[n]` markers and `**` from an answer."""
    return MARKER.sub("", text).replace("**", "")


def comparable(text: str) -> str:
    """Simplified, half width, lower case, punctuation unified, without markers and white space."""
    return plain(without_marks(text))


def plain(text: str) -> str:
    """Like `comparable` for the text of a source, whose own [n] are footnotes and stay."""
    return "".join(normalize(text).split())


def fact_text(text: str) -> str:
    """Drop markers, `**`, white space and punctuation, but keep `.` and `%` that follow a digit."""
    bare = "".join(without_marks(text).split())
    return "".join(character for at, character in enumerate(bare) if _kept(bare, at))


def _kept(text: str, at: int) -> bool:
    character = text[at]
    if character in ".%":
        return at > 0 and text[at - 1].isdigit()
    return unicodedata.category(character)[0] not in "PSZC"


def holds_fact(answer: str, fact: str) -> bool:
    """Tell whether the fact stands in the answer; one beginning with a digit never inside a longer number."""
    wanted, text = fact_text(fact), fact_text(answer)
    return bool(wanted) and any(_whole(text, start, wanted) for start in _starts(text, wanted))


def _starts(text: str, wanted: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", text)]


def _whole(text: str, start: int, wanted: str) -> bool:
    if not wanted[0].isdigit():
        return True
    before, after = text[:start], text[start + len(wanted) :]
    continued = wanted[-1].isdigit() and re.match(r"\.?\d", after)
    return not re.search(r"\d\.?$", before) and not continued
