"""What a question asks for: its kind, the type of answer that would fit, and the words that only ask.

Everything here reads the normalised question (simplified, half width, lower case) of `rag.index.analyze`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

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
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    `normal` is the normalised text, `content` the same with asking words blanked out (equal length).
    `units` are what a number would count (家, 个, %, …); `years` are the years it names.
    `count` is the number of items it announces (“四大”, “3先3后”); `ordinal` the one item it wants (第三项).
    """

    text: str
    normal: str
    content: str
    kind: Kind
    expects: Expects
    units: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    count: int | None = None
    ordinal: int | None = None
    english: bool = False


NUMERALS = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2}

_GREETING = re.compile(r"^(你好|您好|嗨|哈喽|hello|hi|早上好|下午好|晚上好|谢谢|多谢|再见)[呀啊吗!。,.~ ]*(你是谁)?[?!。]*$")
_ABILITY = re.compile(r"^(你|您|这个(系统|助手)|问报)?.{0,4}(能做什么|会做什么|能干什么|可以做什么|有什么(功能|用)|怎么用|如何使用|是谁|帮我做什么)[呀啊呢?。!]*$|^(你|您)(是谁|叫什么)")
_CATALOGUE = re.compile(
    r"^(请|帮我)?(你|您|这里|库里|资料(库)?(里|中)?|系统里)?(一共|总共|都|现在)?(收录了|收了|包含|有)(哪些|多少|几)(篇)?(文章|资料|文件|报道|内容|新闻)[呢?。!]*$"
    r"|^(列出|显示)?(所有|全部|有哪些)(的)?(文章|资料)(目录|列表|标题)?[?。!]*$|^what (articles|documents)"
)
_SUMMARY = re.compile(r"讲了(些)?什么|说了(些)?什么|主要内容|概述|概括|总结|主要讲|大意|梗概|介绍一下|summari[sz]e|what is .* about")
_WHY = re.compile(r"为什么|为何|为啥|何以|缘何|什么原因|原因是|的原因|怎么会|因何|\bwhy\b")
_DEFINITION = re.compile(
    r"^(请问)?(什么是|什么叫|何谓|谁是)|(是|指)(的是)?(什么|啥)(意思)?(呢|呀)?[?。]*$|是怎么回事|什么意思|(指|代表)什么|^.{1,12}是谁[?。]*$|的(定义|含义)|\bwhat is\b|\bwho is\b"
)
_LIST = re.compile(
    r"哪些|有哪几|哪[一二两三四五六七八九十几\d]+(个|项|条|种|类|方面|大|点|位|家|所|部|篇|座|国)|分别|包括(什么|那)|包含什么|几(项|条|方面|大类|点)|都有(什么|谁)|有什么(具体)?"
    r"(措施|举措|要求|规定|内容|特点|功能|做法|办法|任务|政策|待遇|条件|安排|亮点|变化|好处|服务|支持)|列举|列出|(措施|举措|做法|办法|要求|任务|条件|流程|步骤|政策|机制|内容|计划|要点|特点|特色|对策)(是什么|有什么|如何)[?。]*$"
    r"|^[^哪谁几何怎吗什多]*(措施|举措|做法|办法|要求|任务|条件|流程|步骤|政策|机制|内容|计划|要点|特点|特色|对策|工作)[?。]*$"
    r"|\bwhich (?:\w+ ){0,2}are\b|\blist\b|\bwhat are\b|\bwhat measures\b"
)
_HOW = re.compile(r"如何|怎么(做|办|样|来|去|开展|推|实|解|申|办理)|怎样|怎么来的|通过(什么|何种)(方式|途径|方法)|什么(方式|方法|途径)|\bhow (?:do|does|did|can|is|are|will|to)\b")
_YES_NO = re.compile(r"(吗|(?<![什怎那这多])么)[?。]*$|是不是|是否|有没有|能不能|会不会|可不可以|对不对|^(?:is|are|was|were|do|does|did|can|will|has|have)\b")

