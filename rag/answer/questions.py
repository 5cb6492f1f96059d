"""What a question asks for: its kind, the type of answer that would fit, and the words that only ask.

Everything here reads the normalised question (simplified, half width, lower case) of `rag.index.analyze`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.answer import asking
from rag.answer.contacts import wanted_contact
from rag.index.analyze import normalize


class Kind(StrEnum):
    """How the answer is built."""

    FACT = "fact"
    LIST = "list"
    DEFINITION = "definition"
    SUMMARY = "summary"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes_no"
    GREETING = "greeting"
    ABILITY = "ability"
    CATALOGUE = "catalogue"


class Expects(StrEnum):
    """What the answer of a question for one fact looks like."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    TIME = "time"
    NUMBER = "number"
    TITLE = "title"
    CONTACT = "contact"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    `normal` is the normalised text, `content` the same with asking words blanked out (equal length).
    `units` are what a number would count (家, 个, %, …); `years` are the years it names.
    `contact` is what kind of telephone number or address it wants, in Chinese, where it expects one.
    `count` is the number of items it announces (“四大”, “3先3后”); `ordinal` the one item it wants (第三项).
    """

    text: str
    normal: str
    content: str
    kind: Kind
    expects: Expects
    units: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    contact: str = ""
    count: int | None = None
    ordinal: int | None = None


NUMERALS = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2}

_UNIT = re.compile(
    r"(?:多少|几|第几)多?((?:亿|万|千)?(?:美元|平方|公里|公斤|[元个名位家人条项件种次场部座所天年岁倍亩吨辆套户张届只台艘处级分]"
    r"|[米枚批篇首本间层支国%]))"
)
_MEASURED = (
    (r"年纪|岁数|年龄|多大$|how old", ("岁",)),
    (r"比例|百分|占比|率(?:是|为|达|有)?(?:多少)?[?。]*$", ("%", "百分")),
    (r"价格|票价|费用|金额|资金|票房|收入|多少钱|总额|投资|产值|补贴|奖金", ("元", "美元", "欧元", "镑")),
    (r"面积", ("平方", "公顷", "亩")),
    (r"人数|人口", ("人",)),
    (r"多远|距离|长度|多长|多高|高度|海拔", ("米", "公里", "千米", "里")),
    (r"多重|重量", ("克", "斤", "吨")),
)
_COUNT = re.compile(r"([一二两三四五六七八九十]|\d{1,2})(?:大|个|项|条|方面|种|类|点|步|件|先|篇|位|组|道|不|要|更|化)")
_ORDINAL = re.compile(r"第([一二三四五六七八九十]|\d{1,2})(?:个|项|条|点|种|步|方面)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|\D|$)")
_ASKING = re.compile(
    r"请问|请|概述|概括|总结|介绍一下|这一事件的|的?主要内容|讲了(?:些)?什么|说了(?:些)?什么|(?:是|为|有|叫|在|于|由)?(?:什么时候|什么时间|什么地方|什么样的?|什么|哪一年|哪一[个位家种部本所]|哪年|哪[个位家种部本所条些里儿天几]|哪|何时|何处|何地|何种|为何|为什么|如何|怎么样|怎么|怎样|多少|几[个位家种部本所条项次年]?|谁)(?:呢)?"
    r"|吗[?。]*$|呢[?。]*$|\b(?:what|which|who|whom|whose|when|where|why|how|many|much|is|are|was|were|the|of|in|to|did|does|do|a|an|will)\b|[?。!]"
)
_CONTENT_FACT = (Expects.PERSON, Expects.TIME, Expects.PLACE, Expects.ORGANISATION, Expects.NUMBER)


def understand(text: str) -> Question:
    """Take a question apart by its asking words."""
    normal = normalize(text)
    contact = wanted_contact(normal)
    expects = Expects.CONTACT if contact else _expected(normal)
    ordinal = _ORDINAL.search(normal)
    return Question(
        text=text,
        normal=normal,
        content=_ASKING.sub(lambda found: " " * len(found.group()), normal),
        kind=_kind(normal, expects),
        expects=expects,
        units=_units(normal),
        years=tuple(dict.fromkeys(_YEAR.findall(normal))),
        contact=contact,
        count=_count(normal),
        ordinal=numeral(ordinal.group(1)) if ordinal else None,
    )


def numeral(text: str) -> int | None:
    """Return the value of a digit string or of one Chinese numeral up to ten."""
    return int(text) if text.isdigit() else NUMERALS.get(text)


def _count(normal: str) -> int | None:
    found = _COUNT.search(normal)
    value = numeral(found.group(1)) if found else None
    return value if value is not None and 2 <= value <= 20 else None


def _units(normal: str) -> tuple[str, ...]:
    found = _UNIT.search(normal)
    if found:
        return (found.group(1),)
    return next((units for words, units in _MEASURED if re.search(words, normal)), ())


def _kind(normal: str, expects: Expects) -> Kind:
    conversational = (
        (asking.GREETING, Kind.GREETING),
        (asking.ABILITY, Kind.ABILITY),
        (asking.CATALOGUE, Kind.CATALOGUE),
    )
    for pattern, kind in conversational:
        if pattern.search(normal):
            return kind
    ordered = ((asking.SUMMARY, Kind.SUMMARY), (asking.WHY, Kind.WHY), (asking.LIST, Kind.LIST))
    for pattern, kind in ordered:
        if pattern.search(normal):
            return kind
    if expects is Expects.PERSON and asking.DEFINITION.search(normal) and re.search(r"^.{1,12}是谁|^谁是", normal):
        return Kind.DEFINITION
    if expects is not Expects.ANYTHING and not asking.HOW.search(normal):
        return Kind.FACT
    for pattern, kind in ((asking.HOW, Kind.HOW), (asking.YES_NO, Kind.YES_NO), (asking.DEFINITION, Kind.DEFINITION)):
        if pattern.search(normal):
            return kind
    return Kind.FACT


def _expected(normal: str) -> Expects:
    ordered = (
        (asking.TIME, Expects.TIME),
        (asking.TITLE, Expects.TITLE),
        (asking.ORGANISATION, Expects.ORGANISATION),
        (asking.PLACE, Expects.PLACE),
        (asking.PERSON, Expects.PERSON),
        (asking.NUMBER, Expects.NUMBER),
    )
    return next((expects for pattern, expects in ordered if pattern.search(normal)), Expects.ANYTHING)
