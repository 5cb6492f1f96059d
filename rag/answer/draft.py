"""A model's draft, taken apart into lines and sentences with the evidence numbers they claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.index.analyze import HAN

_NUMBERS = r"\d{1,3}(?:\s*(?:[,，、;；]|和|[-–—~至])\s*\d{1,3})*"
_NAMED = r"(?:证据|来源|资料|依据|出处|参考|引用|句子|句|编号|source|ref|evidence)?\s*[:：]?\s*(?:\^|#|第)?\s*"
_MARK = re.compile(
    rf"[\[［【〔]\s*{_NAMED}(?P<square>{_NUMBERS})\s*句?\s*[\]］】〕]|[(（]\s*(?:证据|来源|资料|依据|出处|参考|句子?|编号)\s*"
    rf"[:：]?\s*(?P<round>{_NUMBERS})\s*[)）]",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s*[-–—~至]\s*(\d+)")
_PREFIX = re.compile(
    r"\s*(?:#{1,6}\s+|>\s+)?(?P<list>(?:\(?\d{1,2}[.．、)）](?!\d)|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[-*•·●■▪]\s(?!\*))\s*)?"
)
_ENDS = r"。！？!?；;"
_CLOSERS = r"(?:[”’」』）)】》*]|[\"'](?!\w))"  # a straight quote before a word opens the next sentence
_SENTENCE = re.compile(
    rf"(?:[^{_ENDS}.]|\.(?!\s|$))*(?:[{_ENDS}]+|\.(?=\s|$)|$){_CLOSERS}*(?:\s*{_MARK.pattern.replace('?P<square>', '?:').replace('?P<round>', '?:')})*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:好的[,，。!！]?|答案?[:：]|回答[:：]|\*\*答案?[:：]\*\*|(?:根据|依据|基于|按照)(?:所?提供的?|给出的|以上|上述|这些|现有)?的?"
    r"(?:资料|证据|材料|信息|原文|文章|内容|句子|文本)(?:内容|显示|可知|所述|中的信息)?[,，:：])\s*"
)
_DECLINES = re.compile(
    r"(?:资料|证据|材料|文中|原文|文章|上述信息|提供的信息)(?:中|里|内)?(?:并?没有|未|并未|无)(?:直接|明确|具体)?(?:提到|提及|说明|给出|涉及|包含|找到|相关)|"
    r"无法(?:从.{0,12})?(?:回答|得知|确定)|(?:not mentioned|does not (?:mention|say|contain)|cannot (?:answer|be determined))",
    re.IGNORECASE,
)
_THINK = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
_BEFORE_THINK_END = re.compile(r"^.*?</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of a draft: `text` without markers (bold kept), the evidence numbers it names."""

    text: str
    numbers: tuple[int, ...]

    @property
    def claim(self) -> str:
        """The text as it is checked: without bold marks and enumerators."""
        return _plain(self.text)

    @property
    def introduces(self) -> bool:
        """Tell whether it only leads to what follows: ……如下："""
        return bool(re.search(r"[:：]\**\s*$", self.text))

    @property
    def declines(self) -> bool:
        """Tell whether it says that the sources do not answer."""
        return bool(_DECLINES.search(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a draft: its list mark (1. or - or nothing), numbered or not, and its sentences."""

    mark: str
    numbered: bool
    units: tuple[Unit, ...]


def visible(draft: str) -> str:
    """Return the draft without what a model thinks aloud before it answers."""
    if re.search(r"</(?:think|thinking|reasoning)>", draft, re.IGNORECASE) and not re.search(
        "<think", draft, re.IGNORECASE
    ):
        draft = _BEFORE_THINK_END.sub("", draft)
    return _THINK.sub("", draft).strip()


def parse(draft: str) -> list[Line]:
    """Take a visible draft apart. Within a list, a line that begins with an evidence number is an item too."""
    lines: list[Line] = []
    for row in draft.splitlines():
        if line := _line(row):
            item = bool(lines) and lines[-1].numbered and not line.mark and _MARK.match(row.strip()) is not None
            lines.append(replace(line, mark=lines[-1].mark, numbered=True) if item else line)
    return lines


def _line(row: str) -> Line | None:
    prefix = _PREFIX.match(row)
    assert prefix is not None
    mark = (prefix["list"] or "").strip()
    rest = row[prefix.end() :]
    if prefix.end() == 0 or not mark:
        rest = _OPENING.sub("", rest.strip())
    units = tuple(_units(rest))
    if not units:
        return None
    numbered = bool(re.match(r"[(（]?[\d一二三四五六七八九十]", mark))
    return Line(mark, numbered, units)


def _units(text: str) -> Iterator[Unit]:
    leading: tuple[int, ...] = ()
    for match in _SENTENCE.finditer(text):
        piece = match.group().strip()
        numbers = tuple(dict.fromkeys([*leading, *_numbers(piece)]))
        bare = re.sub(r"\s+([。，；！？,;!?.])", r"\1", _MARK.sub("", piece)).strip()
        if not re.search(rf"[\w{HAN}]", bare):
            leading = numbers
            continue
        leading = ()
        yield Unit(_balanced(bare), numbers)


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for match in _MARK.finditer(text):
        inside = match["square"] or match["round"]
        for low, high in _RANGE.findall(inside):
            found += range(int(low), min(int(high), int(low) + 9) + 1)
        found += [int(number) for number in re.findall(r"\d+", inside)]
    return found


def _balanced(text: str) -> str:
    """Keep bold marks only in pairs."""
    text = re.sub(r"^\*{1,2}\s+", "", text)
    return text if text.count("**") % 2 == 0 else text.replace("**", "")


def _plain(text: str) -> str:
    bare = text.replace("**", "").replace("`", "")
    return re.sub(
        r"^(?:首先|其次|再次|最后|此外|另外|同时|第[一二三四五六七八九十][，,、]|[一二三四五六七八九十]是(?![一-龥]?[年月日]))[，,、:：]?",
        "",
        bare,
    ).strip()
