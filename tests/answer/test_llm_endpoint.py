"""The endpoint provider against a server on loopback that behaves, fails, stalls and breaks off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rag.answer.assistant import Assistant
from rag.answer.llm import make_answerer
from rag.answer.llm_endpoint import EndpointAnswerer
from rag.answer.verify import check_answer
from rag.config import Config
from rag.errors import AnswererError, ConfigError
from rag.types import Done, Query, Retrieved, Turn
from tests.answer.drafting import article, evidence_of
from tests.model_server import KEY, PATIENCE, Server, serving

EVIDENCE = evidence_of(article("a", "新增首店800家。" + "其他事项若干。" * 300))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_API_KEY", KEY)


def config(server: Server, seconds: float = 5) -> Config:
    return Config(endpoint=f"http://127.0.0.1:{server.server_port}/v1", model="tiny", timeout_seconds=seconds)


def drafted(server: Server, seconds: float = 5) -> str:
    return "".join(EndpointAnswerer(config(server, seconds)).stream(Query("多少家？", "多少家？"), EVIDENCE))


def test_a_draft_is_streamed_and_the_key_sent(server: Server) -> None:
    assert drafted(server) == "新增首店800家。[1]"
    assert server.keys == [f"Bearer {KEY}"]
    assert server.requests[0]["model"] == "tiny"
    assert "[1] 新增首店800家。" in server.requests[0]["messages"][-1]["content"]


@pytest.mark.parametrize("status", ["429", "500", "503"])
def test_faults_that_pass_are_tried_again(server: Server, status: str) -> None:
    server.script = [status, "good"]
    assert drafted(server) == "新增首店800家。[1]"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "says", "requests"),
    [("401", "WENBAO_API_KEY", 1), ("404", "model", 1), ("429", "限流", 3), ("500", "出错", 3), ("422", "不接受", 1)],
)
def test_faults_that_stay_are_told_clearly_and_without_the_key(
    server: Server, status: str, says: str, requests: int
) -> None:
    server.script = [status]
    with pytest.raises(AnswererError, match=says) as caught:
        drafted(server)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(server.requests) == requests


@pytest.mark.parametrize("behaviour", ["slow", "stall"])
def test_a_slow_server_is_given_up(server: Server, behaviour: str) -> None:
    server.script = [behaviour]
    started = time.monotonic()
    with pytest.raises(AnswererError, match="没有回应"):
        drafted(server, seconds=0.3)
    assert time.monotonic() - started < PATIENCE / 2
    assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", ["cut", "unfinished"])
def test_a_stream_cut_in_the_middle_is_an_error(server: Server, behaviour: str) -> None:
    server.script = [behaviour]
    with pytest.raises(AnswererError, match="中途断开"):
        drafted(server)


def test_a_dead_server_is_an_error_that_names_it() -> None:
    dead = Config(endpoint="http://127.0.0.1:9/v1", model="tiny", timeout_seconds=2)
    with pytest.raises(AnswererError, match="127.0.0.1:9") as caught:
        list(EndpointAnswerer(dead).stream(Query("多少家？", "多少家？"), EVIDENCE))
    assert caught.value.retryable


def test_evidence_is_cut_until_it_fits_the_window(server: Server) -> None:
    server.script = ["too long", "too long", "good"]
    assert drafted(server) == "新增首店800家。[1]"
    sizes = [len(request["messages"][-1]["content"]) for request in server.requests]
    assert sizes[0] > sizes[1] > sizes[2]
    assert all("[1] 新增首店800家。" in request["messages"][-1]["content"] for request in server.requests)


def test_stopping_closes_the_connection(server: Server) -> None:
    server.script = ["endless"]
    stream = EndpointAnswerer(config(server)).stream(Query("多少家？", "多少家？"), EVIDENCE)
    assert next(stream) == "字"
    stream.close()  # type: ignore[attr-defined]
    assert server.disconnected.wait(5)


def test_names_become_classes() -> None:
    assert make_answerer(Config()) is None
    assert make_answerer(Config(answerer="extractive", endpoint="http://127.0.0.1/v1", model="m")) is None
    made = make_answerer(Config(endpoint="http://127.0.0.1/v1", model="qwen"))
    assert made is not None
    assert made.name == "qwen"
    with pytest.raises(ConfigError, match="endpoint"):
        make_answerer(Config(answerer="endpoint"))
    with pytest.raises(ConfigError, match="model"):
        make_answerer(Config(answerer="transformers"))
    with pytest.raises(ConfigError, match="不存在"):
        make_answerer(Config(answerer="oracle"))


BRIDGE = "白沙河大桥工程总投资3.2亿元,由江城建设集团承建。"
QUESTION = "白沙河大桥工程总投资多少？"


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("401", "WENBAO_API_KEY"),
        ("429", "限流"),
        ("500", "服务出错"),
        ("slow", "没有回应"),
        ("stall", "没有回应"),
        ("cut", "中途断开"),
        ("dead", "连不上"),
    ],
)
def test_a_turn_survives_the_model(over: Callable[..., Assistant], server: Server, behaviour: str, says: str) -> None:
    settings = config(server, seconds=0.5)
    if behaviour == "dead":
        settings = replace(settings, endpoint="http://127.0.0.1:9/v1")
    server.script = [behaviour]
    assistant = Assistant(over(BRIDGE).retriever, {"endpoint": EndpointAnswerer(settings)})
    events = list(assistant.stream(QUESTION))
    assert isinstance(events[0], Retrieved)
    (answer,) = [event.answer for event in events if isinstance(event, Done)]
    check_answer(answer)
    assert "3.2亿元" in answer.text
    assert answer.engine == "extractive"
    assert says in answer.notes[0]
    assert "直接摘自原文" in answer.notes[0]
    assert KEY not in " ".join(answer.notes)
    following = assistant.ask("由谁承建？", [Turn(QUESTION, answer)], "extractive")
    assert "江城建设集团" in following.text


def test_sources_are_yielded_while_the_model_is_still_silent(over: Callable[..., Assistant], server: Server) -> None:
    server.script = ["slow"]
    assistant = Assistant(over(BRIDGE).retriever, {"endpoint": EndpointAnswerer(config(server))})
    stream = assistant.stream(QUESTION)
    first = next(iter(stream))
    assert isinstance(first, Retrieved)
    assert first.hits
    assert server.requests == []
    stream.close()  # type: ignore[attr-defined]
