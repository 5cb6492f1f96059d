"""Take the README's picture: a real answer of the default collection with its source open.

    python -m scripts.screenshot [--index DIR] [--question 问题] [--output docs/images/answer.png]

Needs an index (`wenbao build`) and a Chromium with Chinese fonts (`python scripts/find_browser.py --install`).
"""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rag.config import Config, load_config
from scripts.find_browser import find_browser

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@contextmanager
def served(config: Config) -> Iterator[str]:
    """Serve the index from a thread; yield the address."""
    import uvicorn

    from rag.application import open_assistant
    from rag.serve.api import bind, create_app

    listening = bind("127.0.0.1", 0)
    servers: list[uvicorn.Server] = []

    async def run() -> None:
        app = create_app(open_assistant(config), config)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)))
        await servers[0].serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    while thread.is_alive() and not (servers and servers[0].started):
        time.sleep(0.1)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    servers[0].should_exit = True
    thread.join(10)


def shoot(address: str, question: str, output: Path) -> None:
    """Ask, open the second citation, and keep the window as a picture."""
    from playwright.sync_api import ViewportSize, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = browser.new_page(
            viewport=ViewportSize(width=1440, height=900), device_scale_factor=1.5, color_scheme="light"
        )
        page.goto(address)
        page.wait_for_selector(".welcome", timeout=60_000)
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        page.wait_for_selector(".exchange[data-state=done] .cite", timeout=60_000)
        page.locator(".cite").nth(1).click()
        page.wait_for_selector("#source mark.focus")
        page.wait_for_timeout(500)
        output.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=output)
        browser.close()


def main() -> None:
    """Read the options, serve, shoot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", default="index")
    parser.add_argument("--question", default="临汾路街道减负措施")
    parser.add_argument("--output", type=Path, default=Path("docs/images/answer.png"))
    options = parser.parse_args()
    config = replace(load_config(Path()), index=options.index)
    with served(config) as address:
        shoot(address, options.question, options.output)
    print(options.output)


if __name__ == "__main__":
    main()
