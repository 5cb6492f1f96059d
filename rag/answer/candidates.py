"""Spans of a sentence that could be the answer: a date for 何时, a person for 谁, a number with its unit for 多少."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answer.contacts import find_contacts
from rag.answer.questions import Expects, Question
from rag.index.analyze import Word, normalize, tagged_words
from rag.types import Span

_FIGURE = r"\d+(?:[,.]\d+)*|[零一二三四五六七八九十百千两数几]+"
_SCALE = r"(?:多|余)?[十百千万亿]*(?:多|余)?"
_UNITS = (
    r"%|个百分点|[万亿]?(?:美元|欧元|日元|港元|港币|人民币|元|块)|平方(?:公里|千米|米|英里|英尺)|立方米|公里|千米|英里|厘米|毫米|公分|米|英尺|公顷|亩|公斤|千克|吨|克"
    r"|小时|分钟|秒|天|年|岁|周|个月|人次|人|名|位|家|个|座|所|条|项|件|种|类|次|场|部|本|首|篇|辆|架|艘|台|套|户|张|间|层|届|支|只|头|棵|处|幢|栋|万|亿|度|票|份|倍|成|级|号|队|枚|颗|批|集|股|国|省|市|区|镇|村|字|页|步|线"
)
_NUMBER = re.compile(
    rf"(?:超过|超|近|约|达到|达|第)?(?:百分之)?(?:{_FIGURE}){_SCALE}(?:{_UNITS})?(?:以上|以下|左右|多)?"
)
_TIME = re.compile(
    r"(?:公元前?|农历|西元)?(?:\d{1,4}|[零〇一二三四五六七八九十]{2,4}|同|当|次|翌|今|去|明|前|每|隔)年(?:代|间|初|底|末|春|夏|秋|冬|中)?(?:\d{1,2}月)?(?:\d{1,2}[日号])?"
    r"|\d{1,2}月(?:\d{1,2}[日号]|份|底|初|中旬|上旬|下旬)?|\d{1,2}[日号](?:上午|下午|晚|凌晨)?|\d{1,2}[:：]\d\d|\d{1,2}[点时](?:\d{1,2}分|半)?|(?:\d{1,2}|[一二三四五六七八九十]+)世纪(?:\d0年代|初|末|中叶|后期|前期)?"
    r"|\d{2,4}年代|(?:\d+|[一二三四五六七八九十百两几数半]+)(?:多)?(?:个)?(?:小时|分钟|天|周|星期|个月|年|秒|昼夜)(?:以上|以内|左右)?|(?:星期|周)[一二三四五六日天]"
    r"|(?:早上?|上午|中午|下午|傍晚|晚上?|凌晨)[一二两三四五六七八九十\d]{1,3}(?:点|时)(?:半|整|钟|[一二三四五六七八九十\d]{1,3}分)?"
    r"|(?:春|夏|秋|冬)季|春节|国庆|元旦|中秋|清明|端午|昨[天日晚]|今[天日晚]|前天|明天|近日|日前|[一-鿿]{1,3}(?:时期|时代|朝|年间)|[唐宋元明清汉隋]代|二战|一战"
)
_TITLE = re.compile(r"《[^》]{1,60}》|\"[^\"]{1,40}\"")
_PLACE_END = re.compile(
    r"(?:省|市|区|县|路|街|镇|村|国|州|岛|港|湾|河|山|湖|海|洲|道|广场|社区|园|馆|寺|宫|城|站|地区|半岛|盆地|平原|中心|桥|厂)$"
)
_ORGANISATION_END = re.compile(
    r"(?:公司|大学|学院|集团|委员会|协会|学会|会|局|厅|部|署|院|中心|银行|队|俱乐部|学校|中学|小学|组织|党|社|军|政府|办公室|出版社"
    r"|电视台|乐团|联盟|教|委|街道|厂|企业|机构|站|所)$"
)
_NOUN_TAGS = ("n", "ns", "nr", "nz", "nt", "nrt", "nrfg", "x", "j", "vn", "eng", "m", "b", "f", "s", "ng", "an")
_LONGEST_PHRASE = 6  # words
_PERSON_TAGS = ("nr", "nrt", "nrfg")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施樊柴晏鲍毕"
)
_FOREIGN_NAME = re.compile(r"[一-鿿]{1,6}(?:·[一-鿿]{1,6})+|[a-z]+(?:\s[a-z.]+){1,3}")


def find_candidates(question: Question, sentence: str) -> list[Span]:
    """Return spans of `sentence` of the type that the question expects and that the question does not itself contain."""
    plain = normalize(sentence)
    spans = _finders(question, plain)
    return [
        (start, end) for start, end in spans if plain[start:end].strip() and plain[start:end] not in question.normal
    ]


def _finders(question: Question, plain: str) -> list[Span]:
    match question.expects:
        case Expects.TIME:
            return _matches(_TIME, plain)
        case Expects.NUMBER:
            return _numbers(plain, question.units)
        case Expects.TITLE:
            return _matches(_TITLE, plain)
        case Expects.CONTACT:
            return find_contacts(question.contact, plain)
        case Expects.PERSON:
            return _matches(_FOREIGN_NAME, plain) + _tagged(plain, _is_person)
        case Expects.PLACE:
            return _phrases(plain, _PLACE_END) or _tagged(plain, lambda word: word.tag == "ns")
        case Expects.ORGANISATION:
            return _phrases(plain, _ORGANISATION_END) + _tagged(plain, lambda word: word.tag == "nt")
        case _:
            return []


def _matches(pattern: re.Pattern[str], plain: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(plain)]


def _numbers(plain: str, units: Sequence[str]) -> list[Span]:
    """Figures; with a unit asked for, those that carry it, else all."""
    found = [match.span() for match in _NUMBER.finditer(plain) if _is_figure(match.group())]
    exact = [(start, end) for start, end in found if any(unit in plain[start : end + 2] for unit in units)]
    return exact or found


def _is_figure(text: str) -> bool:
    return bool(re.search(r"\d", text)) or bool(
        re.search(rf"[零一二三四五六七八九十百千两]+{_SCALE}(?:{_UNITS})", text)
    )


def _tagged(plain: str, accept: Callable[[Word], bool]) -> list[Span]:
    return [(word.start, word.end) for word in tagged_words(plain) if accept(word)]


def _is_person(word: Word) -> bool:
    return word.tag in _PERSON_TAGS or (
        word.tag == "x" and 2 <= len(word.text) <= 4 and word.text[0] in _SURNAMES and word.text.isalpha()
    )


def _phrases(plain: str, ending: re.Pattern[str]) -> list[Span]:
    """Runs of noun-like words whose last word ends as such names do."""
    found: list[Span] = []
    run: list[Word] = []
    for word in [*tagged_words(plain), Word("", "", len(plain), len(plain))]:
        if word.tag in _NOUN_TAGS and (word.text.isalnum() or "·" in word.text):
            run.append(word)
            continue
        ends = [at for at, one in enumerate(run) if ending.search(one.text)]
        if ends and run[ends[-1]].end - run[max(0, ends[-1] - _LONGEST_PHRASE)].start > 1:
            found.append((run[max(0, ends[-1] - _LONGEST_PHRASE)].start, run[ends[-1]].end))
        run = []
    return found
