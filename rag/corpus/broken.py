"""Does a line go on where another one broke off? Columns and pages cut sentences in the middle."""

from __future__ import annotations

import re

from rag.corpus.bylines import closing_byline_start, dateline_end
from rag.corpus.headlines import PAIRS, is_numbered, opens_sentence, starts_with_mark

CERTAIN = 3  # the second text completes the first
LIKELY = 2
NEVER = -9

_FINISHED = re.compile(r"[。！？!?…；;][”’」』）)】》\"']*$")
_COLON = re.compile("[:：]$")
_DASH = re.compile("[—–]{2,}$")
_WANTS_MORE = re.compile("[，,、（(“‘「『《]$")
_GOES_ON = re.compile("[，,、。；;：:！!？?）)”’」』》%.]")
_PARTICLES = "的地得了着过们等之"
_LINKS = "的和与及在以为对将把被从向由使让给于并或跟至"
_UNITS = "亿万千百余多元个%％年月日时分人户家名项次岁米公平吨件台套辆条所"
_FIELD = re.compile(r"[^:：，,。]{2,8}[:：]")
_YEAR = re.compile(r"(?:19|20)\d\d\s?年")
_NEAR = 240


def is_finished(text: str) -> bool:
    """Whether a text ends as a paragraph ends, be it with a byline."""
    tail = text[-12:]
    if _FINISHED.search(tail) or _COLON.search(tail) or _DASH.search(tail):
        return True
    end = text[-_NEAR:]
    return closing_byline_start(end, 0, len(end)) < len(end)


def goes_on(first: str, second: str) -> int:
    """Score how surely `second` continues the sentence that `first` ends in: NEVER, 0 … CERTAIN and above."""
    if _starts_anew(second):
        return NEVER
    if is_finished(first):
        return LIKELY if _COLON.search(first) and second[:1] in "“「『" else NEVER
    score = completes(first, second) + CERTAIN * bool(_WANTS_MORE.search(first)) + LIKELY * (first[-1] in _LINKS)
    return score - 1 if opens_sentence(second) else score


def completes(first: str, second: str) -> int:
    """Score how surely the beginning of `second` is the rest of what `first` began: a word, a quotation, a number."""
    score = 0
    if _GOES_ON.match(second) or second[0] in _PARTICLES:
        score += CERTAIN
    if first[-1].isdigit() and (second[0] in _UNITS or second[0].isdigit()) and not _YEAR.match(second):
        score += CERTAIN
    if _closes_a_pair(first[-_NEAR:], second[:_NEAR]) or _cuts_a_word(first[-8:], second[:8]):
        score += CERTAIN
    if re.match("[^。！？“”]{1,3}。", second):
        score += CERTAIN
    return score


def _starts_anew(text: str) -> bool:
    head = text[:100]
    return bool(
        dateline_end(head, 0, len(head)) or starts_with_mark(head) or is_numbered(head) or _FIELD.match(head[:12])
    )


def _closes_a_pair(first: str, second: str) -> bool:
    """Whether a quotation or bracket opened in the first text is closed in the second."""
    for opener, closer in PAIRS:
        if first.rfind(opener) > first.rfind(closer):
            close, again = second.find(closer), second.find(opener)
            if close >= 0 and (again < 0 or close < again):
                return True
    return False


def _cuts_a_word(first: str, second: str) -> bool:
    """Whether a dictionary word lies across the break."""
    import rjieba

    position = 0
    for word in rjieba.cut(first + second, False):
        position += len(word)
        if position >= len(first):
            return position > len(first) and word.isalnum() and not word.isdigit()
    return False
