"""What a reader does with the collection: add, look through, correct, delete, take back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag.answer.assistant import Assistant
from rag.application import update_library
from rag.collection.watch import watching
from rag.config import Config
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.serve.api import collection_of
from rag.types import Span, Vectors
from tests.browser.conftest import NARROW, WIDE, Open, answered, ask, axe_faults, ready, served, shoot
from tests.collection.conftest import PAGE
from tests.collection.test_archive import packed
from tests.conftest import TINY, HashingEncoder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shelf(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a collection of six articles that tests may change."""
    folder = tmp_path_factory.mktemp("shelf")
    for name, (title, text) in TINY.items():
        (folder / f"{name}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    encoder = HashingEncoder()
    with Library.open(folder / "index", encoder.fingerprint, encoder.dimension, create=True) as library:
        update_library(library, encoder, sorted(folder.glob("*.txt")), 300)
        with served(Assistant(Retriever(library, encoder))) as url:
            yield f"{url}/collection"


def choose(page: Page, *files: tuple[str, bytes | str]) -> None:
    """Choose files as the file dialog would."""
    payload = [
        {"name": name, "mimeType": "", "buffer": data.encode() if isinstance(data, str) else data}
        for name, data in files
    ]
    page.locator("[data-role=files]").set_input_files(payload)  # type: ignore[arg-type]


def keep(page: Page) -> None:
    page.get_by_role("button", name="收录", exact=True).click()
    expect(page.locator(".work[data-state=done]")).to_be_visible(timeout=60_000)
    expect(page.locator(".file")).to_have_count(0)


def article(page: Page, title: str) -> Locator:
    return page.locator(".article").filter(has=page.get_by_role("link", name=title, exact=True))


def press(page: Page, title: str, command: str) -> None:
    item = page.locator(".article").filter(has=page.locator(".article-title", has_text=title))
    item.locator(f"[data-command={command}]").click()


def question(page: Page, text: str, number: int) -> Locator:
    ask(page, text)
    return answered(page, number)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_whole_journey(seeds_address: str, open_page: Open, viewport: dict[str, int]) -> None:
    asked = "航运博物馆陈列了多少艘船模？"
    collection, chat = open_page(f"{seeds_address}/collection", viewport=viewport), None
    expect(collection.locator(".article").first).to_be_visible()
    choose(collection, ("夜报.txt", PAGE))
    titles = collection.locator(".piece .title-input")
    expect(titles).to_have_count(2)
    expect(titles.nth(1)).to_have_value("老船厂改成博物馆")
    titles.nth(1).fill("航运博物馆月初开门")
    keep(collection)
    expect(article(collection, "航运博物馆月初开门")).to_be_visible()

    chat = ready(open_page(seeds_address, viewport=viewport))
    first = question(chat, asked, 1)
    expect(first.locator(".answer-text")).to_contain_text("215艘")
    expect(first.locator(".card-title").first).to_contain_text("航运博物馆月初开门")
    first.locator(".cite").first.click()
    expect(chat.locator("#source mark.focus")).to_contain_text("船模215艘")
    expect(chat.locator("#source .headline")).to_have_text("航运博物馆月初开门")
    if viewport == NARROW:
        chat.locator("[data-command=close-source]").first.click()

    press(collection, "航运博物馆月初开门", "delete")
    expect(collection.locator(".toast")).to_contain_text("已删除《航运博物馆月初开门》")
    expect(article(collection, "航运博物馆月初开门")).to_have_count(0)
    second = question(chat, asked, 2)
    expect(second.locator(".answer-text")).not_to_contain_text("215")
    expect(second.locator(".cite")).to_have_count(0)
    assert "refusal" in (second.locator(":scope").get_attribute("class") or "") or second.locator(".refusal").count()

    collection.locator("[data-role=undo]").click()
    expect(article(collection, "航运博物馆月初开门")).to_be_visible()
    third = question(chat, asked, 3)
    expect(third.locator(".answer-text")).to_contain_text("215艘")
    press(collection, "航运博物馆月初开门", "delete")
    press(collection, "长街夜市开张", "delete")
    collection.locator("[name=deleted]").check()
    press(collection, "长街夜市开张", "purge")
    expect(collection.locator("[data-role=found]")).to_have_text("没有已删除的文章")


def test_files_can_be_dropped(shelf: str, open_page: Open) -> None:
    page = open_page(shelf)
    expect(page.locator(".article").first).to_be_visible()
    transfer = page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], '拖来.txt')); return data; }", PAGE
    )
    page.dispatch_event("[data-role=drop]", "dragover", {"dataTransfer": transfer})
    expect(page.locator("[data-role=drop]")).to_have_attribute("data-over", "true")
    page.dispatch_event("[data-role=drop]", "drop", {"dataTransfer": transfer})
    expect(page.locator(".piece .title-input").first).to_have_value("长街夜市开张")
    expect(page.locator(".leftovers summary")).to_have_text("没有归入文章的文字（2 处）")
    page.locator(".file [data-command=drop]").click()
    expect(page.locator(".file")).to_have_count(0)
    expect(page.locator("[data-role=keep]")).to_be_hidden()


