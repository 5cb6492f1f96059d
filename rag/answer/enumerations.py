"""Enumerations as an article prints them: 首先…其次…, 一是…二是…, ■ …, 一、…二、…, (1)…(2)…, headings built alike.

Offsets are offsets into the text that is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.corpus.sentences import split_sentences
from rag.types import Span

_NUMERAL = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_BOUNDARY = r"(?:(?<=[。！!？?；;，,：:、—”」』）)\s])|^)"
_MARKERS = re.compile(
    rf"{_BOUNDARY}(?:"
    rf"(?P<first>首先|其一|首先要)|(?P<next>其次|再次|再其次|再就是|再者|然后|其二|其三|其四|其五|同时也要)|(?P<last>最后|末了)"
    rf"|(?P<shi>[{_NUMERAL}]{{1,2}})(?:就?是|要|则|为)(?!(?:否|不是|一))"
    rf"|第(?P<di>[{_NUMERAL}]{{1,2}})[，,、:：是]"
    rf"|[（(](?P<round>[{_NUMERAL}]{{1,2}})[)）]"
    rf"|[（(](?P<roundnumber>\d{{1,2}})[)）]"
    rf"|(?P<circled>[{_CIRCLED}])"
    r")",
    re.MULTILINE,
)
_LINE_MARKERS = re.compile(
    rf"^[ \t　]*(?:(?P<bullet>[●■◆▲★◎○•·▪□◇]|[-*](?=\s))|(?P<comma>[{_NUMERAL}]{{1,3}})、|(?P<number>\d{{1,2}})[.．、](?!\d))",
    re.MULTILINE,
)
_SEGMENT = re.compile(r"[^。；;！？\n]+")
_HEADING = re.compile(r"^[^\n。！!？?；;：:]{5,39}[^\n。！!？?；;：:,，、](?=\n[^\n]{20})", re.MULTILINE)
_CLOSERS = "”’」』）)》\"'"
_OPENERS = tuple("（(【〔[“‘《")
_ENDING = 3  # characters that the heads of parallel clauses share
_LONGEST_HEAD = 20
_FEWEST_PARALLELS = 3
_STOP = re.compile(r"[。！!？?；;\n]")
_CLAUSE_END = re.compile(r"[，,：:；;。！!？?\n]")
_TRAILING = " \t\n　；;"
_LONGEST_INTRODUCTION = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One item: the whole of it, and its head, the words up to the first comma or colon."""

    start: int
    end: int
    head: Span


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items of one series in order, and the sentence that announces them, where there is one."""

    introduction: Span | None
    items: tuple[Item, ...]

    @property
    def start(self) -> int:
        """Where the introduction, else the first item, begins."""
        return self.introduction[0] if self.introduction else self.items[0].start

    @property
    def end(self) -> int:
        """Where the last item ends."""
        return self.items[-1].end


@dataclass(frozen=True, slots=True)
class _Mark:
    family: str
    number: int  # counts from 1; 0: the next one, whatever its number
    start: int
    end: int


def find_enumerations(text: str, start: int = 0) -> list[Enumeration]:
    """Return the series of two or more items in `text[start:]`, by their first item."""
    marks = [mark for mark in _marks(text) if mark.start >= start]
    series = [
        found for family in dict.fromkeys(mark.family for mark in marks) for found in _series(text, marks, family)
    ]
    series += [*_parallels(text, start), *_headings(text, start)]
    return sorted((_enumeration(text, start, found) for found in series), key=lambda found: found.start)


def _marks(text: str) -> list[_Mark]:
    found = [_inline_mark(match) for match in _MARKERS.finditer(text)]
    found += [_line_mark(match) for match in _LINE_MARKERS.finditer(text)]
    return sorted(found, key=lambda mark: mark.start)


def _inline_mark(match: re.Match[str]) -> _Mark:
    family = str(match.lastgroup)
    if family in {"first", "next", "last"}:
        return _Mark("order", 1 if family == "first" else 0, match.start(), match.end())
    return _Mark(family, _number(match.group(family)), match.start(), match.end())


def _line_mark(match: re.Match[str]) -> _Mark:
    family = str(match.lastgroup)
    start = match.start(family)
    number = 0 if family == "bullet" else _number(match.group(family))
    return _Mark(family, number, start, match.end())


def _number(text: str) -> int:
    if text.isdigit() and text not in _CIRCLED:
        return int(text)
    if text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return _NUMERAL.index(text[0]) + 1 if len(text) == 1 else 0
    return (_NUMERAL.index(tens[0]) + 1 if tens else 1) * 10 + (_NUMERAL.index(ones[0]) + 1 if ones else 0)


def _series(text: str, marks: Sequence[_Mark], family: str) -> Iterator[list[_Mark]]:
    """Runs of one family whose numbers rise by one; bullets run on while every line has one."""
    run: list[_Mark] = []
    for mark in (mark for mark in marks if mark.family == family):
        if run and not _continues(text, run, mark):
            if len(run) > 1:
                yield run
            run = []
        if run or mark.number == 1 or family == "bullet":
            run.append(mark)
    if len(run) > 1:
        yield run


def _parallels(text: str, start: int) -> Iterator[list[_Mark]]:
    """Clauses in a row, three at least, parted by semicolons, whose first words end alike: 甲工程,…;乙工程,…;丙工程,…"""
    run: list[tuple[_Mark, str]] = []
    for segment in _SEGMENT.finditer(text, start):
        head = _CLAUSE_END.search(segment.group())
        ending = _ending(segment.group()[: head.start()]) if head else ""
        mark = _Mark("parallel", len(run) + 1, segment.start(), segment.start())
        adjoins = run and text[run[-1][0].start : segment.start()].rstrip().endswith(("；", ";", "。"))
        if adjoins and ending and ending == run[-1][1] and "\n" not in text[run[-1][0].start : segment.start()]:
            run.append((mark, ending))
            continue
        if len(run) >= _FEWEST_PARALLELS:
            yield [one for one, _ in run]
        run = [(_Mark("parallel", 1, segment.start(), segment.start()), ending)] if ending else []
    if len(run) >= _FEWEST_PARALLELS:
        yield [one for one, _ in run]


def _ending(head: str) -> str:
    """The last characters of a clause's first words; nothing where they are long, or a remark in brackets."""
    return head[-_ENDING:] if len(head) <= _LONGEST_HEAD and not head.lstrip().startswith(_OPENERS) else ""


