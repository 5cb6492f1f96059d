"""What an English question asks, in Chinese asking words."""

from __future__ import annotations

import re

from rag.search.dictionary import split_words

FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with about into during after before over under between among through until till "
    "since as than and or but not is are was were be been being am do does did done has have had having will would shall "
    "should can could may might must it its it's he his him she her they their them we our you your i my me this that "
    "these those there here who whom whose what which when where why how also only just very more most much many some any "
    "all each every both such other another own same so too then please tell per s people if whether because while there's".split()
)
_MEASURES = frozenset(
    "price prices cost costs rate ratio percentage proportion share number amount total population area length height depth "
    "width weight size distance speed salary income revenue sales gdp value temperature age phone telephone fee fees fare "
    "output profit investment volume turnover budget score".split()
)
_ASKING = (
    (r"\bhow (?:many|much)\b", "多少"),
    (r"\bhow long\b", "多长时间"),
    (r"\bhow old\b", "多少岁"),
    (r"\bhow (far|tall|high|big|large|deep|wide|heavy|fast)\b", "多少"),
    (r"\b(?:when|what time|what date|(?:in |on )?(?:which|what) (?:year|date|day|month|period|century))\b", "什么时候"),
    (r"\b(?:whose|whom|who)\b", "谁"),
    (r"\bwhere\b", "哪里"),
    (r"\b(?:why|for what reason)\b", "为什么"),
    (r"\bhow\b", "如何"),
)
_CHOICE = re.compile(
    r"\b(?:which|what) (?!(?:is|are|was|were|do|does|did|will|would|can|could|may|might|must|should|shall|has|have|had)\b)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"\bwhat(?:'s| is| was)\b", re.IGNORECASE)
_WHAT_ARE = re.compile(r"\bwhat(?:'re| are| were)\b", re.IGNORECASE)
_ASKED = re.compile(r"\bhow (?:many|much)\b|\b(?:what|who)(?:['’]s|['’]re| is| are| was| were)\b", re.IGNORECASE)
_ARTICLES = frozenset({"a", "an", "the"})
_WHETHER = re.compile(r"^(?:is|are|was|were|do|does|did|can|will|has|have)\b", re.IGNORECASE)


def is_english(question: str) -> bool:
    """Tell whether a question is asked in English: mostly Latin letters, with a function word among them."""
    letters = sum("a" <= character <= "z" for character in question.lower())
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in question)
    return letters > 2 * chinese and any(word in FUNCTION_WORDS for word in split_words(question))


def asking(question: str, picked: str = "") -> str:
    """Return the Chinese asking words of an English question; `picked` is the translated X of which X."""
    lower = question.lower().replace("’", "'")
    first = _CHOICE.search(lower)
    asked = [(found.start(), word) for pattern, word in _ASKING if (found := re.search(pattern, lower))]
    if asked and (not first or min(asked)[0] <= first.start()):
        return min(asked, key=lambda pair: pair[0])[1]
    if picked:
        return f"哪个{picked}"
    if found := _WHAT_IS.search(lower) or _WHAT_ARE.search(lower):
        if _MEASURES & set(split_words(lower[found.end() :])[:6]):
            return "是多少"
        return "有哪些" if _WHAT_ARE.search(lower) else "是什么"
    return "吗" if _WHETHER.search(lower) else "什么"


def asked_about(question: str) -> tuple[int, int]:
    """Return where the noun stands that is asked for, half-open: price in what is the price of; empty when none is.

    It comes last in a Chinese question (天价龙袍 估价 是多少), so what a refusal weighs most is found at the end.
    """
    found = _ASKED.search(question)
    if not found:
        return 0, 0
    words = re.finditer(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\S", question[found.end() :])
    length = next((word.start() for word in words if word.group().lower() in FUNCTION_WORDS - _ARTICLES), 0)
    return found.end(), found.end() + length


def choice_at(question: str) -> int | None:
    """Where the X of which X starts."""
    found = _CHOICE.search(question)
    asked = [re.search(pattern, question.lower()) for pattern, _ in _ASKING]
    if not found or any(one and one.start() <= found.start() for one in asked):
        return None
    return found.end()
