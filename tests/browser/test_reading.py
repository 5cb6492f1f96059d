"""Previews, keys, narrow screens, dark mode, and what a program for blind readers would find."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from rag.render.article import paragraph_number
from rag.types import Answer
from tests.browser.conftest import NARROW, WIDE, Open, answered, ask, axe_faults, ready, shoot
from tests.scripted import BURDEN, UNKNOWN

pytestmark = pytest.mark.browser


def test_hovering_a_mark_shows_title_date_and_quote(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    answered(page).locator(".cite").nth(2).hover()
    preview = page.locator("#preview")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text(burden.articles[burden.citations[2].article_id].title)
    expect(preview).to_contain_text(
        f"第{paragraph_number(burden.articles[burden.citations[2].article_id], burden.citations[2].start)}段"
    )
    expect(preview).to_contain_text(burden.citations[2].quote)
    shoot(page, "preview-wide")
    page.locator(".question").hover()
    expect(preview).to_be_hidden()


def test_tapping_a_mark_shows_the_preview_then_the_place(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address, viewport=NARROW, has_touch=True, is_mobile=True))
    ask(page, BURDEN)
    answered(page).locator(".cite").nth(1).tap()
    expect(page.locator("#preview")).to_contain_text(burden.citations[1].quote)
    expect(page.locator("#source")).not_to_be_in_viewport()
    shoot(page, "preview-narrow")
    page.locator(".preview-open").tap()
    expect(page.locator("#source mark.focus")).to_be_in_viewport()
    expect(page.locator("#preview")).to_be_hidden()
    page.wait_for_timeout(400)
    shoot(page, "source-narrow")
    page.locator("[data-command=close-source]").first.tap()
    expect(page.locator("#source")).not_to_be_in_viewport()


def test_everything_can_be_done_with_keys(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(BURDEN)
    page.keyboard.press("Enter")
    exchange = answered(page)
    exchange.locator(".cite").first.focus()
    page.keyboard.press("Tab")
    expect(exchange.locator(".cite").nth(1)).to_be_focused()
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#source mark.focus")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#source mark.focus")).to_contain_text(burden.citations[2].quote)
    page.keyboard.press("Escape")
    expect(exchange.locator(".cite").nth(1)).to_be_focused()


def test_focus_can_be_seen(address: str, open_page: Open) -> None:
    page = ready(open_page(address))
    page.locator(".example").first.focus()
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "(() => { const style = getComputedStyle(document.activeElement); return [style.outlineStyle, parseFloat(style.outlineWidth)]; })()"
    )
    assert outline[0] == "solid"
    assert outline[1] >= 2


def test_the_reasons_can_be_looked_at(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address))
    ask(page, BURDEN)
    exchange = answered(page)
    exchange.locator(".why summary").click()
    expect(exchange.locator(".why th")).to_have_text(["段落", "语义", "字词", "句子", "命中的词", "用途"])
    expect(exchange.locator(".why tbody tr").first).to_contain_text("引用")
    expect(exchange.locator(".why tbody tr").first.locator(".rank").last).to_have_text(re.compile(r"^\d+ · \d+%$"))
    uses = exchange.locator(".why tbody td:last-child").all_inner_texts()
    assert {"没有切题的句子", "有候选句，未写进答案"} & set(uses), "what was cut says why"
    exchange.locator(".why .near").nth(1).click()
    expect(page.locator("#source mark.focus").first).to_be_in_viewport()


def test_the_theme_is_kept(address: str, open_page: Open, burden: Answer) -> None:
    page = ready(open_page(address, color_scheme="light"))
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-command=theme]").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.reload()
    ready(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.goto(f"{address}/articles/{burden.citations[0].article_id}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


@pytest.mark.parametrize(
    "viewport",
    [WIDE, NARROW, {"width": 820, "height": 1100}, {"width": 320, "height": 600}],
    ids=["wide", "narrow", "tablet", "smallest"],
)
def test_nothing_sticks_out_sideways(address: str, open_page: Open, viewport: dict[str, int]) -> None:
    page = ready(open_page(address, viewport=viewport))
    ask(page, BURDEN)
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#composer").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= viewport["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_serious_fault(
    address: str, open_page: Open, axe: str, viewport: dict[str, int], scheme: str, burden: Answer
) -> None:
    kind = f"{'narrow' if viewport == NARROW else 'wide'}-{scheme}"
    page = ready(open_page(address, viewport=viewport, color_scheme=scheme, bypass_csp=True))
    shoot(page, f"welcome-{kind}")
    assert axe_faults(page, axe) == []
    ask(page, BURDEN)
    exchange = answered(page)
    exchange.locator(".why summary").click()
    shoot(page, f"answer-{kind}")
    assert axe_faults(page, axe) == []
    exchange.locator(".why").evaluate("table => table.scrollIntoView({block: 'start'})")
    shoot(page, f"why-{kind}")
    exchange.locator(".cite").nth(1).click()
    page.wait_for_timeout(500)
    shoot(page, f"source-{kind}")
    assert axe_faults(page, axe) == []
    page.keyboard.press("Escape")
    ask(page, UNKNOWN)
    answered(page, 2)
    shoot(page, f"refusal-{kind}")
    assert axe_faults(page, axe) == []
    for name in ("history", "export"):
        page.locator(f"[data-command={name}]").click()
        page.wait_for_timeout(300)
        shoot(page, f"{name}-{kind}")
        assert axe_faults(page, axe) == []
        page.keyboard.press("Escape")
    page.locator("[data-vote=down]").last.click()
    shoot(page, f"vote-{kind}")
    assert axe_faults(page, axe) == []
    page.goto(
        f"{address}/articles/{burden.citations[1].article_id}?start={burden.citations[1].start}&end={burden.citations[1].end}#cite"
    )
    shoot(page, f"article-{kind}")
    assert axe_faults(page, axe) == []
    assert axe_faults(page, axe) == []
