"""The shape of headlines, subheads and numbered headings; which line of a headline is the main one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus.dates import full_dates
from rag.corpus.script import plain

MARKS = "●■◆▲★☆▶►•·◇□○◎※"
PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"), ("《", "》"))
_LONGEST = 46
_SHORT = re.compile("[一-鿿]{2,3}")  # 通知, or a district's name above a headline
_STOPS = re.compile("[。；;]")
_BAD_END = re.compile("[，,、：:；;。(（“‘《【-]$")
_BAD_START = re.compile("[，,、：:；;。!！?？)）”’》】.%]")
_SPEECH = re.compile('[“"].*[。！？!?，,][”"]?$')
_NUMBERED = re.compile(
    r"第?[一二三四五六七八九十]{1,3}[、章节条部]|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]"
    r"|\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳]|[一二三四五六七八九]是"
)
_FIELD = re.compile(r"[^:：]{0,8}(?:电话|地址|时间|地点|网址|邮箱|传真|邮编|账号|开户行|联系人|主办|承办|协办)\s?[:：]")
_SENTENCE_OPENING = re.compile(
    "(?:今年以来|近年来|目前|当前|日前|近日|昨天|昨日|今天|当天|据悉|据了解|据介绍|此外|同时|对此|为此|因此|随后|接下来|"
    "下一步|首先|其次|再次|最后|另外|其中|记者|截至|截止|与此同时|活动中|会上|会议指出|会议强调|他说|她说|如今|随着|为了|由于|"
    "作为|通过|根据|按照|经过|围绕|针对|自从|自\\d)[^“”《》]{0,12}[,，]"
)
_ORDINAL = re.compile("(?:首先|其次|再次|最后|再就|还有|第[一二三四五六七八九])是")
_LABEL = re.compile(r"[一-鿿]{2,4}(?:[·・| ][一-鿿]{2,4}){0,2}$")


def is_headline(text: str) -> bool:
    """Whether a line could be a headline or a subhead: short, no full stop, no open end."""
    text = without_date(text)
    size = len(text) - text.count(" ")
    if _SHORT.fullmatch(text):
        return True
    if not 4 <= size <= _LONGEST or _STOPS.search(text) or _BAD_END.search(text) or _BAD_START.match(text):
        return False
    if _SPEECH.match(text) or _FIELD.match(text) or opens_sentence(text) or _is_unclosed(text):
        return False
    chinese = sum("一" <= character <= "鿿" for character in text)
    return chinese * 2 >= size and text.count(",") + text.count("，") <= 2


def without_date(text: str) -> str:
    """Return a headline without a full date at its end."""
    return (
        text[: dates[-1][1]].rstrip("(（[ ")
        if (dates := full_dates(text)) and not text[dates[-1][2] :].strip(")）] ")
        else text
    )


def is_numbered(text: str) -> bool:
    """Whether a line begins with a number of a list: 一、 (二) 3. ④ 一是."""
    return bool(_NUMBERED.match(text))


def starts_with_mark(text: str) -> bool:
    """Whether a line begins with a list mark such as ● or ■."""
    return bool(text) and text[0] in MARKS


def opens_sentence(text: str) -> bool:
    """Whether a line begins as running text does: 今年以来, 据悉, 首先."""
    words = plain(text[:40])
    return bool(_SENTENCE_OPENING.match(words) or _ORDINAL.match(words))


def _is_unclosed(text: str) -> bool:
    """Whether a quotation or bracket is opened and not closed: the line was cut."""
    return any(text.rfind(opener) > text.rfind(closer) for opener, closer in PAIRS)


def has_two_parts(text: str) -> bool:
    """Whether a headline is printed in two parts with a blank between: 打造新高地 迈上新台阶."""
    parts = [part for part in text.split(" ") if part]
    return len(parts) >= 2 and all(len(part) >= 4 and re.search("[一-鿿]{3}", part) for part in parts[:2])


def is_dashed(text: str) -> bool:
    """Whether a line is a subtitle with a dash before it: ——记某某街道."""
    return bool(re.match("[—–―─-]{2,}|—", text))


def name_headline(lines: Sequence[str]) -> tuple[str, str]:
    """Return (title, subtitle) of the printed lines of one headline, in print order.

    A line that is surely a subtitle, a column's name or a repetition goes to the subtitle; where it
    cannot be told which of two lines is the main one, the title keeps both.
    """
    rest = [line for line in lines if not is_dashed(line)]
    dashed = [line for line in lines if is_dashed(line)]
    main, minor = _main_lines(_without_repeats(rest))
    if not main:
        main, dashed = dashed[:1], dashed[1:]
    return " ".join(main), " ".join([*minor, *dashed])


def _without_repeats(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if line not in kept and not any(line in other for other in lines if other != line and len(line) >= 6):
            kept.append(line)
    return kept


def _main_lines(lines: list[str]) -> tuple[list[str], list[str]]:
    labels = [line for line in lines if _is_label(line, lines)]
    lines = [line for line in lines if line not in labels]
    if len(lines) < 2:
        return lines or labels[:1], labels if lines else labels[1:]
    first, *others = lines
    sure = [line for line in others if len(first) >= 8 and _is_surely_minor(first, line)]
    main = [first, *(line for line in others if line not in sure)]
    return main[:3], [*main[3:], *sure, *labels]


def _is_label(line: str, lines: Sequence[str]) -> bool:
    """A column's name, such as 新征程 奋进者, beside a longer line, or a district above it."""
    longest = max(len(other) for other in lines)
    spaced = " " in line and len(line) <= 8 and longest >= 12
    above = line == lines[0] and len(line) <= 4 and longest >= 8
    return (spaced or above) and bool(_LABEL.match(line))


def _is_surely_minor(first: str, line: str) -> bool:
    """Whether a line below the first one adds detail: it lists, counts, or both together would be too long."""
    listed = line.count("、") >= 2
    figures = len(line) >= 12 and len(re.findall(r"\d+", line)) >= 2
    return listed or figures or (len(first) + len(line) > 40 and len(line) >= 1.3 * len(first))
