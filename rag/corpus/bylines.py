"""Who wrote it: datelines at the head of a story, byline lines, bylines at its end, photo credits."""

from __future__ import annotations

import re

from rag.corpus.script import plain

_PLACE = r"[^。，,;；:：!！?？“”]"
_ROLE = (
    r"(?:(?:本报|本刊|本台|首席|见习|实习|特约|驻[一-鿿]{1,6}|高级|全媒体|融媒体|新华社|中新社){0,3}"
    r"(?:记者|通讯员|实习生|作者|撰稿|撰文|采写|特派员|评论员|编译|整理))"
)
_NAME = r"[一-鿿·]{1,8}"
_NAMES = rf"{_NAME}(?:[ 、/／,，]{{1,3}}{_NAME}){{0,7}}"
_PEOPLE = rf"{_ROLE}\s?[:：/／]?\s?{_NAMES}(?:[ 、/／;；]{{1,3}}{_ROLE}\s?[:：/／]?\s?{_NAMES}){{0,3}}"
_WORK = r"(?:摄影报道|摄影|报道|采写|文图|图文|文\s?[/／、]\s?[图摄]|综合报道|文|图)"
_BOTH = re.compile(r"摄影报道|文\s?[/／、]\s?摄")  # who wrote it took the photo too
_PEN = rf"(?:文|图|文\s?[/／、]?\s?图|图\s?[/／、]?\s?文|采写|撰文|撰稿|作者)\s?[:：/／]\s?(?:{_PEOPLE}|{_NAMES})"
_OWN = r"(?:本报|本刊)(?:综合|讯|评论员|编辑部|综合报道|综合消息|融媒体中心|全媒体\S{0,6})"
_FROM = r"(?:据|来源|稿件来源|文章来源|摘自|原载|转自)\s?[:：]?\s?[《“]?[^。，,;；]{2,24}"
_LINE = re.compile(
    rf"[■□▲●◆◎○★/／ ]{{0,3}}(?:{_PEN}|{_PEOPLE}|{_OWN})(?:[ /／]{{0,3}}(?:{_PEN}|{_PEOPLE}|{_WORK})){{0,3}}"
)
_MARKED_NAME = re.compile(
    r"[■□◎◆●○/／]{1,2}\s?(?:[一-鿿]{2,4}|[一-鿿] [一-鿿])(?:[ 、][一-鿿]{2,4}){0,3}(?:\s?[文/／])?"
)
_BRACKETED = re.compile(
    rf"[(（]\s?(?:{_PEOPLE}|{_FROM}|{_PEN}|[一-鿿]{{2,4}}(?:[ 、][一-鿿]{{2,4}}){{0,3}})\s?(?:{_WORK})?\s?[)）]"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤柴宗施申戚俞翁章裘竺葛屠"
)
_BARE_NAME = re.compile(
    rf"[{_SURNAMES}](?:\s{{0,4}}[一-鿿]){{1,2}}(?:\s{{1,4}}[{_SURNAMES}](?:\s{{0,2}}[一-鿿]){{1,2}}){{0,2}}"
)
_LEAD_LABEL = re.compile("前言|引言|导语|导读|编者按|摘要|正文|序言|按语|核心提示")
_LONGEST_DATELINE = 120
_IN_BRACKETS = r"\s{0,2}[(（][^()（）]{0,60}[)）]"
_DATELINE = re.compile(
    rf"(?:本\s?报|本刊|本台|本网|新华社|中新社|中新网|人民网)(?:(?!记者|的){_PLACE}){{0,16}}?(?:讯|电|消息)(?![网话视力商子台梯脑器影动池站])"
    rf"(?:{_IN_BRACKETS})?\s{{0,2}}[:：]?"
    rf"|[一-鿿]{{2,10}}(?:报|网|社|台|新闻|客户端|发布)[一-鿿\d]{{0,12}}(?:讯|电)(?:{_IN_BRACKETS}\s{{0,2}}[:：]?|\s{{1,2}})"
    rf"|[(（【]\s?[一-鿿]{{0,10}}{_ROLE}[^()（）【】。]{{1,50}}[)）】]\s{{0,2}}(?:[:：]|讯)?"
    rf"|【[一-鿿]{{2,12}}(?:报道|讯)】"
    rf"|{_ROLE}\s?{_NAMES}\s?(?:报道|讯)\s?[:：]?"
)
_CREDIT_END = re.compile(r"(?:(?<!拍)摄|供图|制图|绘图|绘|配图|资料图片?|资料图|图片|视觉中国|摄影)\s?[)）]?$")
_CREDIT = re.compile(
    r"[(（/／▲■]?\s?(?:本报|新华社|受访|资料|图片|图源|供图|摄影|制图|图|记者|通讯员|实习生|[一-鿿]{2,4}\s?摄)[^。，,;；]{0,30}"
)
_REMARK = re.compile("[(（][^()（）]{2,30}[)）]")  # (此件主动公开)
_CAPTION = re.compile(r"[(（]?\s?(?:▲|▼|△|↑|↓|图为|图[①-⑨\d一二三四:：]|[左右上下本]图|图说|图片说明|图片为|资料图)")
_STOPPED = re.compile("[。！？!?…”』」)）]$")
_INLINE = re.compile(
    r"本报|本刊|文\s?[/／:：]|图\s?[/／:：]|[(（]?(?:首席|见习|实习)?(?:记者|通讯员|作者)|[■□]"
    r"|[(（][一-鿿]{2,4}[ )）]|[(（]据"
)


