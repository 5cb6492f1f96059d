import re
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from rag.errors import UsageError
from rag.render.conversation import DONE, FAILED, Exchange
from rag.render.export import checked_origin, to_html, to_markdown
from tests.scripted import BURDEN, HOSTILE, burden_answer, hostile_answer

ORIGIN = "http://127.0.0.1:7860"
EXCHANGES = [
    Exchange(BURDEN, DONE, answer=burden_answer()),
    Exchange("坏了", FAILED, problem="出错"),
    Exchange(HOSTILE, DONE, answer=hostile_answer()),
]


def rendered(markdown: str) -> BeautifulSoup:
    return BeautifulSoup(MarkdownIt("commonmark").enable("table").render(markdown), "html.parser")


def offsets(links: list[str]) -> list[tuple[int, int]]:
    found = [re.search(r"start=(\d+)&end=(\d+)#cite$", link) for link in links]
    return [(int(match[1]), int(match[2])) for match in found if match]


def test_both_exports_carry_the_citations_offsets(now: datetime) -> None:
    expected = [(citation.start, citation.end) for citation in burden_answer().citations]
    markdown = rendered(to_markdown(EXCHANGES[:1], ORIGIN, "问报", now))
    links = [str(link["href"]) for link in markdown.select("a")]
    assert all(link.startswith(f"{ORIGIN}/articles/burden?") for link in links)
    assert offsets(links) == expected * 2, "once in the text, once in the references"
    page = BeautifulSoup(to_html(EXCHANGES[:1], ORIGIN, "问报", now), "html.parser")
    assert offsets([str(link["href"]) for link in page.select(".references a")]) == expected


def test_marks_of_the_page_lead_to_its_references(now: datetime) -> None:
    page = BeautifulSoup(to_html(EXCHANGES, ORIGIN, "问报", now), "html.parser")
    marks = page.select("sup a")
    assert len(marks) == 9
    assert all(page.select_one(str(mark["href"])) for mark in marks)
    assert [quote.text for quote in page.select("section:first-of-type blockquote")] == [
        citation.quote for citation in burden_answer().citations
    ]


def test_an_export_cannot_be_made_to_run(now: datetime) -> None:
    hostile = [EXCHANGES[2]]
    for page in (
        rendered(to_markdown(hostile, ORIGIN, "问报", now)),
        BeautifulSoup(to_html(hostile, ORIGIN, "问报", now), "html.parser"),
    ):
        assert not page.select("script, img, [onclick], code")
        assert all(str(link["href"]).startswith((ORIGIN, "#ref-")) for link in page.select("a"))
        assert "**不是粗体** [不是链接](javascript:window.hacked=1)" in page.text
        assert not any("不是粗体" in strong.text for strong in page.select("strong"))


def test_lists_and_facts_keep_their_form_in_markdown(now: datetime) -> None:
    page = rendered(to_markdown(EXCHANGES[:1], ORIGIN, "问报", now))
    assert [item.select_one("strong").text for item in page.select("ol > li")] == [
        "减少会议",
        "减少报表",
        "减少跑动",
        "减少派单",
    ]


def test_what_got_no_answer_is_left_out(now: datetime) -> None:
    assert "坏了" not in to_markdown(EXCHANGES, ORIGIN, "问报", now)
    assert "坏了" not in to_html(EXCHANGES, ORIGIN, "问报", now)


@pytest.mark.parametrize("origin", [None, "", "javascript:alert(1)", "http://a/b", 'http://a"onclick', "http://a b"])
def test_a_strange_origin_is_refused(origin: object) -> None:
    with pytest.raises(UsageError):
        checked_origin(origin)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:7860", "https://news.example.org", "http://[::1]:80"])
def test_an_origin_is_an_address_without_a_path(origin: str) -> None:
    assert checked_origin(origin) == origin
