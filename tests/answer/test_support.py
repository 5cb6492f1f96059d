"""Single sentences against the sentence they cite: what may stand and what may not."""

from __future__ import annotations

import pytest

from rag.answer.support import Known, judge
from tests.answer.drafting import by_bigrams

TRADE = (
    "2020年,上海消费市场规模稳居全国首位,社会消费品零售总额1.59万亿元,增长0.5%;进出口增长2.3%;"
    "实到外资在2019年高基数基础上继续增长6.2%,达到202.3亿美元。"
)
LEADERS = "区委书记鲍国强,区委副书记、区长钟晓燕,区委常委、副区长王宏伟出席会议。"
SHOPS = "上海将新增首店800家、早餐网点1120个等。"
TEAMS = "甲队得3分,乙队得5分。"
TRIPLES = "“新三样”,即电动汽车、锂电池、光伏产品;“老三样”,即服装、家具、家电。"


def problems(claim: str, *sources: str, known: Known | None = None) -> tuple[str, ...]:
    verdict = judge(claim, sources, known or Known(), by_bigrams)
    return tuple(problem.text for problem in verdict.problems)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("2020年社会消费品零售总额15900亿元。", TRADE),
        ("2020年，进出口增长2.3%。", TRADE),
        ("上海将新增早餐网点1120个和首店800家。", SHOPS),
        ("区长钟晓燕出席会议。", LEADERS),
        ("甲队和乙队分别得3分和5分。", TEAMS),
        ("公司没有公布价格。", "公司未公布价格。"),
        ("减少了基层报表50%以上。", "减少基层报表数量50%以上。"),
        ("会议于2021年1月20日召开。", "会议于2021-01-20召开。"),
        ("臨江市新建公園12座。", "临江市新建公园12座。"),
        ("远航公司实现收入５８亿元。", "远航公司实现收入58亿元。"),
        ("“新三样”是电动汽车、锂电池、光伏产品;", TRIPLES),
        ('"老三样"有:服装、家具、家电。', TRIPLES),
    ],
)
def test_stands(claim: str, source: str) -> None:
    assert problems(claim, source) == ()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("2019年社会消费品零售总额1.59万亿元。", TRADE),
        ("社会消费品零售总额增长2.3%，进出口增长0.5%。", TRADE),
        ("实到外资达到202.3亿元。", TRADE),
        ("新增首店1120家、早餐网点800个。", SHOPS),
        ("区长鲍国强出席会议。", LEADERS),
        ("副区长钟晓燕出席会议。", "区长钟晓燕出席会议。"),
        ("甲队和乙队分别得5分和3分。", TEAMS),
        ("“老三样”是电动汽车、锂电池、光伏产品;", TRIPLES),
        ('"新三样"有:服装、家具、家电。', TRIPLES),
        ("减少基层报表50%。", "减少基层报表数量50%以上。"),
        ("张伟参加了会议。", "张伟没有参加会议。"),
        ("张伟没有参加会议。", "张伟参加了会议。"),
        ("公司去年亏损3亿元。", "公司去年盈利3亿元。"),
        ("实施“四减”工作法。", "实施“三减”工作法。"),
        ("首创《居委会工作手册》。", "首创《居委会工作标准》。"),
        ("搜狗收购了腾讯。", "腾讯收购搜狗。"),
        ("计划由居民出资，街道不收费。", "计划由街道出资,不向居民收费。"),
        ("今天天气很好，适合出游。", TRADE),
        ("吉林市宣布降价。", "吉林省宣布降价。"),
        ("比赛以3:2结束。", "比赛以2:3结束。"),
    ],
)
def test_falls(claim: str, source: str) -> None:
    assert problems(claim, source) != ()


def test_a_name_may_stand_in_the_title_but_a_number_may_not() -> None:
    titled = Known(titles="白鹭江大桥投资12亿元")
    assert problems("白鹭江大桥全长3.2公里。", "大桥全长3.2公里。", known=titled) == ()
    assert problems("大桥投资12亿元。", "大桥全长3.2公里。", known=titled) != ()


def test_an_invented_tail_makes_the_whole_sentence_fall() -> None:
    assert problems("大桥全长3.2公里，深受广大市民好评和喜爱。", "大桥全长3.2公里,双向六车道。") != ()


def test_a_copy_of_whole_clauses_always_stands() -> None:
    assert problems("进出口增长2.3%。", TRADE) == ()