def test_a_zip_names_what_it_holds_and_what_is_no_use(shelf: str, open_page: Open) -> None:
    page = open_page(shelf)
    data = packed(("要闻.txt", PAGE.encode()), ("坏.pdf", b"%PDF-1.7 broken"), ("a.exe", b"MZ"))
    choose(page, ("资料.zip", data), ("no.exe", b"MZ"), ("破.pdf", b"%PDF-1.7 broken"))
    expect(page.locator(".part-name")).to_have_text(["要闻.txt", "坏.pdf", "a.exe"])
    expect(page.locator(".problems")).to_have_count(4)
    expect(page.locator("[data-role=keep-count]")).to_have_text("1 份文件，共 2 篇文章")
    shoot(page, "collection-problems")
    page.get_by_role("button", name="全部放弃").click()
    expect(page.locator(".file")).to_have_count(0)


def test_the_list_can_be_searched_and_filtered(shelf: str, open_page: Open) -> None:
    page = open_page(shelf)
    choose(page, ("夜报.txt", PAGE))
    keep(page)
    found = page.locator("[data-role=found]")
    expect(found).to_have_text("共 8 篇")
    filters = page.locator("[data-role=filters]")
    filters.get_by_label("查找").fill("排污口")
    expect(page.locator(".article-title")).to_have_text(["清河治理初见成效"])
    filters.get_by_label("查找").fill("没有的字词")
    expect(found).to_have_text("没有符合条件的文章")
    filters.get_by_role("button", name="清除筛选").click()
    expect(found).to_have_text("共 8 篇")
    filters.get_by_label("来源").select_option("夜报.txt")
    expect(found).to_have_text("共 2 篇")
    filters.get_by_label("版面").select_option("A06 社会新闻")
    filters.get_by_label("起始日期").fill("2021-03-05")
    expect(found).to_have_text("共 2 篇")
    filters.get_by_label("截止日期").fill("2021-03-04")
    expect(found).to_have_text("没有符合条件的文章")
    filters.get_by_role("button", name="清除筛选").click()
    page.get_by_role("button", name="整份删除").first.click()
    expect(found).to_have_text("共 6 篇")
    page.locator("[data-role=undo]").click()
    expect(found).to_have_text("共 8 篇")


def test_a_title_is_corrected_in_the_list_with_keys(shelf: str, open_page: Open) -> None:
    page = open_page(shelf)
    page.get_by_role("button", name="改标题：春茶采摘比去年早一周").press("Enter")
    box = page.get_by_label("新标题")
    expect(box).to_be_focused()
    page.keyboard.type("春茶早了<b>一周</b>")
    page.keyboard.press("Enter")
    title = page.get_by_role("link", name="春茶早了<b>一周</b>")
    expect(title).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reading .headline")).to_have_text("春茶早了<b>一周</b>")
    page.go_back()
    page.get_by_role("button", name="改标题：春茶早了").click()
    page.get_by_label("新标题").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="春茶采摘比去年早一周")).to_be_visible()


