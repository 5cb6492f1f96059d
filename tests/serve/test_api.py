import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.config import Config
from rag.errors import IndexMissing, ServeError
from rag.serve.api import bind, create_app, serve
from tests.scripted import BURDEN, OUTLETS, UNKNOWN, ScriptedAssistant, burden_article, hostile_article


@pytest.fixture(scope="module")
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture(scope="module")
def client(assistant: ScriptedAssistant) -> Iterator[TestClient]:
    async def made() -> FastAPI:
        return create_app(assistant, Config())  # type: ignore[arg-type]

    # Without a running loop Gradio makes several of its own and leaves them open.
    yield TestClient(asyncio.run(made()), base_url="http://127.0.0.1")


def test_a_citation_link_opens_the_sentence(client: TestClient) -> None:
    article = burden_article()
    start = article.text.index("其次是减少报表")
    page = client.get("/articles/burden", params={"start": start, "end": start + 7})
    assert page.status_code == 200
    assert '<mark data-markers="0" id="cite" tabindex="-1">其次是减少报表</mark>' in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["", "?start=5&end=2", "?start=-4&end=900000"])
def test_a_wrong_range_opens_the_article_unmarked(client: TestClient, query: str) -> None:
    page = client.get(f"/articles/burden{query}")
    assert page.status_code == 200
    assert "<mark" not in page.text