def _headings(text: str, start: int) -> Iterator[list[_Mark]]:
    """Lines of their own, three at least, that begin and end alike and have as many clauses: 以甲“…化”,促乙“…化”."""
    shapes: dict[tuple[str, str, int], list[_Mark]] = {}
    for line in _HEADING.finditer(text, start):
        words = line.group().strip()
        shape = (words[0], words.rstrip(_CLOSERS)[-1], len(re.findall("[,，]", words)))
        marks = shapes.setdefault(shape, [])
        marks.append(_Mark("heading", len(marks) + 1, line.start(), line.start()))
    yield from (marks for marks in shapes.values() if len(marks) >= _FEWEST_PARALLELS)


def _continues(text: str, run: Sequence[_Mark], mark: _Mark) -> bool:
    if mark.family == "bullet":
        return not _has_other_lines(text[run[-1].end : mark.start])
    if mark.family == "order":
        return mark.number == 0
    return mark.number == len(run) + 1


def _has_other_lines(between: str) -> bool:
    """Whether a line that is no bullet stands between two bullets, other than the rest of a broken item."""
    lines = [line for line in between.split("\n")[1:] if line.strip()]
    return any(not line.rstrip().endswith(("。", "；", ";")) for line in lines) or len(lines) > 2


def _enumeration(text: str, start: int, marks: Sequence[_Mark]) -> Enumeration:
    ends = [mark.start for mark in marks[1:]] + [_end_of_last(text, marks)]
    items = tuple(_item(text, mark, end) for mark, end in zip(marks, ends, strict=True))
    return Enumeration(_introduction(text, start, marks[0]), items)


def _item(text: str, mark: _Mark, end: int) -> Item:
    while end > mark.end and text[end - 1] in _TRAILING:
        end -= 1
    first = mark.end
    while first < end and text[first] in " \t　，,：:、":
        first += 1
    stop = (_STOP if mark.family == "heading" else _CLAUSE_END).search(text, first, end)
    head_end = stop.start() if stop and stop.start() > first else end
    return Item(mark.start, max(end, mark.end), (first, head_end))


def _end_of_last(text: str, marks: Sequence[_Mark]) -> int:
    """The last item ends with its line; in a running sentence no later than the items before it suggest."""
    line_end = text.find("\n", marks[-1].start)
    line_end = len(text) if line_end < 0 else line_end
    if marks[-1].family in {"bullet", "comma", "number", "order"}:
        return line_end
    widest = max(_sentences_in(text, one.start, two.start) for one, two in zip(marks, marks[1:], strict=False))
    sentences = split_sentences(text, marks[-1].start, line_end)
    return sentences[min(widest, len(sentences)) - 1][1] if sentences else line_end


def _sentences_in(text: str, start: int, end: int) -> int:
    return max(1, len(split_sentences(text, start, end)))


def _introduction(text: str, start: int, first: _Mark) -> Span | None:
    """The words before the first item in its sentence, else the sentence before it."""
    before = split_sentences(text, max(start, first.start - 3 * _LONGEST_INTRODUCTION), first.start)
    if not before:
        return None
    begin, end = before[-1]
    return (begin, end) if end - begin <= _LONGEST_INTRODUCTION else None