def test_names_titles_and_text_are_never_markup(shelf: str, open_page: Open) -> None:
    page = open_page(shelf)
    evil = '<img src=x onerror="window.hacked=1">'
    text = f"{evil}怪事\n\n本报讯(记者 甲乙){evil}<script>window.hacked=1</script>这里发生了一件怪事。\u202e居民说,一共三人看见。"
    row = f'{{"id": "1", "title": "{evil.replace(chr(34), chr(39))}", "text": "怪事一件。", "source": "<b>来源</b>"}}'
    choose(page, (f"..{evil}\u202e.txt", text), ("行.jsonl", row), ("<svg onload=alert(1)>.exe", "x"))
    expect(page.locator(".file")).to_have_count(3)
    expect(page.locator(".file").first).to_contain_text("<script>window.hacked=1</script>")
    page.locator(".problems").wait_for()
    keep_all = page.get_by_role("button", name="收录", exact=True)
    keep_all.click()
    expect(page.locator(".work[data-state=done]")).to_be_visible(timeout=60_000)
    expect(page.locator(".source-name", has_text="<b>来源</b>")).to_be_visible()
    assert page.locator("main img, main script, main svg, main b").count() == 0
    page.locator(".article-title", has_text="onerror").first.click()
    page.locator(".reading").wait_for()
    assert page.evaluate("window.hacked") is None
    page.goto(shelf)
    for _ in range(2):
        page.get_by_role("button", name="整份删除").first.click()
        page.locator("[data-role=undo]").wait_for()


