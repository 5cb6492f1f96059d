from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from rag.answer.assistant import Assistant
from rag.application import update_library
from rag.config import Config
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.serve import collection_api
from rag.serve.api import collection_of, create_app
from tests.conftest import TINY, HashingEncoder

PAGE = "\n\n".join(
    (
        "A06 社会新闻",
        "长街夜市开张",
        "本报讯(记者 李青)长街夜市昨天开张。夜市设摊位126个,每晚6点到11点营业。摊位费每月300元,前三个月免收。",
        "老船厂改成博物馆",
        "本报讯(记者 王红)老船厂改建的航运博物馆本月起开放。馆内陈列船模215艘,门票20元,学生免票。",
    )
)
API = "/api/collection"


class Server:
    """An app over a small collection in a folder of its own."""

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        self.folder = folder
        sources = folder / "sources"
        sources.mkdir()
        for name, (title, text) in TINY.items():
            (sources / f"{name}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
        encoder = HashingEncoder()
        self.library = Library.open(folder / "index", encoder.fingerprint, encoder.dimension, create=True)
        update_library(self.library, encoder, [sources], 300)
        assistant = Assistant(Retriever(self.library, encoder))
        config = config or Config()
        self.collection = collection_of(assistant, config)

        async def made() -> FastAPI:
            return create_app(assistant, config, self.collection)

        # Without a running loop Gradio makes several of its own and leaves them open.
        self.client = TestClient(asyncio.run(made()), base_url="http://127.0.0.1")

    def upload(self, name: str, data: bytes | str) -> Response:
        body = data.encode() if isinstance(data, str) else data
        return self.client.post(f"{API}/uploads", params={"name": name}, content=body)

    def keep(self, *tokens: str) -> dict[str, Any]:
        started = self.client.post(f"{API}/keep", json={"uploads": [{"token": token} for token in tokens]})
        assert started.status_code == 202, started.text
        self.collection.worker.wait(60)
        done: dict[str, Any] = self.client.get(f"{API}/work").json()
        return done

    def files(self) -> list[str]:
        """All files but those of the library itself."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
        return sorted(
            name for name in found if not re.match(r"sources/|index/(?:derived/|(?:library|building)\.sqlite)", name)
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.library.close()


def test_a_page_goes_in_and_out(server: Server) -> None:
    shown = server.upload("夜报.txt", PAGE)
    assert shown.status_code == 201
    (file,) = shown.json()["files"]
    assert [article["title"] for article in file["articles"]] == ["长街夜市开张", "老船厂改成博物馆"]
    assert server.keep(shown.json()["token"])["message"] == "已收录 2 篇文章，现在就可以提问"
    summary = server.client.get(API).json()
    assert (summary["articles"], summary["uploaded"], summary["deleted"]) == (8, 2, 0)
    assert summary["sources"][0] == {"source": "夜报.txt", "origin": "upload", "articles": 2}
    assert summary["sections"] == ["A06 社会新闻"]
    assert summary["built"].startswith("20")
    assert summary["editing"] is True

    found = server.client.get(f"{API}/articles", params={"query": "夜市"}).json()
    assert found["total"] == 1
    (article,) = found["articles"]
    assert (article["section"], article["origin"], article["deleted"]) == ("A06 社会新闻", "upload", False)
    assert "text" not in article

    renamed = server.client.post(f"{API}/articles/{article['id']}/title", json={"title": "夜市开门"})
    assert renamed.json() == {"id": article["id"], "title": "夜市开门"}
    assert "夜市开门" in server.client.get(f"/articles/{article['id']}").text

    gone = server.client.post(f"{API}/delete", json={"source": "夜报.txt", "origin": "upload"}).json()
    assert len(gone["ids"]) == 2
    assert server.client.get(f"/articles/{article['id']}").status_code == 404
    hits = server.client.post("/api/search", json={"question": "长街夜市的摊位"}).json()["hits"]
    assert not {hit["article_id"] for hit in hits} & set(gone["ids"])
    server.client.post(f"{API}/restore", json={"ids": gone["ids"]})
    hits = server.client.post("/api/search", json={"question": "长街夜市的摊位"}).json()["hits"]
    assert hits[0]["article_id"] == article["id"]
    server.client.post(f"{API}/delete", json={"ids": gone["ids"]})
    assert server.client.post(f"{API}/purge", json={"ids": gone["ids"]}).json()["articles"] == 2
    assert server.files() == []


def test_the_list_comes_in_parts(server: Server) -> None:
    first = server.client.get(f"{API}/articles", params={"limit": 4}).json()
    rest = server.client.get(f"{API}/articles", params={"limit": 4, "offset": 4}).json()
    assert (first["total"], len(first["articles"]), len(rest["articles"])) == (6, 4, 2)
    assert not {one["id"] for one in first["articles"]} & {one["id"] for one in rest["articles"]}
    for wrong in ({"limit": 0}, {"limit": 999}, {"offset": -1}, {"since": "2021-1"}, {"until": "昨天"}):
        assert server.client.get(f"{API}/articles", params=wrong).status_code == 422


def test_the_page_loads_only_what_is_here(server: Server) -> None:
    page = server.client.get("/collection")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="(?!/)', page.text)
    for asset in re.findall(r'(?:src|href)="(/web/[^"]+)"', page.text):
        assert server.client.get(asset).status_code == 200
    assert "innerHTML" not in server.client.get("/web/collection.js").text + server.client.get("/web/upload.js").text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "[::1"},
    ],
)
def test_other_sites_change_nothing(server: Server, headers: dict[str, str]) -> None:
    before = server.client.get(API).json()
    ids = [article["id"] for article in server.client.get(f"{API}/articles").json()["articles"]]
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/uploads?name=a.txt", {"content": PAGE.encode()}),
        ("DELETE", "/uploads/0123456789abcdef", {}),
        ("POST", "/keep", {"json": {"uploads": [{"token": "0123456789abcdef"}]}}),
        ("POST", f"/articles/{ids[0]}/title", {"json": {"title": "新"}}),
        ("POST", "/delete", {"json": {"ids": ids}}),
        ("POST", "/restore", {"json": {"ids": ids}}),
        ("POST", "/purge", {"json": {"ids": ids}}),
    ]
    for method, path, body in calls:
        answer = server.client.request(method, API + path, headers=headers, **body)
        assert answer.status_code == 403, (method, path)
        assert re.search("没有执行|不能修改", answer.json()["error"])
    assert server.client.get(API).json() == before
    assert server.files() == []


def test_the_own_page_and_programs_may(server: Server) -> None:
    for headers in ({"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}, {}, {"host": "localhost:7860"}):
        answer = server.client.post(f"{API}/delete", json={"ids": ["none"]}, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "这篇文章不在资料中，请刷新页面")


def test_a_server_for_others_can_be_called_by_any_name_and_may_only_show(tmp_path: Path) -> None:
    server = Server(tmp_path, Config(host="0.0.0.0", editing="off"))
    assert server.client.get(API).json()["editing"] is False
    own = {"host": "wenbao.example", "origin": "https://wenbao.example"}
    refused = server.client.post(f"{API}/delete", json={"ids": ["none"]}, headers=own)
    assert (refused.status_code, refused.json()["error"]) == (400, "这里的资料只能看，不能修改")
    foreign = {"host": "wenbao.example", "origin": "https://evil.example"}
    assert server.client.post(f"{API}/delete", json={"ids": ["none"]}, headers=foreign).status_code == 403
    server.library.close()


# --- hostile input ----------------------------------------------------------------------------------

MARKUP = (
    "<script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "[点我](javascript:window.hacked=1)",
    "<svg/onload=window.hacked=1>",
    "${window.hacked=1}{{7*7}}{% raw %}",
    "\u202e从右到左\u2066隔离",
    "'; DROP TABLE articles; --",
    "\x1b[31m红\x07",
    "%00%2e%2e%2f",
    "零\u200b宽\ufeff字",
)
NAMES = (
    "../../../../tmp/escape{}.txt",
    "..\\..\\windows\\escape{}.txt",
    "/etc/cron.d/escape{}.md",
    "C:\\escape{}.txt",
    "<script>alert({})</script>.txt",
    "a\x00b{}.txt",
    "\u202etxt.{}.html",
    "con{}.txt",
    "%2e%2e%2fescape{}.txt",
    "长" * 400 + "{}.txt",
)


def story(number: int, markup: str) -> str:
    return f"第{number}号怪事\n\n本报讯(记者 甲乙){markup}这里发生了第{number}件怪事。居民说,一共{number}人看见了{markup}。"


def zipped(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files:
            made.writestr(name, data)
    return buffer.getvalue()


def word(text: str) -> bytes:
    buffer, document = io.BytesIO(), docx.Document()
    for line in text.split("\n"):
        document.add_paragraph("".join(character for character in line if character >= " "))
    document.save(buffer)
    return buffer.getvalue()


def hostile_uploads() -> Iterator[tuple[str, bytes]]:
    """Files that try to leave their folder, to run, to swell, or to break their reader."""
    for number, name in enumerate(NAMES * 4):
        yield name.format(number), story(number, MARKUP[number % len(MARKUP)]).encode("utf-8", "replace")
    for number, markup in enumerate(MARKUP):
        body = story(100 + number, markup)
        yield f"页{number}.html", f"<title>{markup}</title><body onload=alert(1)><p>{body}</p></body>".encode()
        yield f"文{number}.md", f"# {markup}\n\n{body}".encode()
        yield f"词{number}.docx", word(body)
        row = {
            "id": f"../../{number}{markup}",
            "title": markup,
            "text": body,
            "url": "javascript:alert(1)",
            "source": markup,
        }
        yield f"行{number}.jsonl", json.dumps(row).encode()
        yield (
            f"档{number}.zip",
            zipped((f"../../../{number}{markup}.txt", body.encode()), ("/etc/passwd.txt", b"x" * 50)),
        )
    bomb = zipped(("0.txt", b"0" * 20_000_000))
    yield "bomb.zip", bomb
    yield "nested.zip", zipped(*((f"{number}.zip", bomb) for number in range(20)))
    yield "crowd.zip", zipped(*((f"{number}.txt", b"x") for number in range(600)))
    yield "bomb.docx", zipped(("word/document.xml", b"<w>" * 3_000_000), ("[Content_Types].xml", b"<x/>"))
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    yield (
        "laughs.docx",
        zipped(("[Content_Types].xml", f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a9;</x>'.encode())),
    )
    for number in range(10):
        yield f"坏{number}.pdf", b"%PDF-1.7\n" + bytes((number * 37 + at * 91) % 256 for at in range(400))
        yield (
            f"截{number}.pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n" + b"x" * number + b"trailer<</Root 1 0 R>>",
        )
        yield f"空{number}.txt", b"\x00" * (number + 1)
        yield f"乱{number}.txt", bytes((number * 53 + at * at * 7) % 256 for at in range(500))
        yield f"零{number}.txt", f"标题\n\n正文里有\x00空字节{number}。".encode()
        yield f"零{number}.jsonl", json.dumps({"id": number, "text": "有\x00空字节。"}).encode()
        yield f"深{number}.jsonl", b'{"id": 1, "text": ' + b"[" * 5000
        yield f"深{number}.html", b"<div>" * 3000 + "深处的一句话。".encode()


QUESTIONS = tuple(f"{markup}第{number}号怪事有多少人看见？" for number, markup in enumerate(MARKUP * 3)) + (
    "\x00",
    "\u202e",
    "a" * 1001,
    "？" * 1000,
    "\ud83d",
    "%s%s%n",
    "../../etc/passwd",
    "null",
    "(((((((",
    "AND OR NOT *:*",
)


def test_nothing_hostile_gets_out_or_runs(server: Server, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in (server.folder / "sources").iterdir()}
    tokens: list[str] = []
    uploads = list(hostile_uploads())
    for name, data in uploads:
        answer = server.upload(name, data)
        assert answer.status_code in (201, 400, 422), (name, answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/json"
        if answer.status_code == 201:
            tokens.append(answer.json()["token"])
            problems = [problem for file in answer.json()["files"] for problem in file["problems"]]
            assert all(re.search("[一-鿿]", problem) and "\n" not in problem for problem in problems)
            assert any(file["count"] for file in answer.json()["files"]) or problems, name
        else:
            assert re.fullmatch("[^\n]*[一-鿿][^\n]*", answer.json()["error"]), name
    for at in range(0, len(tokens), 10):
        assert "出错" not in server.keep(*tokens[at : at + 10])["message"]
    asked = [question for question in QUESTIONS if "\ud83d" not in question]
    for question in asked:
        answer = server.client.post("/api/ask", json={"question": question})
        assert answer.status_code in (200, 400), question
    assert len(uploads) + len(asked) >= 200
    assert {path: path.read_bytes() for path in (server.folder / "sources").iterdir()} == before
    assert all(name.startswith("index/uploads/") for name in server.files())
    listed = server.client.get(f"{API}/articles", params={"origin": "upload", "limit": 200}).json()
    assert listed["total"] > 60
    for article in listed["articles"]:
        for address in (f"/articles/{article['id']}", f"/articles/{article['id']}/panel"):
            html = server.client.get(address).text
            assert not re.search(r"<(?:script>|img|svg)|onerror=\"|href=\"javascript:", html), address
        assert "\x00" not in article["title"]


def test_a_large_file_is_read_or_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = server.client.post(
        f"{API}/uploads", params={"name": "a.txt"}, content=b"x", headers={"content-length": str(50 * 1024 * 1024 + 1)}
    )
    assert (refused.status_code, refused.json()["error"]) == (422, "文件超过 50 MB，请拆分后再上传")

    monkeypatch.setattr("rag.collection.staging.MOST_BYTES", 3_000_000)
    parts = (b"\xe5\xa5\xbd" * 100_000 for _ in range(11))
    refused = server.client.post(f"{API}/uploads", params={"name": "a.txt"}, content=parts)
    assert (refused.status_code, refused.json()["error"]) == (422, "文件超过 2 MB，请拆分后再上传")
    assert collection_api.MOST_BYTES == 50 * 1024 * 1024
