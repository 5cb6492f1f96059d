"""Asking, watching the draft, following a mark to its sentence: the way every reader goes first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from rag.types import Answer
from tests.browser.conftest import NARROW, Listening, Open, answered, ask, ready, served
from tests.scripted import BURDEN, HOSTILE, OUTLETS, UNKNOWN, ScriptedAssistant, hostile_article

pytestmark = pytest.mark.browser


def in_view(page: Page, selector: str) -> bool:
    """Tell whether the first match lies inside the part of its scrolling panel that is visible."""
    script = """(selector) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        const frame = document.querySelector('[data-role="body"]').getBoundingClientRect();
        return box.top >= frame.top && box.top < Math.min(frame.bottom, innerHeight) && box.width > 0;
    }"""
    return bool(page.evaluate(script, selector))


def test_a_draft_is_marked_as_unchecked_until_the_checked_answer_replaces_it(
    slow_address: str, open_page: Open
) -> None:
    page = ready(open_page(slow_address))
    ask(page, BURDEN)
    status = page.locator(".exchange .status")
    expect(status).to_contain_text("草稿")
    expect(status).to_contain_text("尚未核对")
    expect(page.locator(".exchange .cite")).to_have_count(0)
    exchange = answered(page)
    expect(exchange.locator(".draft")).to_have_count(0)
    expect(exchange.locator(".badge")).to_have_text("已核对")
    assert exchange.locator(".items li").count() == 4
    assert [mark.inner_text().strip("\u2060") for mark in exchange.locator(".cite").all()] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("viewport", [{"width": 1360, "height": 860}, NARROW], ids=["wide", "narrow"])
def test_a_mark_opens_the_article_at_the_cited_sentence(
    address: str, open_page: Open, burden: Answer, viewport: dict[str, int]
) -> None:
    page = ready(open_page(address, viewport=viewport))
    ask(page, BURDEN)
    exchange = answered(page)
    citation = burden.citations[3]
    exchange.locator(f".cite[data-marker='{citation.marker}']").first.click()
    expect(page.locator("#source mark.focus")).to_contain_text(citation.quote)
    page.wait_for_timeout(400)
    assert in_view(page, "#source mark.focus")
    article = burden.articles[citation.article_id]
    expect(page.locator("#source .headline")).to_have_text(article.title)
    expect(page.locator("#source .meta")).to_contain_text(article.source)
    expect(page.locator("#source .meta")).to_contain_text(article.byline)
    here = [other for other in burden.citations if other.article_id == article.id]
    assert page.locator("#source mark").count() >= len(here), "every citation of the answer is marked"


def test_neighbouring_citations_are_one_step_away(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page).locator(".cite").first.click()
    total = len(burden.citations)
    expect(page.locator("#source [data-role=count]")).to_have_text(f"引文 1 / {total}")
    expect(page.locator("#source [data-command=previous]")).to_be_disabled()
    page.locator("#source [data-command=next]").click()
    expect(page.locator("#source mark.focus")).to_contain_text(burden.citations[1].quote)
    page.locator("#source mark.focus").press("ArrowRight")
    expect(page.locator("#source mark.focus")).to_contain_text(burden.citations[2].quote)
    page.locator("#source [data-command=previous]").click()
    expect(page.locator("#source [data-role=count]")).to_have_text(f"引文 2 / {total}")


def test_the_answer_is_complete_and_checked(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    exchange = answered(page)
    for fact in ("减少会议", "减少报表", "减少跑动", "减少派单"):
        expect(exchange.locator(".answer-text")).to_contain_text(fact)
    expect(exchange.locator(".badge")).to_have_text("已核对")
    texts = [link.inner_text() for link in exchange.locator(".quote-text").all()]
    assert texts == [citation.quote for citation in burden.citations]


def test_where_nothing_is_open_the_collection_is_listed(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    titles = page.locator("#source .contents .near")
    expect(titles).to_have_count(real.assistant.library.counts().articles)
    title = titles.first.inner_text()
    titles.first.click()
    expect(page.locator("#source .headline")).to_have_text(title)
    page.locator("#source [data-command=contents]").click()
    expect(page.locator("#source .contents-title")).to_be_visible()


def test_text_of_a_source_is_never_markup(scripted_address: str, open_page: Open) -> None:
    page = ready(open_page(scripted_address))
    ask(page, HOSTILE)
    exchange = answered(page)
    for part in (
        "<script>window.hacked = 1</script>",
        "**不是粗体**",
        "[不是链接](javascript:window.hacked=1)",
        "${window.hacked=1}",
    ):
        expect(exchange.locator(".answer-text")).to_contain_text(part)
    exchange.locator(".cite").first.click()
    body = page.locator("#source .reading")
    expect(body).to_contain_text("<script>window.hacked = 1</script>")
    expect(body).to_contain_text('<a href="javascript:window.hacked=1" onclick="window.hacked=1">点我</a>')
    expect(body.locator(".headline")).to_have_text(hostile_article().title)
    assert page.locator(".exchange a[href^=javascript], .reading a[href], .reading img, .reading script").count() == 0
    page.goto(page.locator("#source [data-role=open]").get_attribute("href") or "")
    expect(page.locator(".reading")).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None


def test_a_question_is_text_too(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    question = '<img src=x onerror="window.hacked=1"> **粗** ${1} {{2}}'
    ask(page, question)
    expect(answered(page).locator(".question")).to_have_text(question)
    assert page.evaluate("window.hacked") is None


def test_a_refusal_offers_reading_but_no_support(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    ask(page, UNKNOWN)
    exchange = answered(page)
    expect(exchange.locator(".answer-text")).to_contain_text("没有")
    assert exchange.locator(".cite, .badge, .card").count() == 0
    nearest = exchange.locator(".nearest a")
    expect(exchange.locator(".nearest")).to_contain_text("可以读读这些")
    assert nearest.count() == len(real.assistant.ask(UNKNOWN).nearest)
    title = nearest.first.inner_text().strip("《》")
    nearest.first.click()
    expect(page.locator("#source .headline")).to_have_text(title)
    assert page.locator("#source mark").count() == 0


def test_a_refusal_leaves_no_source_of_another_answer_open(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page, 1)
    expect(page.locator("#source mark.focus")).to_be_visible()
    ask(page, UNKNOWN)
    answered(page, 2)
    expect(page.locator("#source .contents-title")).to_be_visible()
    expect(page.locator("#source mark, .cite.current, .quote.current")).to_have_count(0)


def test_a_follow_up_is_understood_from_the_conversation(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page, 1)
    ask(page, "那报表减少了多少？")
    exchange = answered(page, 2)
    expect(exchange.locator(".answer-text")).to_contain_text("50%以上")
    exchange.locator(".cite").last.click()
    expect(page.locator("#source mark.focus")).to_contain_text("50%以上")


def test_two_readers_at_once_do_not_mix(slow_address: str, open_page: Open) -> None:
    first, second = ready(open_page(slow_address)), ready(open_page(slow_address))
    ask(first, BURDEN)
    ask(second, OUTLETS)
    expect(answered(second).locator(".answer-text")).to_contain_text("1120个")
    expect(answered(first).locator(".answer-text")).to_contain_text("四个减少")
    assert first.locator(".exchange").count() == second.locator(".exchange").count() == 1
    expect(first.locator(".question")).to_have_text(BURDEN)
    expect(second.locator(".question")).to_have_text(OUTLETS)


def test_examples_of_the_collection_can_be_clicked(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    example = page.locator(".example").first
    question = example.inner_text()
    example.click()
    exchange = answered(page)
    expect(exchange.locator(".question")).to_have_text(question)
    assert exchange.locator(".cite").count() > 0, "the collection can answer what it suggests"
    for other in real.assistant.examples():
        assert real.assistant.ask(other).citations, other


def test_the_next_question_that_is_suggested_is_answered(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    suggestion = answered(page).locator(".follow-ups .example").first
    expect(answered(page).locator(".follow-ups")).to_contain_text("接着问")
    suggested = suggestion.inner_text()
    suggestion.click()
    exchange = answered(page, 2)
    expect(exchange.locator(".question")).to_have_text(suggested)
    assert exchange.locator(".cite").count() > 0


def test_examples_can_be_named_in_the_settings(browser: Browser, open_page: Open) -> None:
    with served(ScriptedAssistant(), Config(examples=("自己的问题",), title="晨报问答")) as url:
        page = ready(open_page(url))
        assert page.locator(".example").all_inner_texts() == ["自己的问题"]
        expect(page.locator(".masthead-name")).to_have_text("晨报问答")
        assert page.title() == "晨报问答"
        page.context.close()
