"""A language model that fails, stalls or breaks off, as the reader of the page sees it; real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from rag.answer.assistant import Assistant
from rag.answer.llm_endpoint import EndpointAnswerer
from rag.application import assistant_over
from rag.config import Config
from rag.types import Encoder
from tests.browser.conftest import Open, answered, ask, ready, served, shoot
from tests.model_server import Server, serving

pytestmark = pytest.mark.browser

SHOPS = "江城区今年新增首店800家。区长周敏介绍,其中全球首店10家。"
QUESTION = "江城区今年新增首店多少家？"


@pytest.fixture
def model_server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def address(browser: Browser, bundled_encoder: Encoder, model_server: Server) -> Iterator[str]:
    config = Config(
        endpoint=f"http://127.0.0.1:{model_server.server_port}/v1", model="江城模型", timeout_seconds=60, title="问报"
    )
    retriever = assistant_over([SHOPS], bundled_encoder, config).retriever
    with served(Assistant(retriever, {"endpoint": EndpointAnswerer(config)}), config) as url:
        yield url


@pytest.mark.parametrize(("behaviour", "says"), [("401", "WENBAO_API_KEY"), ("500", "服务出错"), ("cut", "中途断开")])
def test_a_failing_model_is_told_and_the_conversation_goes_on(
    address: str, model_server: Server, open_page: Open, behaviour: str, says: str
) -> None:
    page = ready(open_page(address))
    model_server.script = [behaviour]
    ask(page, QUESTION)
    first = answered(page)
    expect(first.locator(".note").first).to_contain_text(says)
    expect(first.locator(".note").first).to_contain_text("直接摘自原文")
    expect(first.locator(".answer-text")).to_contain_text("800家")
    model_server.script = ["good"]
    ask(page, QUESTION)
    second = answered(page, 2)
    expect(second.locator(".engine")).to_contain_text("江城模型")
    expect(second.locator(".answer-text")).to_contain_text("新增首店800家。")
    expect(page.locator(".exchange")).to_have_count(2)


def test_sources_are_painted_while_the_model_is_silent(address: str, model_server: Server, open_page: Open) -> None:
    page = ready(open_page(address))
    model_server.script = ["slow"]
    ask(page, QUESTION)
    expect(page.locator(".status")).to_contain_text("段相关文字")
    expect(page.locator(".draft")).to_contain_text("正在读")
    expect(page.locator(".draft-text")).to_have_count(0)
    model_server.may_go_on.set()
    expect(answered(page).locator(".engine")).to_contain_text("江城模型")


def test_a_stopped_draft_stays_and_is_marked_unchecked(address: str, model_server: Server, open_page: Open) -> None:
    page = ready(open_page(address))
    model_server.script = ["endless"]
    ask(page, QUESTION)
    expect(page.locator(".draft-text")).to_contain_text("字")
    page.locator("#stop").click()
    expect(answered(page, state="stopped").locator(".status")).to_contain_text("未经核对")
    assert model_server.disconnected.wait(10)
    model_server.script = ["good"]
    ask(page, QUESTION)
    expect(answered(page, 2).locator(".answer-text")).to_contain_text("新增首店800家。")


def test_the_reader_chooses_who_answers(address: str, model_server: Server, open_page: Open) -> None:
    page = ready(open_page(address))
    model_server.script = ["good"]
    page.get_by_role("radio", name="只摘原文").check()
    ask(page, QUESTION)
    expect(answered(page).locator(".engine")).to_contain_text("摘自原文")
    assert model_server.requests == []
    page.get_by_role("radio", name="语言模型回答").check()
    ask(page, QUESTION)
    expect(answered(page, 2).locator(".engine")).to_contain_text("江城模型")
    shoot(page, "manner-wide")


def test_without_a_model_there_is_nothing_to_choose(scripted_address: str, open_page: Open) -> None:
    page = ready(open_page(scripted_address))
    expect(page.locator("#manner")).to_have_count(0)