class SlowEncoder(HashingEncoder):
    """Encodes passages only while it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Semaphore(0)

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        """See `rag.types.Encoder`."""
        assert self.let.acquire(timeout=60)
        return super().encode_passages(texts, spans)


def test_what_is_encoded_shows_how_far_it_is_and_the_page_goes_on(
    browser: Browser, open_page: Open, tmp_path: Path
) -> None:
    encoder = SlowEncoder()
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    encoder.let.release()
    rows = "".join(
        f'{{"id": "{number}", "title": "第{number}号渡口", "text": "第{number}号渡口的渡船每10分钟一班。"}}\n'
        for number in range(600)
    )
    with Library.open(tmp_path / "index", encoder.fingerprint, encoder.dimension, create=True) as library:
        update_library(library, encoder, [tmp_path / "a.txt"], 300)
        with served(Assistant(Retriever(library, encoder))) as url:
            page = open_page(f"{url}/collection")
            expect(page.locator("[data-role=counts]")).to_have_text(
                re.compile(r"^2 篇文章.*1 份来源.*索引更新于 20\d\d年\d+月\d+日 \d\d:\d\d$")
            )
            choose(page, ("渡口.jsonl", rows))
            page.get_by_role("button", name="收录", exact=True).click()
            expect(page.locator("[data-role=work-message]")).to_contain_text("正在收录")
            expect(page.get_by_role("progressbar", name="编码进度")).to_be_visible()
            for name in ("收录", "全部放弃", "放弃"):
                expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
            encoder.let.release()
            expect(page.locator("[data-role=work-message]")).to_contain_text(re.compile(r"正在收录：\d+ / 600 段"))
            shoot(page, "collection-encoding-wide-light")
            chat = ready(open_page(url))
            first = question(chat, "夜市设摊位多少个？", 1)
            expect(first.locator(".answer-text")).to_contain_text("126个")
            press(page, "老船厂改成博物馆", "delete")
            expect(page.locator("[data-role=toast-text]")).to_contain_text("更新完就不再检索到")
            for _ in range(20):
                encoder.let.release()
            expect(page.locator(".work[data-state=done]")).to_be_visible(timeout=60_000)
            expect(page.locator("[data-role=counts]")).to_contain_text("601 篇文章")
            second = question(chat, "第57号渡口的渡船多久一班？", 2)
            expect(second).to_contain_text("《第57号渡口》")
            page.context.close()
            chat.context.close()


def test_a_watched_folder_reaches_the_page_and_the_next_question(
    browser: Browser, open_page: Open, tmp_path: Path
) -> None:
    encoder = HashingEncoder()
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.txt").write_text(PAGE, encoding="utf-8")
    with Library.open(tmp_path / "index", encoder.fingerprint, encoder.dimension, create=True) as library:
        update_library(library, encoder, [folder], 300)
        assistant = Assistant(Retriever(library, encoder))
        collection = collection_of(assistant, Config())
        with served(assistant, collection=collection) as url, watching(collection, [folder], seconds=0.1):
            page, chat = open_page(f"{url}/collection"), ready(open_page(url))
            expect(page.locator(".article")).to_have_count(2)
            (folder / "b.txt").write_text(
                "新渡口启用\n\n新渡口昨天启用。渡船每10分钟一班,票价2元。\n", encoding="utf-8"
            )
            expect(article(page, "新渡口启用")).to_be_visible(timeout=30_000)
            first = question(chat, "新渡口的票价是多少？", 1)
            expect(first.locator(".near, .card-title").first).to_contain_text("新渡口启用")
            (folder / "b.txt").unlink()
            expect(article(page, "新渡口启用")).to_have_count(0, timeout=30_000)
            expect(question(chat, "新渡口的票价是多少？", 2)).not_to_contain_text("新渡口启用")
            page.context.close()
            chat.context.close()


def test_a_collection_that_only_shows(browser: Browser, open_page: Open, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    with Library.open(tmp_path / "index", encoder.fingerprint, encoder.dimension, create=True) as library:
        update_library(library, encoder, [tmp_path / "a.txt"], 300)
        with served(Assistant(Retriever(library, encoder)), Config(editing="off")) as url:
            page = open_page(f"{url}/collection")
            expect(page.locator(".article")).to_have_count(2)
            expect(page.locator("[data-role=add]")).to_be_hidden()
            assert page.locator("[data-command=delete]:visible, [data-command=edit]:visible").count() == 0
            page.context.close()


def test_the_chat_page_leads_here_and_back(shelf: str, open_page: Open) -> None:
    page = ready(open_page(shelf.removesuffix("/collection")))
    page.get_by_role("link", name="资料库").click()
    expect(page.get_by_role("heading", name="资料库")).to_be_visible()
    page.get_by_role("link", name="去提问").first.click()
    ready(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_serious_fault(
    shelf: str,
    open_page: Open,
    axe: str,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    kind = f"{'narrow' if viewport == NARROW else 'wide'}-{scheme}"
    page = open_page(shelf, viewport=viewport, color_scheme=scheme, bypass_csp=True, locale="zh-CN")
    expect(page.locator(".article").first).to_be_visible()
    shoot(page, f"collection-list-{kind}")
    assert axe_faults(page, axe) == []
    choose(page, (f"{kind}.txt", PAGE), ("破.pdf", b"%PDF-1.7 broken"))
    expect(page.locator(".problems")).to_be_visible()
    page.locator(".leftovers summary").click()
    page.locator(".piece .title-input").first.fill("改过的标题")
    page.locator(".file").first.scroll_into_view_if_needed()
    shoot(page, f"collection-preview-{kind}")
    assert axe_faults(page, axe) == []
    page.locator(".file [data-command=drop]").last.click()
    keep(page)
    expect(page.locator(".work")).to_be_in_viewport()
    expect(article(page, "改过的标题")).to_have_count(1)
    shoot(page, f"collection-kept-{kind}")
    page.get_by_role("button", name="改标题").nth(1).click()
    page.get_by_role("button", name="整份删除").first.click()
    expect(page.locator(".toast")).to_be_visible()
    shoot(page, f"collection-deleted-{kind}")
    assert axe_faults(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[name=deleted]").check()
    expect(page.locator("[data-command=purge]:visible").first).to_be_visible()
    assert axe_faults(page, axe) == []
    page.locator("[data-command=purge]:visible").first.click()
    expect(page.locator("[data-role=toast-text]")).to_contain_text("已彻底删除")
