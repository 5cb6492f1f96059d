from dataclasses import replace

import pytest

from rag.render.article import (
    Highlight,
    article_page,
    article_panel,
    article_url,
    chinese_date,
    paragraph_number,
    paragraphs,
    usable,
)
from rag.types import Article
from tests.scripted import hostile_article

ARTICLE = Article("a1", "d", "标题", "标题\n第一段一句。二句。\n\n第二段。", "d.txt", body_start=3)


def text_of(article: Article, marks: list[Highlight]) -> list[list[tuple[str, tuple[int, ...]]]]:
    return [[(piece.text, piece.marks) for piece in pieces] for pieces in paragraphs(article, marks)]


def test_the_head_is_left_out_unless_it_is_cited() -> None:
    assert text_of(ARTICLE, []) == [[("第一段一句。二句。", ())], [("第二段。", ())]]
    assert text_of(ARTICLE, [Highlight(1, 0, 2)])[0] == [("标题", (1,))]


def test_a_cited_sentence_is_cut_out_of_its_paragraph() -> None:
    start = ARTICLE.text.index("二句")
    assert text_of(ARTICLE, [Highlight(2, start, start + 3)])[0] == [("第一段一句。", ()), ("二句。", (2,))]


def test_overlapping_citations_share_the_text_they_share() -> None:
    first = [
        (piece.text, piece.marks, piece.opens, piece.closes)
        for piece in paragraphs(ARTICLE, [Highlight(1, 3, 9), Highlight(2, 6, 12)])[0]
    ]
    assert first == [
        ("第一段", (1,), (1,), ()),
        ("一句。", (1, 2), (2,), (1,)),
        ("二句。", (2,), (), (2,)),
    ]


def test_a_citation_over_two_paragraphs_has_one_anchor() -> None:
    whole = Highlight(1, 3, len(ARTICLE.text))
    pieces = [piece for cut in paragraphs(ARTICLE, [whole]) for piece in cut]
    assert [piece.opens for piece in pieces] == [(1,), ()]
    assert [piece.closes for piece in pieces] == [(), (1,)]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (9, 4), (0, 10_000), (12, 13)])
def test_what_lies_outside_the_text_is_not_marked(start: int, end: int) -> None:
    assert usable(ARTICLE, [Highlight(0, start, end)]) == ()


def test_the_page_opens_at_the_cited_sentence() -> None:
    page = article_page(ARTICLE, [Highlight(0, 3, 9)], "问报")
    assert '<mark data-markers="0" id="cite" tabindex="-1">第一段一句。</mark>' in page
    assert 'href="#cite"' in page
    assert 'id="cite"' not in article_page(ARTICLE, [Highlight(0, 0, 0)], "问报")


def test_a_source_cannot_write_markup() -> None:
    article = hostile_article()
    for html in (article_page(article, [], "问报"), article_panel(article, [Highlight(1, 0, len(article.text))])):
        assert "&lt;script&gt;window.hacked = 1&lt;/script&gt;" in html
        assert "<script>window" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html


def test_an_address_survives_a_strange_identity() -> None:
    assert article_url('a/../"b', (1, 2)) == "/articles/a%2F..%2F%22b?start=1&end=2#cite"


def test_dates_are_printed_in_chinese() -> None:
    assert [chinese_date(date) for date in ("2021-01-08", "2021-01", "2021", "", "昨天")] == [
        "2021年1月8日", "2021年1月", "2021年", "", "昨天",
    ]  # fmt: skip


def test_paragraphs_are_counted_from_the_body() -> None:
    assert paragraph_number(ARTICLE, 0) == 0
    assert paragraph_number(ARTICLE, ARTICLE.text.index("二句")) == 1
    assert paragraph_number(ARTICLE, ARTICLE.text.index("第二段")) == 2
    assert paragraph_number(replace(ARTICLE, body_start=0), 0) == 1
