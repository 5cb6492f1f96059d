"""Two hundred hostile uploads and questions, through the page: each is refused or shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from rag.answer.assistant import Assistant
from rag.application import update_library
from rag.index.library import Library
from rag.search.retriever import Retriever
from tests.browser.conftest import Open, answered, ready, served
from tests.conftest import TINY, HashingEncoder
from tests.serve.test_collection_api import QUESTIONS, hostile_uploads

pytestmark = pytest.mark.browser

LIVE = "script, iframe, object, embed, base, form form, img, svg, math, [onload], [onerror], a[href^='javascript']"
LIMIT = 50 * 1024 * 1024


class Place:
    """A served collection and the folder that it may write to."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def files(self) -> dict[str, bytes]:
        """Return all files outside the index, and what was uploaded."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        names = {path.relative_to(self.folder).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in names.items() if not name.startswith("index/")}

    def uploads(self) -> list[Path]:
        """Return the files that were kept."""
        folder = self.folder / "index"
        return [path for path in folder.rglob("*") if path.is_file() and not _of_the_library(path.relative_to(folder))]


def _of_the_library(path: Path) -> bool:
    return path.parts[0] in ("derived", "pages") or re.match(r"(?:library|building)\.sqlite", path.parts[0]) is not None


@pytest.fixture(scope="module")
def place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("place")
    (folder / "sources").mkdir()
    for name, (title, text) in TINY.items():
        (folder / "sources" / f"{name}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    encoder = HashingEncoder()
    with Library.open(folder / "index", encoder.fingerprint, encoder.dimension, create=True) as library:
        update_library(library, encoder, [folder / "sources"], 300)
        with served(Assistant(Retriever(library, encoder))) as url:
            yield Place(url, folder)


def nothing_runs(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.locator(f":is(main, .exchange, .reading, .contents) :is({LIVE})").count() == 0


@pytest.mark.timeout(900)
def test_nothing_hostile_runs_or_gets_out(place: Place, open_page: Open) -> None:
    before = place.files()
    page = open_page(f"{place.url}/collection", tolerated="the server responded with a status of 4")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    uploads = list(hostile_uploads())
    assert len(uploads) + len(QUESTIONS) >= 200
    payload: list[FilePayload] = [{"name": name, "mimeType": "", "buffer": data} for name, data in uploads]
    expect(page.locator(".article").first).to_be_visible()
    page.locator("[data-role=files]").set_input_files(payload)
    expect(page.locator(".file")).to_have_count(len(uploads), timeout=300_000)
    expect(page.locator(".file progress")).to_have_count(0, timeout=60_000)
    nothing_runs(page)
    for file in page.locator(".file").all():
        assert file.locator(".piece").count() or re.search("[一-鿿]", file.locator(".problems").first.inner_text())
    assert place.files() == before
    page.get_by_role("button", name="收录", exact=True).click()
    expect(page.locator(".work:is([data-state=done], [data-state=failed])")).to_be_visible(timeout=120_000)
    expect(page.locator("[data-role=work-message]")).to_contain_text("已收录")
    nothing_runs(page)
    page.get_by_role("button", name="全部放弃").click()
    expect(page.locator(".file")).to_have_count(0)

    for start in range(0, 30, 10):
        page.goto(place.url)
        page.locator("[data-command=new]").click()
        ready(page)
        for number, question in enumerate(QUESTIONS[start : start + 10], 1):
            page.locator("#question textarea").fill(question)
            page.locator("#send").click()
            answered(page, number)
        nothing_runs(page)
        for quote in page.locator(".quote").all()[:5]:
            quote.click()
            expect(page.locator("#source .reading")).to_be_visible()
            nothing_runs(page)
    assert page.url.startswith(place.url)
    assert place.files() == before
    folder = place.folder / "index" / "uploads"
    assert all(path.is_relative_to(folder) for path in place.uploads())
    assert all(".staged" not in path.parts for path in place.uploads()), "what was refused is not kept"


@pytest.mark.timeout(600)
def test_files_of_fifty_megabytes_are_read_or_refused(place: Place, open_page: Open, tmp_path: Path) -> None:
    files = {
        "空字节.txt": bytes(LIMIT),
        "乱码.pdf": b"%PDF-1.7\n" + b"\x91" * (LIMIT - 9),
        "过大.txt": "好".encode() * (LIMIT // 3 + 1),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    page = open_page(f"{place.url}/collection", tolerated="the server responded with a status of 4")
    expect(page.locator(".article").first).to_be_visible()
    page.locator("[data-role=files]").set_input_files([tmp_path / name for name in files])
    expect(page.locator(".file")).to_have_count(len(files), timeout=120_000)
    expect(page.locator(".file progress")).to_have_count(0, timeout=120_000)
    expect(page.locator(".file .piece")).to_have_count(0)
    expect(page.locator(".problems")).to_have_text([re.compile("[一-鿿]")] * len(files))
    expect(page.locator(".problems").last).to_contain_text("文件超过 50 MB")
    expect(page.get_by_role("button", name="收录", exact=True)).to_be_hidden()
    page.get_by_role("button", name="全部放弃").click()
    expect(page.locator(".file")).to_have_count(0)