def dateline_end(text: str, start: int, end: int) -> int:
    """Return where the story begins after a dateline such as 本报讯(记者 某某); `start` when there is none."""
    match = _DATELINE.match(plain(text[start : min(end, start + _LONGEST_DATELINE)]))
    if not match:
        return start
    stop = start + match.end()
    while stop < end and text[stop].isspace():
        stop += 1
    return stop


def closing_byline_start(text: str, start: int, end: int) -> int:
    """Return where a byline at the end of a line begins, a whole line included; `end` when there is none."""
    tail = max(start, end - 70)
    for match in _INLINE.finditer(plain(text[tail:end])):
        at = tail + match.start()
        before = text[max(start, at - 8) : at].rstrip()
        if (at == start or _STOPPED.search(before)) and is_byline(text[at:end].strip()):
            return at
    return end


def is_byline(text: str) -> bool:
    """Whether a whole line names the writers: 本报记者 某某, ■记者 某某, 文/记者 某某 图/某某, (据新华社)."""
    text = plain(text) if len(text) <= 70 else ""
    if len(text) < 3 or (re.search("摄[)）]?$", text) and not _BOTH.search(text)):
        return False
    patterns = (_LINE, _MARKED_NAME, _BRACKETED)
    return any(pattern.fullmatch(text) for pattern in patterns)


def is_bare_name(text: str, expected: bool = False) -> bool:
    """Whether a whole line is nothing but one to three Chinese names.

    Where a name is `expected`, below a headline, its first character need not be a usual surname.
    """
    if len(text) > 16 or _LEAD_LABEL.fullmatch(text):
        return False
    return bool(_BARE_NAME.fullmatch(text) or (expected and re.fullmatch(r"[一-鿿](?:\s{0,4}[一-鿿]){1,2}", text)))


def is_credit(text: str) -> bool:
    """Whether a whole line only credits a photo: 本报记者 某某 摄, 图片由某某提供."""
    text = plain(text) if len(text) <= 40 else ""
    if not text or re.search("[。；;]", text) or _BOTH.search(text):
        return False
    if re.fullmatch(r"[(（]?图片?(?:由|来源|提供|/|／|:|：)[^。]{2,24}(?:提供)?[)）]?", text):
        return True
    return bool(_CREDIT_END.search(text) and _CREDIT.match(text))


def is_caption(text: str) -> bool:
    """Whether a line tells what a photo shows (图为…, ▲…, …。本报记者 某某 摄) or is a remark in brackets."""
    text = plain(text) if len(text) <= 120 else ""
    if not text or _BOTH.search(text):
        return False
    if _CAPTION.match(text) or _REMARK.fullmatch(text):
        return True
    return bool(re.search(r"[。”)）\s](?:本报|新华社)?\s?(?:记者|通讯员|实习生)?[^。，,]{2,16}(?<!拍)摄[)）]?$", text))


def byline_name(text: str) -> str:
    """Return who a byline or dateline names, without marks and brackets: 记者 某某."""
    inner = re.search(r"[(（]([^()（）]*)[)）]", text)
    if inner and re.match(r"[^(（]*(?:讯|电|消息|报道)", plain(text)):
        return inner[1].strip()
    name = text.strip("■□▲●◆◎○★/／()（）【】 :：")
    return "" if re.fullmatch(r"\S{2,6}讯", plain(name)) else name
