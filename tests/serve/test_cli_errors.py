"""Bad input: one clear line on standard error, exit code 2, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.types import Article, Encoder
from tests.serve.commands import Result, Run, make_run, write_collection


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, hashing_encoder: Encoder
) -> Run:
    """Run a command in an empty folder, with an encoder that needs no model."""
    return make_run(monkeypatch, capsys, tmp_path, hashing_encoder)


@pytest.fixture
def collection(tmp_path: Path, tiny_articles: list[Article]) -> Path:
    """Six short articles as text files."""
    return write_collection(tmp_path / "collection", tiny_articles)


def assert_one_line(result: Result, *wanted: str) -> None:
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("wenbao: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for text in wanted:
        assert text in result.err


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00"])
def test_an_empty_question(run: Run, collection: Path, question: str) -> None:
    run("build", collection)
    assert_one_line(run("ask", question), "空")
    assert_one_line(run("search", question), "空")


def test_a_question_of_a_hundred_thousand_characters(run: Run, collection: Path) -> None:
    run("build", collection)
    assert_one_line(run("ask", "问" * 100_000), "100000", "缩短")


def test_a_question_is_needed_to_search(run: Run) -> None:
    assert_one_line(run("search"), "--batch")


def test_an_empty_folder_leaves_the_index_as_it_was(run: Run, collection: Path, tmp_path: Path) -> None:
    run("build", collection)
    (tmp_path / "empty").mkdir()
    assert_one_line(run("build", tmp_path / "empty"), "没有可用的文章")
    assert len(run("articles", "--json").out.splitlines()) == 6


def test_a_source_that_is_not_there(run: Run) -> None:
    assert_one_line(run("build", "nowhere"), "nowhere")


def test_a_binary_file_named_txt_is_skipped_and_reported(run: Run, collection: Path) -> None:
    (collection / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8)
    result = run("build", collection, "--json")
    report = json.loads(result.out)
    assert result.code == 0
    assert (report["articles"], report["skipped"]) == (6, 1)
    assert report["skipped_files"][0]["path"].endswith("picture.txt")
    assert "picture.txt" in run("build", collection).out


def test_no_index(run: Run) -> None:
    for command in (["ask", "桥有多长？"], ["search", "桥"], ["articles"], ["show", "abc"]):
        assert_one_line(run(*command, "--index", "nowhere"), "wenbao build")


def damaged_copy(tmp_path: Path, content: Callable[[bytes], bytes]) -> Path:
    """Copy the index, with its library file changed and everything beside it gone."""
    copy = tmp_path / "damaged"
    copy.mkdir()
    with sqlite3.connect(tmp_path / "index" / "library.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = (tmp_path / "index" / "library.sqlite").read_bytes()
    (copy / "library.sqlite").write_bytes(content(whole))
    return copy


@pytest.mark.parametrize(
    "content", [lambda _: b"not a library" * 1000, lambda whole: whole[: len(whole) // 3]], ids=["other", "cut short"]
)
def test_a_damaged_index(run: Run, collection: Path, tmp_path: Path, content: Callable[[bytes], bytes]) -> None:
    run("build", collection)
    damaged = damaged_copy(tmp_path, content)
    for command in (["ask", "桥有多长？"], ["build", str(collection)]):
        assert_one_line(run(*command, "--index", damaged), "wenbao build")


def test_an_index_made_with_another_encoder(
    run: Run, collection: Path, hashing_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", collection)
    monkeypatch.setattr(type(hashing_encoder), "fingerprint", "hashing:2")
    assert_one_line(run("ask", "桥有多长？"))
    assert_one_line(run("build", collection))
    monkeypatch.undo()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_port_in_use(run: Run, collection: Path, busy_port: int) -> None:
    run("build", collection)
    assert_one_line(run("serve", "--port", busy_port), str(busy_port))


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1"])
def test_a_port_that_cannot_be(run: Run, port: str) -> None:
    assert_one_line(run("serve", f"--port={port}"), "--port")


@pytest.mark.parametrize(
    "arguments",
    [[], ["answer"], ["ask", "--nonsense"], ["show"], ["search", "桥", "--limit", "0"], ["model", "burn"]],
    ids=" ".join,
)
def test_a_wrong_call(run: Run, arguments: list[str]) -> None:
    assert_one_line(run(*arguments), "--help")


def test_an_unknown_article(run: Run, collection: Path) -> None:
    run("build", collection)
    assert_one_line(run("show", "zzz"), "zzz", "wenbao articles")
    assert_one_line(run("show", ""), "6 篇")


def test_a_wrong_settings_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wenbao.toml").write_text("colour = 'red'\n", encoding="utf-8")
    assert_one_line(run("articles"), "colour")
    (tmp_path / "wenbao.toml").write_text("port = \n", encoding="utf-8")
    assert_one_line(run("articles"), "wenbao.toml")


def test_a_batch_file_that_cannot_be_read(run: Run, collection: Path, tmp_path: Path) -> None:
    run("build", collection)
    assert_one_line(run("ask", "--batch", "nowhere.jsonl"), "nowhere.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b'{"question": "\xff\xfe\xfa"}\n')
    assert_one_line(run("ask", "--batch", "bytes.jsonl"), "UTF-8")


def test_an_error_of_the_system(run: Run, collection: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert_one_line(run("build", collection, "--index", "file"), "file")


def test_an_error_of_our_own_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("rag.serve.commands.articles", fail)
    assert_one_line(run("articles"), "ZeroDivisionError", "two lines", "WENBAO_TRACEBACK")
    monkeypatch.setenv("WENBAO_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("articles")


def test_control_c_is_no_error_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rag.serve.commands.articles", interrupt)
    assert run("articles") == Result(130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_second_control_c_ends_the_process_without_a_word() -> None:
    script = "import atexit, signal, sys, time; from rag.serve import cli, commands\n"
    script += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
    script += "def ready(word): sys.stdout.write(word); sys.stdout.flush(); time.sleep(20)\n"
    script += "atexit.register(ready, 'leaving')\n"
    script += "commands.articles = lambda *_: ready('running')\n"
    script += "sys.argv = ['wenbao', 'articles']; sys.exit(cli.main())"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        for word in (b"running", b"leaving"):
            assert process.stdout.read(7) == word
            process.send_signal(signal.SIGINT)
        assert process.wait(20) == -signal.SIGINT
        assert process.stderr.read() == b""


def test_a_reader_that_leaves_is_no_error() -> None:
    script = "import sys; from rag.serve import cli, commands\n"
    script += "def shout(*_):\n    while True: sys.stdout.write('x' * 9999)\n"
    script += "commands.articles = shout; sys.exit(cli.main(['articles']))"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
