"""Who wrote it: datelines at the head of a story, byline lines, bylines at its end, photo credits."""

from __future__ import annotations

import re

_ROLE = (
    r"(?:本报|本刊|本台|首席|见习|实习|特约|驻\S{1,6}|高级|全媒体){0,3}"
    r"(?:记者|通讯员|实习生|作者|撰稿|撰文|特派员|评论员)"
)
_DATELINE = re.compile(
    r"(?:本报|本刊|本台|本网)[^。，,;；“”]{0,14}?(?:讯|电|消息)"
    r"(?:\s{0,2}[(（][^()（）]{0,60}[)）])?[:：]?"
    r"|(?:新华社|中新社|人民网|中新网)[^。，,;；“”]{0,16}?(?:电|讯)(?:\s{0,2}[(（][^()（）]{0,60}[)）])?[:：]?"
)
_END = re.compile(rf"(?:[(（]\s?)?(?:文\s?[/／]\s?图?\s?)?{_ROLE}[\s:：/／]?[^。，,;；:：!！?？“”]{{1,40}}$")
_STOPPED = re.compile("[。！？!?”』」)）]$")


def dateline_end(text: str, start: int, end: int) -> int:
    """Return where the story begins after a dateline such as 本报讯(记者 某某); `start` when there is none."""
    match = _DATELINE.match(text, start, end)
    if not match:
        return start
    stop = match.end()
    while stop < end and text[stop].isspace():
        stop += 1
    return stop


def closing_byline_start(text: str, start: int, end: int) -> int:
    """Return where a byline at the end of a line begins, a whole line included; `end` when there is none."""
    tail = max(start, end - 60)
    for match in re.finditer(r"本报|文\s?[/／]|[(（]?记者|[(（]?通讯员|[■□]", text[tail:end]):
        at = tail + match.start()
        if (at == start or _STOPPED.search(text[start:at].rstrip())) and _END.match(text[at:end].lstrip("■□ ")):
            return at
    return end
