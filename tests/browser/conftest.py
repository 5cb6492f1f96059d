"""A Chromium, servers on free ports of this machine, and pages that note every request and every script error."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from rag.answer.assistant import Assistant
from rag.collection.collection import Collection
from rag.config import Config
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.serve.api import bind, create_app
from rag.types import Answer, Encoder, Event, Turn
from scripts.find_browser import find_browser
from tests.scripted import BURDEN, ScriptedAssistant

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = {"width": 1360, "height": 860}
NARROW = {"width": 390, "height": 844}
SCREENSHOTS = Path(os.environ.get("WENBAO_SCREENSHOTS", "build/screenshots"))
Open = Callable[..., Page]


def pytest_configure(config: pytest.Config) -> None:
    # Gradio's own statistics use what pandas has deprecated.
    config.addinivalue_line("filterwarnings", "ignore:.*(no_silent_downcasting|Copy-on-Write):DeprecationWarning")


@contextmanager
def served(assistant: object, config: Config | None = None, collection: Collection | None = None) -> Iterator[str]:
    """Serve an assistant from a thread; yield the address."""
    listening = bind("127.0.0.1", 0)
    servers: list[uvicorn.Server] = []

    async def run() -> None:
        app = create_app(cast(Assistant, assistant), config or Config(), collection)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)))
        await servers[0].serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    while not (servers and servers[0].started):
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    servers[0].should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        pytest.skip("no Chromium on this machine: run python scripts/find_browser.py --install")
    with sync_playwright() as playwright:
        expect.set_options(timeout=30_000)
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


class Listening:
    """The real assistant, and the questions of every history that it was given."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.histories: list[list[str]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.assistant, name)

    def stream(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Iterator[Event]:
        self.histories.append([turn.question for turn in history])
        return self.assistant.stream(question, history, answerer)


@pytest.fixture(scope="session")
def real(seeds_library: Library, bundled_encoder: Encoder) -> Listening:
    """The real assistant with the real model over the default collection."""
    return Listening(Assistant(Retriever(seeds_library, bundled_encoder)))


@pytest.fixture(scope="session")
def address(browser: Browser, real: Listening) -> Iterator[str]:
    """The address of a page over the real assistant."""
    with served(real) as url:
        yield url


@pytest.fixture(scope="module")
def seeds_address(
    browser: Browser, seeds_library: Library, bundled_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the default collection under the real encoder, a copy that tests may change."""
    folder = tmp_path_factory.mktemp("seeds-copy") / "index"
    assert seeds_library.folder is not None
    shutil.copytree(seeds_library.folder, folder)
    with (
        Library.open(folder, bundled_encoder.fingerprint, bundled_encoder.dimension) as library,
        served(Assistant(Retriever(library, bundled_encoder))) as url,
    ):
        yield url


@pytest.fixture(scope="session")
def burden(real: Listening) -> Answer:
    """The answer that most tests look at: a list of four, each item cited."""
    answer = real.assistant.ask(BURDEN)
    assert len(answer.citations) >= 4
    return answer


@pytest.fixture(scope="session")
def scripted() -> ScriptedAssistant:
    """An assistant for what the real one does not do on demand: fail, quote a hostile article."""
    return ScriptedAssistant()


@pytest.fixture(scope="session")
def scripted_address(browser: Browser, scripted: ScriptedAssistant) -> Iterator[str]:
    """The address of a page over the scripted assistant."""
    with served(scripted) as url:
        yield url


@pytest.fixture(scope="session")
def slow_address(browser: Browser) -> Iterator[str]:
    """The same, with pauses long enough to look at a draft."""
    with served(ScriptedAssistant(pace=0.15)) as url:
        yield url


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address in a new browser profile (or a given one); no script error, no foreign request."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(
        url: str, *, context: BrowserContext | None = None, tolerated: str = "nothing", **options: object
    ) -> Page:
        if context is None:
            context = browser.new_context(**{"viewport": WIDE, **options})
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: _check_message(message, tolerated, faults))
        page.on("request", lambda request: _check_request(request.url, url, faults))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _check_message(message: ConsoleMessage, tolerated: str, faults: list[str]) -> None:
    if message.type == "error" and tolerated not in message.text:
        faults.append(message.text)


def _check_request(requested: str, url: str, faults: list[str]) -> None:
    origin = "/".join(url.split("/")[:3])
    if not requested.startswith((origin, "data:", "blob:")):
        faults.append(f"foreign request: {requested}")


def ready(page: Page) -> Page:
    """Wait until an empty conversation is shown."""
    page.wait_for_selector(".welcome", timeout=60_000)
    return page


def ask(page: Page, question: str) -> None:
    """Type a question and send it with Enter."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def answered(page: Page, number: int = 1, state: str = "done") -> Locator:
    """Wait for the given exchange, counted from 1, to end and the page to take the next; return it."""
    exchange = page.locator(".exchange").nth(number - 1)
    exchange.and_(page.locator(f"[data-state={state}]")).wait_for(timeout=60_000)
    if state in ("done", "stopped", "failed"):
        page.wait_for_function("() => document.body.dataset.busy !== 'true'")
    return exchange


def remembered(page: Page) -> None:
    """Wait until the browser has kept a conversation that is not empty."""
    page.wait_for_function("() => (localStorage.getItem('wenbao-conversation') || '').length > 300")


def until(happened: Callable[[], bool], page: Page) -> None:
    """Wait for what is to be seen in this process, not on the page."""
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        page.wait_for_timeout(20)


def shoot(page: Page, name: str) -> None:
    """Keep a screenshot as output of the test."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def axe_faults(page: Page, axe: str) -> list[str]:
    """Return the faults that axe-core calls serious or critical."""
    page.evaluate(axe)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {json.dumps([node['html'][:200] for node in fault['nodes']], ensure_ascii=False)}"
        for fault in result["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="pip install axe-playwright-python")
    (script,) = Path(package.__file__).parent.glob("axe.min.js")
    return script.read_text(encoding="utf-8")
