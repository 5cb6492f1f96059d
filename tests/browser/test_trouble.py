"""Hostile questions, a server that goes away, and questions that take long."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDE, Open, answered, ask, ready, remembered, served, shoot
from tests.scripted import BURDEN, OUTLETS, ScriptedAssistant

pytestmark = pytest.mark.browser

HOSTILE_QUESTIONS = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "' onmouseover='window.hacked=1",
    '" autofocus onfocus="window.hacked=1',
    "[点我](javascript:window.hacked=1)",
    "![图](x onerror=window.hacked=1)",
    "<a href='javascript:window.hacked=1'>点我</a>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hacked=1>",
    "</textarea><script>window.hacked=1</script>",
    "</title><script>window.hacked=1</script>",
    "<style>*{display:none}</style>",
    "<base href='https://example.com/'>",
    "<meta http-equiv=refresh content='0;url=https://example.com'>",
    "<link rel=stylesheet href=https://example.com/x.css>",
    "<form action=https://example.com><button>送</button></form>",
    "${window.hacked=1}",
    "`${window.hacked=1}`",
    "{{constructor.constructor('window.hacked=1')()}}",
    "{{#each value}}{{this}}{{/each}}",
    "<%= window.hacked=1 %>",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{{ 7*7 }}{{ config }}",
    "$$\\href{javascript:window.hacked=1}{x}$$",
    "# 标题\n\n- 列表\n\n```html\n<script>window.hacked=1</script>\n```",
    "**粗** _斜_ ~~删~~ `码` [1] [2]",
    "甲\u202e乙丙\u202c丁\u200b\ufeff戊\u2066己",
    "零\x00字节",
    "\U0001f9e8" * 50 + "\U000e0001",
    "a\u0300" * 200,
    "'; DROP TABLE articles; --",
    "../../etc/passwd",
    "%3Cscript%3Ewindow.hacked=1%3C/script%3E",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "&#60;script&#62;window.hacked=1&#60;/script&#62;",
    "\\u003cscript\\u003ewindow.hacked=1\\u003c/script\\u003e",
    "data:text/html,<script>window.hacked=1</script>",
    "NEAR/5 OR * AND ( title:x",
    '{"question": "x", "index": -1}',
]


def test_hostile_questions_are_shown_and_nothing_runs(scripted_address: str, open_page: Open) -> None:
    page = ready(open_page(scripted_address))
    for number, question in enumerate(HOSTILE_QUESTIONS, start=1):
        page.locator("#question textarea").fill(question)
        page.locator("#send").click()
        exchange = answered(page, number)
        shown = exchange.locator(".question").text_content() or ""
        assert shown.split() == question.replace("\x00", "\ufffd").split() or "\x00" in question
    assert page.evaluate("window.hacked") is None
    assert (
        page.locator(
            ".exchange :is(script, img, iframe, svg, style, form, base, link, math, a[href^=javascript])"
        ).count()
        == 0
    )
    remembered(page)
    page.reload()
    answered(page, len(HOSTILE_QUESTIONS))
    assert page.evaluate("window.hacked") is None


def test_a_hostile_link_asks_its_text(scripted_address: str, open_page: Open) -> None:
    page = open_page(f"{scripted_address}/?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E")
    expect(answered(page).locator(".question")).to_have_text("<img src=x onerror=window.hacked=1>")
    assert page.evaluate("window.hacked") is None


def test_what_another_script_left_in_the_browser_is_not_trusted(scripted_address: str, open_page: Open) -> None:
    page = ready(open_page(scripted_address, tolerated="Error reading from localStorage"))
    page.evaluate(
        "localStorage.setItem('wenbao-conversation', 'broken'); localStorage.setItem('wenbao-theme', '\"><img>')"
    )
    page.reload()
    ready(page)
    ask(page, OUTLETS)
    answered(page)


def test_a_lost_server_is_said_in_chinese(browser: Browser) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(ScriptedAssistant()))
        page = browser.new_page(viewport=WIDE)
        page.goto(url)
        ask(ready(page), OUTLETS)
        answered(page)
        page.wait_for_timeout(500)
        stack.close()
        ask(page, BURDEN)
        notice = page.locator("[data-role=fault]")
        expect(notice).to_contain_text("与服务器的连接断了", timeout=30_000)
        shoot(page, "lost-server-wide")
        expect(page.locator(".toast-wrap")).to_be_hidden()
        expect(page.locator(".exchange").first.locator(".answer-text")).to_contain_text("1120个")
        notice.get_by_role("button").click()
        expect(notice).to_be_hidden()
        page.close()


def test_long_work_says_how_long_it_has_taken(browser: Browser, open_page: Open) -> None:
    with served(ScriptedAssistant(pace=4.0)) as url:
        page = ready(open_page(url))
        ask(page, OUTLETS)
        expect(page.locator(".status")).to_contain_text("正在检索资料")
        expect(page.locator(".elapsed")).to_have_text(re.compile("^已用 [3-9] 秒$"))
        expect(page.locator(".status")).to_contain_text("段相关文字")
        page.locator("#stop").click()
        answered(page, state="stopped")
        page.context.close()


def test_a_judgement_that_could_not_be_kept_is_not_thanked_for(browser: Browser, open_page: Open) -> None:
    assistant = ScriptedAssistant()
    assistant.library.add_feedback = lambda *_: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    with served(assistant) as url:
        page = ready(open_page(url))
        ask(page, OUTLETS)
        answered(page)
        page.locator("[data-vote=up]").click()
        expect(page.locator("[data-role=fault]")).to_contain_text("出错了")
        expect(page.locator("[data-vote=up]")).to_have_attribute("aria-pressed", "false")
        page.context.close()
