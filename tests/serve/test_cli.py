"""The command line's promises: what each command prints, and that JSON is alone on standard output."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rag.types import Article, Encoder
from tests.serve.commands import Result, Run, make_run, write_collection

CITATION = {"marker", "document_id", "article_id", "source", "title", "date", "quote", "start", "end"}
SENTENCE = {"document_id", "article_id", "start", "end", "score"}
ROW = {
    "id",
    "question",
    "answer",
    "refused",
    "refusal",
    "sentences",
    "citations",
    "evidence",
    "hits",
    "nearest",
    "timings_ms",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, bundled_encoder: Encoder, tiny_articles: list[Article]) -> Path:
    """A folder with six short articles and the index made of them."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as monkeypatch:
        write_collection(folder / "seeds", tiny_articles)
        assert make_run(monkeypatch, None, folder, bundled_encoder)("build").code == 0
    return folder


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    built: Path,
    bundled_encoder: Encoder,
) -> Run:
    """Run commands in a folder of its own that is a copy of `built`."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return make_run(monkeypatch, capsys, tmp_path, bundled_encoder)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.code == 0, result.err
    return [json.loads(line) for line in result.out.splitlines()]


def ask_batch(run: Run, folder: Path, *questions: object) -> list[dict[str, Any]]:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in questions), encoding="utf-8")
    return rows(run("ask", "--batch", path, "--json"))


def test_build_counts_what_it_did(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "桥.txt").unlink()
    (tmp_path / "seeds" / "新.txt").write_text("新的文章\n今天天气很好，公园里的花都开了。", encoding="utf-8")
    (report,) = rows(run("build", "--json"))
    assert {name: report[name] for name in ("articles", "added", "removed", "skipped")} == {
        "articles": 6,
        "added": 1,
        "removed": 1,
        "skipped": 0,
    }
    assert {"passages", "changed", "seconds"} <= report.keys()


def test_articles_are_rows(run: Run) -> None:
    found = rows(run("articles", "--json"))
    assert len(found) == 6
    wanted = {"id", "document_id", "title", "subtitle", "byline", "date", "raw_spans", "text"}
    assert all(wanted <= row.keys() for row in found)
    assert "青石桥重新通车" in run("articles").out


def test_show_takes_the_beginning_of_an_id(run: Run) -> None:
    article = next(row for row in rows(run("articles", "--json")) if row["document_id"] == "桥.txt")
    assert article["text"] in run("show", article["id"]).out
    assert rows(run("show", article["id"][:12], "--json"))[0] == article


def test_a_batch_gives_one_row_a_question_in_order(run: Run, tmp_path: Path) -> None:
    asked = [
        {"id": "a", "question": "青石桥全长多少米？"},
        {"id": 2, "question": "火星上有几家邮局？", "more": "ignored"},
        {"id": "c", "question": "社区图书馆采取哪些措施？", "history": ["你好"]},
    ]
    found = ask_batch(run, tmp_path, *asked)
    assert [row["id"] for row in found] == ["a", 2, "c"]
    texts = {row["id"]: row["text"] for row in rows(run("articles", "--json"))}
    for row in found:
        assert row.keys() >= ROW
        assert {"encode", "search", "answer", "total"} <= row["timings_ms"].keys()
        assert len(row["evidence"]) <= 10
        assert all(item.keys() == SENTENCE for item in row["evidence"])
        assert all(hit.keys() == SENTENCE | {"passage_id"} for hit in row["hits"])
        assert row["refused"] == (row["refusal"] is not None)
        assert not (row["refused"] and row["citations"])
        for citation in row["citations"]:
            assert citation.keys() == CITATION
            assert texts[citation["article_id"]][citation["start"] : citation["end"]] == citation["quote"]
            assert f"[{citation['marker']}]" in row["answer"]
        for sentence in row["sentences"]:
            assert 0 <= sentence["start"] < sentence["end"] <= len(row["answer"])
            assert set(sentence["markers"]) <= {citation["marker"] for citation in row["citations"]}
    assert found[0]["hits"] and found[1]["hits"]


def test_passages_of_a_row_are_all_there_is_for_it(run: Run, tmp_path: Path) -> None:
    passages = ["红星水库今年蓄水3200万立方米，比去年多两成。", "水库旁新建了观景台。"]
    (row,) = ask_batch(run, tmp_path, {"id": 1, "question": "红星水库今年蓄水多少？", "passages": passages})
    cited = {hit["document_id"] for hit in row["hits"]}
    assert cited and cited <= {"passage-1", "passage-2"}
    assert len(rows(run("articles", "--json"))) == 6


def test_rows_that_fail_say_so_and_the_others_go_on(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [
        '{"id": 1, "question": ""}',
        "not json",
        '["a list"]',
        '{"id": 4}',
        '{"id": 5, "question": "桥有多长？", "history": "no list"}',
        '{"id": 6, "question": "桥有多长？", "passages": [1, 2]}',
        "",
        '{"id": 8, "question": "青石桥全长多少米？"}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = rows(run("ask", "--batch", path, "--json"))
    assert [row.get("id") for row in found] == [1, None, None, 4, 5, 6, 8]
    assert ["error" in row for row in found] == [True] * 6 + [False]
    assert "第 2 行" in found[1]["error"]


def test_a_batch_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "question": "青石桥"}\n'))
    (row,) = rows(run("search", "--batch", "-", "--json"))
    assert row["hits"][0]["document_id"] == "桥.txt"


def test_search_gives_the_hits_alone(run: Run) -> None:
    (row,) = rows(run("search", "青石桥总投资", "--json"))
    assert row["hits"][0]["document_id"] == "桥.txt"
    assert "answer" not in row
    shown = run("search", "青石桥总投资", "--limit", "2").out.splitlines()
    assert len(shown) == 4
    assert "《青石桥重新通车》" in shown[0]


def test_an_answer_as_text_names_its_sources(run: Run) -> None:
    shown = run("ask", "青石桥全长多少米？").out
    assert "420" in shown
    assert "出处：" in shown
    assert "《青石桥重新通车》，桥.txt\n  [1] 第 1 段：" in shown


def test_questions_follow_one_another(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("青石桥全长多少米？\n\n" + "长" * 100_000 + "\n总投资多少？\n"))
    result = run("ask", "--json")
    assert [row["question"] for row in rows(result)] == ["青石桥全长多少米？", "总投资多少？"]
    assert "缩短" in result.err


def test_what_libraries_print_stays_off_standard_output() -> None:
    script = (
        "import os, sys\n"
        "from rag.serve.output import clean_output, write_row\n"
        "with clean_output() as output:\n"
        "    print('from python')\n"
        "    os.write(1, b'from c\\n')\n"
        "    write_row(output, {'字': '\\ud800'})\n"
        "print('after')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    first, second = done.stdout.decode("utf-8").splitlines()
    assert json.loads(first) == {"字": "\ud800"}
    assert second == "after"
    assert b"from python" in done.stderr and b"from c" in done.stderr


def test_help_is_instant_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from rag.serve.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'torch', 'transformers', 'faiss', 'tantivy', 'gradio', 'jinja2', 'openai'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    durations = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, env={**os.environ})
        durations.append(time.perf_counter() - started)
    assert min(durations) < 1.0


def test_version(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("wenbao ")
