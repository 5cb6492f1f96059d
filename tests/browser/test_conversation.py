"""What a reader does with a conversation: go back to it, stop it, share it, take it away, judge it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page, expect

from rag.evaluate.cases import cases
from rag.render.article import paragraph_number
from rag.types import Answer
from tests.browser.conftest import NARROW, Listening, Open, answered, ask, ready, remembered, shoot, until
from tests.scripted import BURDEN, OUTLETS

pytestmark = pytest.mark.browser


Cited = tuple[str, int, int]
ADDRESS = r"/articles/([0-9a-zA-Z_-]+)\?start=(\d+)&(?:amp;)?end=(\d+)#cite"


def expected(answer: Answer) -> list[Cited]:
    """Return the article and the range of an answer's marks, in the order of the text."""
    ranges = {citation.marker: (citation.article_id, citation.start, citation.end) for citation in answer.citations}
    return [ranges[int(marker)] for marker in re.findall(r"\[(\d+)\]", answer.text)]


def named(text: str) -> list[Cited]:
    """Return the articles and ranges that the links in a text name, in order."""
    return [(article, int(start), int(end)) for article, start, end in re.findall(ADDRESS, text)]


def offsets(page: Page, selector: str = ".exchange .cite") -> list[Cited]:
    """Return the articles and ranges that the marks lead to."""
    return named("\n".join(link.get_attribute("href") or "" for link in page.locator(selector).all()))


def command(page: Page, name: str) -> None:
    page.locator(f"[data-command={name}]:visible").last.click()


def test_the_history_reaches_the_next_question(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page, 1)
    ask(page, OUTLETS)
    answered(page, 2)
    assert real.histories[-1] == [BURDEN]


def test_a_reload_keeps_the_conversation_and_its_citations(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page)
    remembered(page)
    page.reload()
    exchange = answered(page)
    assert offsets(page) == expected(burden)
    expect(exchange.locator(".badge")).to_be_visible()
    exchange.locator(".cite").nth(1).click()
    expect(page.locator("#source mark.focus")).to_contain_text(burden.citations[1].quote)


def test_a_new_conversation_files_the_old_one(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page)
    command(page, "new")
    ready(page)
    ask(page, OUTLETS)
    answered(page)
    command(page, "history")
    entry = page.locator("#history-dialog .archive-open", has_text=BURDEN)
    shoot(page, "history-filled-wide-light")
    entry.click()
    expect(page.locator(".question")).to_have_text(BURDEN)
    assert offsets(page) == expected(burden)
    command(page, "history")
    expect(page.locator("#history-dialog .archive-open")).to_have_text(re.compile(OUTLETS))
    page.locator("#history-dialog [data-command=forget]").click()
    expect(page.locator("#history-dialog .archive-open")).to_have_count(0)
    page.reload()
    answered(page)
    command(page, "history")
    expect(page.locator("#history-dialog")).to_contain_text("还没有以前的对话")