_PERSON = re.compile(r"谁|何人|什么人|哪(一)?(位|个人|名)|叫什么名字|姓名|(作者|导演|主演|编剧|主编|市长|区长|书记|校长|院长|主任|创始人|发明者|负责人|主席|总统|首相|教练|冠军|得主|主持人|队长|妻子|丈夫|父亲|母亲|儿子|女儿)(是|叫|为)?(谁|哪|什么)?[?。]*$|\bwho(?:m|se)?\b")
_TIME = re.compile(r"何时|什么时(候|间|期)|哪(一)?(年|天|月|日|时|个月|年代|个世纪|段时间)|几(年|月|日|号|点|时)(?!级)|多久|多长时间|时间(是|为)|日期|(年份|年代|时间)[?。]*$|\bwhen\b|\bwhat (?:year|date|time)\b|\bhow long\b")
_PLACE = re.compile(r"哪里|哪儿|何处|什么地(方|点)|在哪(?!些|个|一|家|年|天|种|所|部)|哪(一)?(个)?(国|省|市|县|区|镇|村|州|城|地区|地方|街道|岛|洲|城市|国家|省份|社区|路|条路)|地(点|址)(是|在)|位于(何|哪|什么)|来自(哪|何)|\bwhere\b")
_ORGANISATION = re.compile(r"哪(一)?(个|家|所|支|间)?(公司|企业|机构|单位|部门|大学|学校|学院|医院|组织|球队|俱乐部|银行|队|党|局|委|协会|集团|政党|乐队|媒体|电视台|出版社|平台)|什么(公司|机构|单位|组织|大学|部门|学校)|(主办方|主管部门|母公司)(是)?")
_NUMBER = re.compile(r"多少|几(?!乎|何)|多大(年纪|岁数|年龄)?|多(高|长|远|重|宽|深|快)|第几|比例|百分|占比|(率|额|量|人数|数量|价格|面积|长度|高度|总数|分数|分数线|票房|费用|电话)(是|为|达)?(多少)?[?。]*$|\bhow (?:many|much|old|far|tall|high|big|large)\b")
_TITLE = re.compile(r"哪(一)?(部|本|首|篇|份|张|出)|书名|片名|(什么|哪个)(书|电影|歌曲|文件|著作|作品|小说|专辑|剧|节目|报告|通知|条例|法律)")
_UNIT = re.compile(r"(?:多少|几|第几)多?((?:亿|万|千)?(?:美元|平方|公里|公斤|[元个名位家人条项件种次场部座所天年岁倍亩吨辆套户张届只台艘处级分米枚批篇首本间层支国%]))")
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
    expects = _expected(normal)
    ordinal = _ORDINAL.search(normal)
    return Question(
        text=text,
        normal=normal,
        content=_ASKING.sub(lambda found: " " * len(found.group()), normal),
        kind=_kind(normal, expects),
        expects=expects,
        units=_units(normal),
        years=tuple(dict.fromkeys(_YEAR.findall(normal))),
        count=_count(normal),
        ordinal=numeral(ordinal.group(1)) if ordinal else None,
        english=_is_english(normal),
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


def _is_english(normal: str) -> bool:
    return sum("a" <= c <= "z" for c in normal) > 2 * sum("一" <= c <= "鿿" for c in normal)


def _kind(normal: str, expects: Expects) -> Kind:
    conversational = ((_GREETING, Kind.GREETING), (_ABILITY, Kind.ABILITY), (_CATALOGUE, Kind.CATALOGUE))
    for pattern, kind in conversational:
        if pattern.search(normal):
            return kind
    ordered = ((_SUMMARY, Kind.SUMMARY), (_WHY, Kind.WHY), (_LIST, Kind.LIST))
    for pattern, kind in ordered:
        if pattern.search(normal):
            return kind
    if expects is Expects.PERSON and _DEFINITION.search(normal) and re.search(r"^.{1,12}是谁|^谁是", normal):
        return Kind.DEFINITION
    if expects is not Expects.ANYTHING and not _HOW.search(normal):
        return Kind.FACT
    for pattern, kind in ((_HOW, Kind.HOW), (_YES_NO, Kind.YES_NO), (_DEFINITION, Kind.DEFINITION)):
        if pattern.search(normal):
            return kind
    return Kind.FACT


def _expected(normal: str) -> Expects:
    ordered = (
        (_TIME, Expects.TIME),
        (_TITLE, Expects.TITLE),
        (_ORGANISATION, Expects.ORGANISATION),
        (_PLACE, Expects.PLACE),
        (_PERSON, Expects.PERSON),
        (_NUMBER, Expects.NUMBER),
    )
    return next((expects for pattern, expects in ordered if pattern.search(normal)), Expects.ANYTHING)
