"""What a page carries besides its stories: page numbers, section names, date lines, the paper's staff."""

from __future__ import annotations

import re

from rag.corpus.dates import full_dates
from rag.corpus.script import plain

_SECTION = re.compile(
    "(?:本版|今日|国内|国际|本埠|本地|本市|区域|区县|街镇|城市|社区)?"
    "(?:要闻|综合|时政|社会|民生|经济|文化|体育|教育|健康|法治|评论|副刊|专题|专版|特刊|公告|广告|聚焦|关注|热点|焦点|视点|时评|"
    "人物|连载|科技|财经|卫生|生活|旅游|城事|都市|党建|综治|资讯|导读|封面|新闻)"
    "(?:新闻|报道|专刊|周刊|天下|之窗|速递|在线|版)?"
)
_PAGE_NUMBER = re.compile(
    r"[-—– ]{0,4}(?:第\s?)?[A-Za-z]?\d{1,3}(?:[/／-][A-Za-z]?\d{1,3})?\s?[版页]?[-—– ]{0,4}"
    r"|第[一二三四五六七八九十]{1,3}版|第\s?\d{1,3}\s?页\s?[/／,，]?\s?共\s?\d{1,4}\s?页"
)
_MASTHEAD = re.compile(r"[一-鿿 ]{2,8}(?:日报|晚报|晨报|早报|时报|都市报|周报|商报|青年报|周刊)(?:社)?")
_STAFF = re.compile(
    r"(?:本版|责任|值班|版面|执行|本期|首席|图片|美术|见习|视觉)?\s?(?:编辑|主编|责编|美编|校对|视觉|版式|制图|组版|检校|设计)(?:设计)?"
    r"\s?[:：/／|丨 ]\s?[^。，,]{2,40}"
)
_CONTACT = re.compile(
    r"(?:24小时)?(?:读者|新闻|投稿|爆料|报料|发行|广告|订阅|编辑部|本报|社址|国内统一|邮发代号|国内刊号|总第|零售|印刷|今日\S{1,4}版|新闻热线)"
    r"[^。，]{0,50}[\d@:：]|(?:https?://|www\.)\S{4,80}|E-?mail\s?[:：]\s?\S{4,60}"
)
_JUMP = re.compile(r"[▶►▲▼(（【]?\s?(?:下转|上接|紧接|详见|相关报道见|见)\s?[A-Za-z]?\d?[^。，]{0,12}[版页][)）】]?")
_CONTENTS = re.compile(r"[^。；;]{4,40}?[\s…·.—-]*(?:详?见)?\s?第?\s?(?:[A-Za-z]\d{1,2}|\d{1,2})\s?版")
_WEEKDAY = re.compile("星期[一二三四五六日天]|周[一二三四五六日]|农历|[第总]\\s?\\d+\\s?期")


def is_furniture(text: str) -> bool:
    """Whether a whole line is a page number, a section's name, a masthead, staff or contact of the paper."""
    if len(text) > 70:
        return False
    words = plain(text).strip("【】[]〖〗|丨·・■●□▲◆ 　")
    if all(_is_furniture_part(part) for part in re.split(r"\s*[·・|丨]\s*|\s{1,4}", words) if part):
        return True
    patterns = (_PAGE_NUMBER, _STAFF, _CONTACT, _JUMP, _CONTENTS)
    return any(pattern.fullmatch(words) for pattern in patterns) or bool(print_date(text))


def _is_furniture_part(part: str) -> bool:
    if part.isdigit() and len(part) > 3:
        return False
    patterns = (_PAGE_NUMBER, _SECTION, _MASTHEAD, _STAFF)
    return any(pattern.fullmatch(part) for pattern in patterns)


def print_date(text: str) -> str:
    """Return the ISO date of a page's date line, such as 2021年1月21日 星期四 A03; empty for other lines."""
    dates = full_dates(text)
    if len(dates) != 1 or len(text) > 60 or re.search("[。，,；;]", text):
        return ""
    rest = text[: dates[0][1]] + text[dates[0][2] :]
    parts = [part for part in re.split(r"[\s·・|丨]+", rest) if part]
    printed = _WEEKDAY.search(rest) or (parts and all(_is_furniture_part(part) for part in parts))
    return dates[0][0] if printed else ""


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a full date."""
    dates = full_dates(text)
    return len(dates) == 1 and not text[: dates[0][1]].strip("(（ ") and not text[dates[0][2] :].strip(")） ")
