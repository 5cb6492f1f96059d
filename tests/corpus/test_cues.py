"""Bylines, credits, captions, furniture, headlines and dates are told by their own words."""

from __future__ import annotations

import pytest

from rag.corpus.broken import CERTAIN, LIKELY, goes_on, is_finished
from rag.corpus.bylines import byline_name, closing_byline_start, is_byline, is_caption, is_credit
from rag.corpus.dates import full_dates, iso_date
from rag.corpus.furniture import is_furniture, print_date
from rag.corpus.headlines import is_headline, name_headline


@pytest.mark.parametrize(
    "text",
    [
        "本报记者 陈路",
        "■记者 陈路 吴泽 何远",
        "■ 陈路",
        "□ 本报记者 陈路",
        "文/记者 陈路 图/吴泽",
        "本报记者 陈路 摄影报道",
        "本报记者 陈路 实习生 吴泽",
        "首席记者 陈路 通讯员 何远 文/图",
        "(记者 陈路)",
        "（陈路 吴泽）",
        "(陈路 文/摄)",
        "(据新华社)",
        "記者 陳路",
        "作者:陈路",
        "★ 首席记者 陈路",
    ],
)
def test_bylines(text: str) -> None:
    assert is_byline(text)
    assert not is_furniture(text)


@pytest.mark.parametrize(
    "text", ["记者昨天走进新馆,看到很多读者。", "本报记者 陈路 摄", "新馆开门迎客", "■ 办好第二届读书节的活动", ""]
)
def test_no_bylines(text: str) -> None:
    assert not is_byline(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("本报讯(记者 陈路)", "记者 陈路"),
        ("■ 陈路", "陈路"),
        ("(记者 陈路)", "记者 陈路"),
        ("本报讯", ""),
        ("【本報訊】", ""),
        ("文/记者 陈路 图/吴泽", "文/记者 陈路 图/吴泽"),
    ],
)
def test_names_in_bylines(text: str, name: str) -> None:
    assert byline_name(text) == name


@pytest.mark.parametrize(
    "text", ["本报记者 陈路 摄", "陈路 摄", "(资料图片)", "图/视觉中国", "受访者供图", "(图片由区图书馆提供)"]
)
def test_credits(text: str) -> None:
    assert is_credit(text)


def test_captions() -> None:
    assert is_caption("图为新馆的大厅。")
    assert is_caption("▲读者在看书。")
    assert is_caption("读者在新馆看书。本报记者 陈路 摄")
    assert not is_caption("他爱拍摄,也爱看书。")


def test_a_byline_at_the_end_of_a_paragraph() -> None:
    text = "他多次获奖。本报记者 陈路 实习生 吴泽"
    assert text[closing_byline_start(text, 0, len(text)) :] == "本报记者 陈路 实习生 吴泽"
    plain = "新馆由本报记者 陈路最先报道。"
    assert closing_byline_start(plain, 0, len(plain)) == len(plain)


@pytest.mark.parametrize(
    "text",
    [
        "A03",
        "第3版",
        "要闻",
        "A05 城事",
        "2022年3月18日 星期五",
        "责任编辑:黎明 版式:周敏",
        "(下转A06版)",
        "— 3 —",
        "南粤日报",
        "新馆开门 05版",
    ],
)
def test_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text", ["新馆开门迎客", "2022", "联系电话:0591-22870000", "2022年,新馆开门。", "社会组织参与治理"]
)
def test_no_furniture(text: str) -> None:
    assert not is_furniture(text)


def test_the_date_of_a_page() -> None:
    assert print_date("2022年3月18日 星期五 A05") == "2022-03-18"
    assert print_date("2022年3月18日,新馆开门") == ""


@pytest.mark.parametrize(
    "text",
    [
        "新馆开门迎客",
        "“云”上年味",
        "谁来管?怎么管?",
        "新馆开门 座无虚席",
        "打造“书香”,人人爱读书",
        "通知",
        "新馆2020年重点工作 2020-05-14",
    ],
)
def test_headlines(text: str) -> None:
    assert is_headline(text)


@pytest.mark.parametrize(
    "text",
    [
        "新馆昨天开门。",
        "“开门了!”",
        "今年以来,新馆以服务读者",
        "首先是增强“红色",
        "联系电话:0591-22870000",
        "新馆的座位很多,",
        "1200 800 600",
        "新馆" * 24,
    ],
)
def test_no_headlines(text: str) -> None:
    assert not is_headline(text)


@pytest.mark.parametrize(
    ("lines", "title", "subtitle"),
    [
        (["新馆开门迎客"], "新馆开门迎客", ""),
        (["新馆开门迎客座无虚席", "——区图书馆侧记"], "新馆开门迎客座无虚席", "——区图书馆侧记"),
        (["区图书馆", "新馆昨天开门迎客", "座无虚席"], "新馆昨天开门迎客 座无虚席", "区图书馆"),
        (["新馆开门迎客 全年不打烊", "座位1200个 藏书80万册"], "新馆开门迎客 全年不打烊", "座位1200个 藏书80万册"),
        (["让人人有书读", "区图书馆新馆开门"], "让人人有书读 区图书馆新馆开门", ""),
        (["新馆重点工作", "新馆重点工作"], "新馆重点工作", ""),
        (["——只有一行"], "——只有一行", ""),
        ([], "", ""),
    ],
)
def test_names_of_headlines(lines: list[str], title: str, subtitle: str) -> None:
    assert name_headline(lines) == (title, subtitle)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("以落实国家重", "大战略任务为牵引"),
        ("实际投资额135", "亿美元"),
        ("全面推进“红色", "家园”建设"),
        ("以风险区域防控为主", "的动态调整机制"),
        ("座位很多,", "读者也很多。"),
        ("主动承担支撑和保障", "作用。明年还要做好工作。"),
    ],
)
def test_cut_sentences_go_on(first: str, second: str) -> None:
    assert goes_on(first, second) >= CERTAIN


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("新馆昨天开门。", "读者很多。"),
        ("新馆开门迎客", "昨天,新馆开门。"),
        ("新馆的座位很多,", "本报讯(记者 陈路)昨天。"),
        ("新馆的座位很多,", "二、办理地点"),
        ("工作安排如下:", "一、开门"),
        ("他多次获奖。本报记者 陈路", "新馆开门"),
        ("截至2020", "2021年是开局之年"),
    ],
)
def test_whole_paragraphs_do_not(first: str, second: str) -> None:
    assert goes_on(first, second) < LIKELY


def test_ends_of_paragraphs() -> None:
    assert all(is_finished(text) for text in ("完。", "完。”", "如下:", "五方面——", "完。本报记者 陈路"))
    assert not any(is_finished(text) for text in ("没有完", "投资额135", "推进“红色"))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021年1月20日", "2021-01-20"),
        ("2020-05-14", "2020-05-14"),
        ("2023-07-28 10:14:27作者", "2023-07-28"),
        ("二〇二〇年十二月十八日", "2020-12-18"),
        ("2021年2月30日", "2021-02"),
        ("2021年3月", "2021-03"),
        ("2021", "2021"),
        ("1月20日", ""),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert iso_date(text) == date


def test_full_dates_have_places() -> None:
    assert full_dates("自2021年1月2日至二〇二一年三月十日") == [("2021-01-02", 1, 10), ("2021-03-10", 11, 20)]
