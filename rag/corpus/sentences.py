"""Text to sentences. A sentence is what a citation quotes, so it should stand alone and stay short."""

from __future__ import annotations

import re

from rag.types import Span

LONG_CHARACTERS = 160  # a sentence above this is cut at weaker stops
HARD_CHARACTERS = 240  # nothing is longer than this

_CLOSERS = r"”’」』）)】》〉〕\]"
_ENGLISH_STOP = r"(?<=[A-Za-z)%\d]{2})(?<!\bMr)(?<!\bDr)(?<!\bNo)(?<!\bSt)(?<!\bvs)\.(?=\s+[A-Z\"“])"
_STRONG = re.compile(rf"\n|(?:[。！？!?…]|{_ENGLISH_STOP})[。！？!?…]*[{_CLOSERS}\"']*")
_WEAK = re.compile(rf"[；;][{_CLOSERS}]*")
_COMMA = re.compile(r"[，,：:、|\s]")
_OPENERS = {"“": "”", "「": "」", "『": "』", "（": "）", "(": ")", "《": "》"}
_ATTRIBUTION = re.compile(r"[^。！？!?；;，,：:“”\n]{0,14}(?:说|道|表示|介绍|问|回忆|感慨|笑言|坦言|写道)[。！？]")
_MARKS = re.compile("[“”「」『』（）()《》]")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` as spans into `text`: in order, apart, without outer blanks.

    Every visible character lies in exactly one of them.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    for line in _cut(text, start, stop, re.compile("\n")):
        spans += _line_sentences(text, *line)
    return [span for span in (_strip(text, *piece) for piece in spans) if span[0] < span[1]]


def _line_sentences(text: str, start: int, end: int) -> list[Span]:
    pieces: list[Span] = []
    for piece in _outside_quotes(text, start, end):
        pieces += _shorten(text, *piece)
    return pieces


def _outside_quotes(text: str, start: int, end: int) -> list[Span]:
    """Cut one line at full stops that do not lie within a matched pair of quotes or brackets."""
    inside = _quoted(text, start, end)
    cuts = [start]
    position = 0
    for match in _STRONG.finditer(text, start, end):
        while position < len(inside) and inside[position][1] < match.end():
            position += 1
        if position < len(inside) and inside[position][0] < match.start() and match.end() <= inside[position][1]:
            continue
        if match.end() - match.start() > 1 and _goes_on(text, cuts[-1], match, end):
            continue
        cuts.append(match.end())
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _goes_on(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether a sentence goes on after a stop and its closing mark: ……。”他说, 新馆(周一闭馆。)很大."""
    bracketed = match[0][-1] in ")）】" and text[start : match.start()].lstrip()[:1] not in "(（【"
    return bracketed or bool(_ATTRIBUTION.match(text, match.end(), end))


def _quoted(text: str, start: int, end: int) -> list[Span]:
    """Outermost matched pairs: (index of the opening mark, index of the closing mark)."""
    pairs: list[Span] = []
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text, start, end):
        mark = match[0]
        if mark in _OPENERS:
            stack.append((_OPENERS[mark], match.start()))
        elif any(closer == mark for closer, _ in stack):
            while stack[-1][0] != mark:
                stack.pop()
            opened = stack.pop()[1]
            if not stack:
                pairs.append((opened, match.start()))
    return pairs


def _shorten(text: str, start: int, end: int) -> list[Span]:
    pieces = [(start, end)]
    for pattern in (_STRONG, _WEAK):
        pieces = [cut for piece in pieces for cut in _cut_if_long(text, piece, pattern)]
    return [cut for piece in pieces for cut in _pack(text, *piece)]


def _cut_if_long(text: str, piece: Span, pattern: re.Pattern[str]) -> list[Span]:
    return _cut(text, *piece, pattern) if piece[1] - piece[0] > LONG_CHARACTERS else [piece]


def _cut(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[Span]:
    cuts = [start, *(match.end() for match in pattern.finditer(text, start, end)), end]
    return [(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if a < b]


def _pack(text: str, start: int, end: int) -> list[Span]:
    """Cut what is still above the hard limit at its last comma or blank, else at the limit."""
    pieces: list[Span] = []
    while end - start > HARD_CHARACTERS:
        commas = [match.end() for match in _COMMA.finditer(text, start + HARD_CHARACTERS // 2, start + HARD_CHARACTERS)]
        cut = commas[-1] if commas else start + HARD_CHARACTERS
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