def test_a_command_that_comes_too_early_is_not_lost(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    ask(page, OUTLETS)
    answered(page)
    remembered(page)
    page.goto(address, wait_until="commit")
    page.locator("[data-command=new]").click()
    ready(page)
    expect(page.locator(".exchange")).to_have_count(0)


def test_a_link_asks_at_once_and_only_once(address: str, open_page: Open, burden: Answer) -> None:
    page = open_page(f"{address}/?q={quote(BURDEN)}")
    answered(page)
    assert offsets(page) == expected(burden)
    assert page.url.rstrip("/") == address
    remembered(page)
    page.reload()
    answered(page)
    expect(page.locator(".exchange")).to_have_count(1)


def test_a_link_leaves_the_readers_own_conversation_in_the_history(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    ask(page, OUTLETS)
    answered(page)
    remembered(page)
    page.goto(f"{address}/?q={quote(BURDEN)}")
    expect(answered(page).locator(".question")).to_have_text(BURDEN)
    command(page, "history")
    expect(page.locator("#history-dialog .archive-open")).to_contain_text(OUTLETS)


def test_shared_links_open_to_the_same_highlight_in_a_new_browser(
    address: str, open_page: Open, burden: Answer
) -> None:
    page = ready(open_page(address, permissions=["clipboard-read", "clipboard-write"]))
    ask(page, BURDEN)
    answered(page).locator(".cite").nth(2).click()
    marked = page.locator("#source mark.focus").inner_text()
    command(page, "copy-link")
    citation_link = page.evaluate("navigator.clipboard.readText()")
    command(page, "share")
    question_link = page.evaluate("navigator.clipboard.readText()")
    other = open_page(citation_link)
    expect(other.locator("mark.focus")).to_be_in_viewport()
    assert other.locator("mark.focus").inner_text() in marked
    another = open_page(question_link)
    answered(another).locator(".cite").nth(2).click()
    expect(another.locator("#source mark.focus")).to_have_text(marked)


def test_stopping_keeps_the_draft_as_unchecked(slow_address: str, open_page: Open) -> None:
    page = ready(open_page(slow_address))
    ask(page, BURDEN)
    expect(page.locator(".draft-text")).to_contain_text("减少会议")
    page.locator("#stop").click()
    exchange = answered(page, state="stopped")
    expect(exchange.locator(".status")).to_have_text("已停止，以上文字未经核对。")
    expect(exchange.locator(".draft-text")).to_contain_text("减少会议")
    expect(page.locator("#send")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(exchange).to_have_attribute("data-state", "stopped")
    command(page, "retry")
    answered(page)
    expect(page.locator(".exchange")).to_have_count(1)


def test_retry_asks_the_same_question_again_in_its_place(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    ask(page, OUTLETS)
    answered(page, 1)
    ask(page, BURDEN)
    answered(page, 2)
    asked = len(real.histories)
    command(page, "retry")
    expect(page.locator(".exchange[data-state=done]")).to_have_count(2)
    page.wait_for_function("() => document.body.dataset.busy === 'false'")
    page.wait_for_timeout(800)
    assert real.histories[asked:] == [[OUTLETS]]
    assert [item.inner_text() for item in page.locator(".question").all()] == [OUTLETS, BURDEN]


def test_copying_brings_the_references_along(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address, permissions=["clipboard-read", "clipboard-write"]))
    ask(page, BURDEN)
    answered(page)
    command(page, "copy")
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0] == f"问：{BURDEN}"
    last = burden.citations[-1]
    article = burden.articles[last.article_id]
    assert copied[-1].startswith(f"[{last.marker}] 《{article.title}》，{article.source}，")
    assert copied[-1].endswith(f"第{paragraph_number(article, last.start)}段")


@pytest.mark.parametrize("form", ["md", "html"])
def test_an_export_carries_the_same_offsets(
    address: str, open_page: Open, form: str, tmp_path: Path, burden: Answer
) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page)
    command(page, "export")
    with page.expect_download() as download:
        page.locator(f"#export-dialog [data-format={form}]").click()
    assert download.value.suggested_filename.endswith(f".{form}")
    saved = tmp_path / f"saved.{form}"
    download.value.save_as(saved)
    text = saved.read_text(encoding="utf-8")
    references = [(citation.article_id, citation.start, citation.end) for citation in burden.citations]
    assert named(text) == ([*expected(burden), *references] if form == "md" else references)
    assert text.count(f"{address}/articles/") == len(named(text))
    other = open_page(f"{address}/articles/{burden.citations[0].article_id}", bypass_csp=True)
    other.set_content(text if form == "html" else MarkdownIt().render(text))
    other.locator("a", has_text=re.compile("《|\\[")).last.click()
    expect(other.locator("mark.focus")).to_have_text(burden.citations[-1].quote)
    expect(other.locator("mark.focus")).to_be_in_viewport()


def test_a_judgement_is_kept_with_its_reason(address: str, open_page: Open, real: Listening, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page)
    before = len(real.assistant.library.feedback())
    page.locator("[data-vote=up]").click()
    expect(page.locator("[data-vote=up]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-vote=down]").click()
    dialog = page.locator("#vote-dialog")
    dialog.get_by_label("不完整").check()
    dialog.locator("textarea").fill("少了一项 <b>")
    dialog.get_by_role("button", name="提交").click()
    expect(page.locator("[data-vote=down]")).to_have_attribute("aria-pressed", "true")
    until(lambda: len(real.assistant.library.feedback()) == before + 2, page)
    kept = real.assistant.library.feedback()[-2:]
    assert [(row.verdict, row.reason) for row in kept] == [("up", ""), ("down", "不完整：少了一项 <b>")]
    articles = {article.id: article for article in real.assistant.library.articles()}
    (case,) = (row for row in cases(kept[:1], articles).queries if row["meta"]["asked"] == BURDEN)
    assert case["gold_ids"] == list(dict.fromkeys(citation.article_id for citation in burden.citations))
    (case,) = cases(kept, articles).unfinished
    assert case["meta"]["reason"] == "不完整：少了一项 <b>"
    page.reload()
    answered(page)
    expect(page.locator("[data-vote=down]")).to_have_attribute("aria-pressed", "true")


def test_cancelling_a_judgement_sends_nothing(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page)
    before = len(real.assistant.library.feedback())
    page.locator("[data-vote=down]").click()
    page.locator("#vote-dialog").get_by_role("button", name="取消").click()
    page.wait_for_timeout(500)
    assert len(real.assistant.library.feedback()) == before
    expect(page.locator("[data-vote=down]")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("question", "problem"),
    [("长" * 1500, "问题太长（1500 字），请缩短到 1000 字以内"), ("坏掉", "出错了，没有得到回答。请再试一次")],
)
def test_what_goes_wrong_is_said_in_chinese(
    scripted_address: str, open_page: Open, question: str, problem: str
) -> None:
    page = ready(open_page(scripted_address))
    ask(page, question)
    exchange = answered(page, state="failed")
    expect(exchange.locator(".problem")).to_contain_text(problem)
    ask(page, OUTLETS)
    answered(page, 2)


def test_an_empty_question_is_not_sent(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    asked = len(real.histories)
    ask(page, "   ")
    page.wait_for_timeout(800)
    assert len(real.histories) == asked
    expect(page.locator(".welcome")).to_be_visible()


def test_choosing_a_character_with_enter_does_not_send(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address))
    asked = len(real.histories)
    page.locator("#question textarea").fill("临汾")
    page.locator("#question textarea").evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    page.wait_for_timeout(800)
    assert len(real.histories) == asked
    expect(page.locator("#question textarea")).to_have_value("临汾")


def test_a_missing_article_is_said_in_the_panel(address: str, open_page: Open, real: Listening) -> None:
    page = ready(open_page(address, viewport=NARROW))
    ask(page, BURDEN)
    answered(page)
    page.evaluate("document.querySelectorAll('.quote').forEach(link => link.dataset.article = 'gone')")
    page.route(
        "**/articles/gone/panel**",
        lambda route: route.fulfill(status=200, content_type="text/html", body=route.fetch().text()),
    )
    page.locator(".cite").first.click()
    expect(page.locator("#source")).to_contain_text("这篇文章不在资料中")
