"""Pages are cut into their articles: the seeds, pages of other cities, and pages made of random blocks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.segment import segment
from rag.types import Article, Document
from tests.corpus.pagecheck import PAGES, ROOT, SEEDS, check_page, gold_pages, page_of, wrong_articles
from tests.corpus.renew_golden import GOLDEN, outline

SEED_GOLD = ROOT / "tests" / "data" / "seeds_articles.jsonl"


def test_articles_of_the_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    pages = gold_pages(SEEDS, SEED_GOLD)
    wrong = [title for page, golds in pages for title in wrong_articles(page, golds)]
    count = sum(len(golds) for _, golds in pages)
    with capsys.disabled():
        print(f"\narticles right: {count - len(wrong)} of {count}")  # noqa: T201
    assert count == 16
    assert wrong == []


def test_articles_of_other_pages(capsys: pytest.CaptureFixture[str]) -> None:
    pages = gold_pages(PAGES, PAGES / "articles.jsonl")
    wrong = [title for page, golds in pages for title in wrong_articles(page, golds)]
    count = sum(len(golds) for _, golds in pages)
    with capsys.disabled():
        print(f"\narticles right on pages of other cities: {count - len(wrong)} of {count}")  # noqa: T201
    assert wrong == []


@pytest.mark.parametrize("source", sorted(path.name for path in SEEDS.glob("*.txt")))
def test_a_seed_is_cut_as_before(source: str) -> None:
    page = next(page for page, golds in gold_pages(SEEDS, SEED_GOLD) if golds[0]["source"] == source)
    golden = json.loads((GOLDEN / f"{source}.json").read_text(encoding="utf-8"))
    assert outline(page) == golden, "if this is meant, run python -m tests.corpus.renew_golden and review the diff"


@pytest.mark.parametrize("folder", [SEEDS, PAGES])
def test_every_visible_character_has_one_place(folder: object) -> None:
    pages = gold_pages(SEEDS, SEED_GOLD) if folder is SEEDS else gold_pages(PAGES, PAGES / "articles.jsonl")
    for page, _ in pages:
        check_page(page)


def test_dates_are_those_the_page_states() -> None:
    for page, golds in gold_pages(PAGES, PAGES / "articles.jsonl"):
        for gold in golds:
            if "date" in gold:
                article = next(article for article in page.articles if gold["title"] in article.title)
                assert article.date == gold["date"]


PARAGRAPH = "昨天,区图书馆的新馆开门迎客,第一天就来了三千多名读者,借出图书五千余册。"


def _only(text: str) -> Article:
    page = page_of(text)
    check_page(page)
    (article,) = page.articles
    return article


def test_headline_in_the_middle_comes_first_in_the_text() -> None:
    article = _only(
        "本报讯(记者 陈路)" + PARAGRAPH + "新馆的自习室有一千二百个座\n\n新馆开门 座无虚席\n\n位,半数设在临河的一面。"
    )
    assert article.title == "新馆开门 座无虚席"
    assert article.text.startswith("新馆开门 座无虚席\n本报讯")
    assert "一千二百个座位,半数" in article.text
    assert article.byline == "记者 陈路"


def test_caption_does_not_break_the_sentence_around_it() -> None:
    article = _only(
        "新馆开门迎客\n\n" + PARAGRAPH + "新馆的自习室有一千二百个座\n\n读者在自习室看书\n\n王勇 摄\n\n位,半数临河。"
    )
    assert "一千二百个座位,半数临河。\n读者在自习室看书\n王勇 摄" in article.text


def test_headline_without_a_story_is_left_over() -> None:
    page = page_of(f"新馆开门迎客\n\n{PARAGRAPH}\n\n本报记者 王勇\n\n某某银行理财产品 年化收益再提高")
    assert [leftover.text for leftover in page.leftovers] == ["某某银行理财产品 年化收益再提高"]
    assert page.articles[0].byline == "本报记者 王勇"


def test_page_furniture_is_left_over_and_gives_the_date() -> None:
    page = page_of(f"A05 城事\n\n2022年3月18日 星期五\n\n新馆开门迎客\n\n{PARAGRAPH}\n\n责任编辑:黎明")
    (article,) = page.articles
    assert article.date == "2022-03-18"
    assert "责任编辑" not in article.text
    assert "A05" not in article.text


def test_a_year_is_never_guessed() -> None:
    assert _only(f"新馆开门迎客\n\n3月18日,{PARAGRAPH}").date == ""
    assert _only(f"新馆开门迎客\n\n到2025年12月31日,{PARAGRAPH}全部建成。").date == "2025-12-31"
    assert _only(f"新馆开门迎客\n\n{PARAGRAPH}工程将于2025年12月31日完工。").date == ""


def test_numbered_headings_stay_in_their_notice() -> None:
    notice = "关于换发借书证的通知\n\n一、办理时间\n\n" + PARAGRAPH + "\n\n二、办理地点\n\n" + PARAGRAPH
    assert _only(notice).title == "关于换发借书证的通知"


def test_markdown_marks_are_understood_not_shown() -> None:
    article = _only(f"# 新馆开门迎客\n\n**市民**{PARAGRAPH}\n\n* 周一闭馆。\n\n## 怎么去\n\n坐地铁四号线可以到达新馆。")
    assert article.title == "新馆开门迎客"
    assert "#" not in article.text
    assert "*" not in article.text


def test_a_row_is_one_article_untouched() -> None:
    text = "  **标题**\n\n本报讯(记者 陈路)正文。\n\n另一个标题\n\n本报讯(记者 王勇)正文。\u200b "
    document = Document(id="7", text=text, source="报", is_article=True, title="题", date="2020-01-02", url="u")
    (article,) = segment(document).articles
    assert (article.text, article.body_start, article.raw_spans) == (text, 0, ((0, len(text)),))
    assert (article.title, article.date, article.url, article.source) == ("题", "2020-01-02", "u", "报")


def test_same_content_has_the_same_id_and_other_content_another() -> None:
    first, again, other = (
        _only(f"甲馆开门\n\n{PARAGRAPH}"),
        _only(f"甲馆开门\n\n{PARAGRAPH}"),
        _only(f"乙馆开门\n\n{PARAGRAPH}"),
    )
    assert first.id == again.id != other.id
    assert len(first.id) == 16


def test_a_page_of_one_short_line_is_an_article() -> None:
    assert _only("阅览室密码是八八六二").text == "阅览室密码是八八六二"


def test_an_empty_page_has_no_articles() -> None:
    assert page_of(" \n\u3000\n").articles == ()


_BLOCKS = st.sampled_from(
    [
        "新馆开门迎客",
        "——记图书馆员老王",
        "■记者 陈路",
        "本报记者 王勇",
        "王勇 摄",
        "图为新馆大厅。",
        "A05 城事",
        "2022年3月18日 星期五",
        "2022年3月18日",
        "一、办理时间",
        "● 办好读书节",
        "***",
        "## 怎么去",
        "\u200b",
        PARAGRAPH,
        f"本报讯(记者 陈路){PARAGRAPH}",
        f"{PARAGRAPH}新馆的自习室有一千二百个座",
        "位,半数设在临河的一面。",
        f"{PARAGRAPH}(记者 陈路)",
        "“开门了!”",
        "Library opens to 3,000 readers. It stays open until ten.",
        "the reading room",
    ]
)


@settings(max_examples=150)
@given(st.lists(st.tuples(_BLOCKS, st.sampled_from(["\n", "\n\n", "\n\n\n\n", " \n\t\n"])), max_size=14))
def test_random_pages_keep_every_character_once(blocks: list[tuple[str, str]]) -> None:
    check_page(page_of("".join(text + gap for text, gap in blocks)))


@settings(max_examples=100)
@given(st.text(alphabet="图书馆。,“”\n \t*#■()记者0１.:\u3000\u200babc", max_size=120))
def test_random_text_keeps_every_character_once(text: str) -> None:
    check_page(page_of(text))
