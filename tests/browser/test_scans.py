"""A scanned page in two columns: read, cut, answered from, and shown with the places of the words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Open, answered, ask, axe_faults, ready, shoot
from tests.browser.test_collection import choose, keep
from tests.scanned import rendered_page

pytestmark = pytest.mark.browser

ASKED = "城南区图书馆新馆的自习室每天开放到几点？"
FIRST, LAST = "城南新图书馆开门迎客", "菜场里来了修鞋匠"
INSIDE = """place => {
    const part = place.getBoundingClientRect();
    const view = place.closest(".facsimile-pages").getBoundingClientRect();
    return part.top >= view.top - 1 && part.bottom <= view.bottom + 1;
}"""


@pytest.fixture(scope="module")
def scans_address(browser: Browser, seeds_address: str) -> str:
    """The address of a collection to which the page was added by a reader."""
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{seeds_address}/collection")
    expect(page.locator(".article").first).to_be_visible()
    choose(page, ("扫描版.png", rendered_page()))
    titles = page.locator(".piece .title-input")
    expect(titles).to_have_count(2, timeout=120_000)
    expect(titles.first).to_have_value(re.compile(f"^{FIRST}"))
    expect(titles.last).to_have_value(LAST)
    shoot(page, "scan-preview-wide-light")
    keep(page)
    page.close()
    return seeds_address


def loaded(image: Locator) -> bool:
    return bool(image.evaluate("async image => { await image.decode(); return image.naturalWidth > 1000; }"))


def visible_within(part: Locator) -> bool:
    """Tell whether a region lies inside the part of its frame that can be seen."""
    return bool(part.evaluate(INSIDE))


def words_at(page: Page, selector: str) -> list[tuple[int, int]]:
    """Return where regions begin, in pixels of the printed page."""
    found = page.locator(selector).all()
    return [(int(part.get_attribute("x") or -1), int(part.get_attribute("y") or -1)) for part in found]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_scanned_page_is_answered_from_and_shown(
    scans_address: str, open_page: Open, axe: str, viewport: dict[str, int], scheme: str
) -> None:
    kind = f"{'narrow' if viewport == NARROW else 'wide'}-{scheme}"
    page = ready(open_page(scans_address, viewport=viewport, color_scheme=scheme, bypass_csp=True))
    ask(page, ASKED)
    exchange = answered(page)
    expect(exchange.locator(".answer-text")).to_contain_text("晚上十点半")
    expect(exchange.locator(".card-title").first).to_contain_text(FIRST)
    exchange.locator(".quote", has_text="晚上十点半").first.click()
    expect(page.locator("#source mark.focus")).to_contain_text("晚上十点半")
    figure = page.locator("#source .facsimile")
    assert loaded(figure.locator("img"))
    page.wait_for_timeout(400)
    expect(figure).to_be_in_viewport()
    expect(page.locator("#source mark.focus")).to_be_in_viewport()
    cited = figure.locator(".facsimile-cited.focus")
    assert visible_within(cited.first)
    places = words_at(page, "#source .facsimile-cited.focus")
    assert {x > 620 for x, _ in places} == {True, False}, "the sentence goes from the left column into the right one"
    assert len(words_at(page, "#source .facsimile-line")) > len(places)
    shoot(page, f"scan-source-{kind}")
    assert axe_faults(page, axe) == []
    figure.get_by_role("button", name="放大").click()
    expect(figure.get_by_role("button", name="缩小")).to_be_visible()
    assert visible_within(cited.first)
    shoot(page, f"scan-near-{kind}")

    other = open_page(
        page.locator("#source [data-role=open]").evaluate("link => link.href"),
        viewport=viewport,
        color_scheme=scheme,
        bypass_csp=True,
    )
    expect(other.locator("mark.focus")).to_be_in_viewport()
    assert loaded(other.locator(".facsimile img"))
    assert words_at(other, ".facsimile-cited") == places
    assert visible_within(other.locator(".facsimile-cited").first)
    shoot(other, f"scan-article-{kind}")
    assert axe_faults(other, axe) == []
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_other_story_has_its_own_lines(scans_address: str, open_page: Open) -> None:
    page = ready(open_page(scans_address))
    page.locator("#source .contents .near", has_text=LAST).click()
    expect(page.locator("#source .headline")).to_have_text(LAST)
    lines = words_at(page, "#source .facsimile-line")
    assert lines
    assert all(x > 620 for x, _ in lines), "it stands in the right column alone"
    expect(page.locator("#source .facsimile-cited")).to_have_count(0)


def test_only_the_images_of_listed_articles_are_handed_out(scans_address: str, open_page: Open) -> None:
    page = ready(open_page(scans_address))
    page.locator("#source .contents .near", has_text=LAST).click()
    address = page.locator("#source .facsimile img").get_attribute("src") or ""
    assert re.fullmatch(r"/articles/[0-9a-f]+/pages/1", address)
    context = page.context.request
    assert context.get(scans_address + address).headers["content-type"] == "image/jpeg"
    story = address.split("/")[2]
    for wrong in (
        "0",
        "2",
        "-1",
        "99999999999999999999",
        "x",
        "..%2f..%2flibrary.sqlite",
        "1%00",
        "1/../../../library.sqlite",
    ):
        answer = context.get(f"{scans_address}/articles/{story}/pages/{wrong}")
        assert answer.status in (404, 422), wrong
        assert b"SQLite" not in answer.body()
    assert context.get(f"{scans_address}/articles/none/pages/1").status == 404