def test_a_missing_article_says_so_in_chinese(client: TestClient) -> None:
    for address in ("/articles/none", "/articles/none/panel?cite=1,0,5"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "这篇文章不在资料中" in answer.text


def test_the_panel_marks_every_citation_it_is_asked_for(client: TestClient) -> None:
    panel = client.get("/articles/burden/panel?cite=1,0,5&cite=2,10,20&cite=x,1,2&cite=3,1&cite=4,5,99999999999")
    assert panel.text.count("<mark") == 2
    assert 'id="cite-1"' in panel.text
    assert "<html" not in panel.text


def test_hostile_articles_are_text(client: TestClient) -> None:
    for address in ("/articles/hostile", "/articles/hostile/panel"):
        page = client.get(address).text
        assert "<script>window" not in page
        assert "&lt;script&gt;window.hacked" in page


def test_ask_returns_the_row_of_the_batch_form(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": BURDEN}).json()
    assert row["question"] == BURDEN
    assert row["refused"] is False
    text = burden_article().text
    assert [citation["marker"] for citation in row["citations"]] == [1, 2, 3, 4, 5]
    assert all(text[citation["start"] : citation["end"]] == citation["quote"] for citation in row["citations"])
    assert row["citations"][0]["document_id"] == "000.txt"
    assert row["hits"][0]["article_id"] == "burden"


def test_a_refusal_is_a_result(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": UNKNOWN}).json()
    assert row["refused"] is True
    assert row["citations"] == []
    assert row["nearest"] == [{"article_id": "burden", "title": burden_article().title}]


def test_the_history_reaches_the_assistant(client: TestClient, assistant: ScriptedAssistant) -> None:
    client.post("/api/ask", json={"question": OUTLETS, "history": [BURDEN]})
    assert assistant.histories[-1] == [BURDEN]


def test_the_stream_ends_with_the_checked_answer(client: TestClient) -> None:
    answer = client.post("/api/ask/stream", json={"question": BURDEN})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [part.split("\n") for part in answer.text.strip().split("\n\n")]
    names = [event[0].removeprefix("event: ") for event in events]
    values = [json.loads(event[1].removeprefix("data: ")) for event in events]
    assert names[0] == "retrieved"
    assert set(names[1:-1]) == {"token"}
    assert names[-1] == "done"
    assert "".join(value["text"] for value in values[1:-1]) == values[-1]["answer"]


def test_an_error_is_one_chinese_line(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "长" * 1001})
    assert answer.status_code == 400
    assert answer.json() == {"error": "问题太长（1001 字），请缩短到 1000 字以内"}
    streamed = client.post("/api/ask/stream", json={"question": "长" * 1001})
    assert "问题太长" in streamed.text
    assert streamed.text.startswith("event: error")


def test_articles_are_listed_without_text_and_shown_with_it(client: TestClient) -> None:
    listed = client.get("/api/articles", params={"limit": 2}).json()
    assert listed["total"] == 3
    assert [row["id"] for row in listed["articles"]] == ["burden", "trade"]
    assert "text" not in listed["articles"][0]
    assert client.get("/api/articles/hostile").json()["text"] == hostile_article().text
    assert client.get("/api/articles/none").status_code == 404


def test_other_chat_programs_can_ask(client: TestClient) -> None:
    messages = [
        {"role": "system", "content": "你是助手"},
        {"role": "user", "content": BURDEN},
        {"role": "assistant", "content": "……"},
        {"role": "user", "content": [{"type": "text", "text": OUTLETS}]},
    ]
    reply = client.post("/v1/chat/completions", json={"model": "any", "messages": messages}).json()
    content = reply["choices"][0]["message"]["content"]
    assert "1120个" in content
    assert "[1] 《上海商务系统抓八大行动计划" in content
    assert reply["wenbao"]["citations"][0]["article_id"] == "trade"
    streamed = client.post("/v1/chat/completions", json={"messages": messages, "stream": True}).text
    assert streamed.endswith("data: [DONE]\n\n")
    chunks = [json.loads(line[6:]) for line in streamed.split("\n") if line.startswith("data: {")]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == content


def test_a_completion_without_a_question_is_refused(client: TestClient) -> None:
    assert client.post("/v1/chat/completions", json={"messages": []}).status_code == 400


def test_the_page_is_chinese_and_names_no_other_server(client: TestClient) -> None:
    page = client.get("/", headers={"accept-encoding": "gzip, br"})
    assert 'lang="zh-CN"' in page.text
    assert '<link rel="stylesheet" href="/web/page.css">' in page.text
    assert "og:image" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert int(page.headers["content-length"]) == len(page.content)


def test_scripts_and_styles_are_never_stale(client: TestClient) -> None:
    script = client.get("/web/page.js")
    assert script.headers["cache-control"] == "no-cache"
    assert client.get("/web/page.js", headers={"if-none-match": script.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/etc/passwd", "pyproject.toml", "../pyproject.toml"])
def test_no_file_of_the_machine_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)
    assert client.get(f"/web/{path}").status_code == 404


def test_nothing_can_be_uploaded_past_the_collection(client: TestClient) -> None:
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).status_code == 404


def test_a_port_in_use_is_said_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"端口 {port} 已被占用：请用 --port 换一个端口"):
            serve(Config(host="127.0.0.1", port=port, index="nowhere"))


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 7860), ("127.0.0.1", 70_000), ("没有这台机器", 7860)])
def test_an_address_that_cannot_be_bound_is_said(host: str, port: int) -> None:
    with pytest.raises(ServeError, match="无法在"):
        bind(host, port)


def test_a_missing_library_is_said_when_serving(tmp_path: object) -> None:
    with pytest.raises(IndexMissing):
        serve(Config(port=0, index=f"{tmp_path}/none"))


STAND_IN = """
import rag.application
from rag.config import Config
from rag.serve.api import serve
from tests.scripted import ScriptedAssistant
rag.application.open_assistant = lambda config: ScriptedAssistant()
serve(Config(port=0))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a whole console there")
def test_ctrl_c_ends_the_server_while_a_page_listens() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAND_IN], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert address is not None
        with httpx.stream("GET", f"{address[0]}/gradio_api/heartbeat/listening", timeout=60) as kept_open:
            assert kept_open.status_code == 200
            server.send_signal(signal.SIGINT)
            assert server.wait(60) == 0
        assert server.stdout.read() == ""
