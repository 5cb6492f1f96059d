"""The whole way on a small set of the project's own: files in, figures out."""

import json
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import CollectionError
from rag.evaluate import run as runner
from rag.evaluate.report import from_json
from tests.conftest import TINY, HashingEncoder

QUERIES = [
    ("q-bridge", "青石桥全长多少米？", "420米", "doc-桥"),
    ("q-tea", "全镇茶园面积是多少？", "2.3万亩", "doc-茶"),
    ("q-school", "实验小学的校长是谁？", "赵敏", "doc-校"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "load_encoder", lambda name, device: HashingEncoder())
    corpus = [{"id": f"doc-{name}", "title": title, "text": text} for name, (title, text) in TINY.items()]
    queries = [
        {"id": one, "question": question, "answers": [answer], "gold_ids": [gold], "dataset": "tiny", "type": "single",
         "meta": {"bm25_rank": 1, "names_title": False}}
        for one, question, answer, gold in QUERIES
    ]  # fmt: skip
    passages = [
        {"id": "p", "question": "青石桥全长多少米？", "answers": ["420米"], "answer_groups": [["420米"]],
         "positive": [TINY["桥"][1]], "negative": [TINY["医"][1]], "dataset": "few", "type": "single"},
    ]  # fmt: skip
    for name, rows in (("tiny.corpus", corpus), ("tiny.queries", queries), ("few.passages", passages)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def config(folder: Path) -> Config:
    return Config(index=str(folder / "index"), collection=str(folder / "none"))


def test_the_report_has_every_set_and_is_written(folder: Path) -> None:
    out = folder / "reports" / "report.json"
    report = runner.run(config(folder), folder, out)
    assert report.figures["tiny"]["hit@1"].value == 1
    assert report.figures["tiny"]["hit@1"].count == len(QUERIES)
    assert report.figures["few"]["refused"].count == 1
    assert from_json(out.read_text(encoding="utf-8")) == report
    rows = [json.loads(line) for line in out.with_suffix(".rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["id"] for row in rows} >= {"q-bridge", "p/negatives", "p/noise 0.0"}
    assert out.with_suffix(".md").read_text(encoding="utf-8").startswith("| set |")


def test_a_gold_document_that_is_elsewhere_scores_zero(folder: Path) -> None:
    queries = folder / "tiny.queries.jsonl"
    queries.write_text(queries.read_text(encoding="utf-8").replace('"gold_ids": ["doc-', '"gold_ids": ["no-'))
    report = runner.run(config(folder), folder, None, runner.Choice(only=("tiny",)))
    assert report.figures["tiny"]["hit@1"].value == 0
    assert report.failures["tiny"]["not found first"] == [one for one, *_ in QUERIES]


def test_a_second_run_encodes_nothing_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = HashingEncoder()
    monkeypatch.setattr(runner, "load_encoder", lambda name, device: encoder)
    runner.run(config(folder), folder)
    encoded = encoder.encoded_passages
    assert encoded
    runner.run(config(folder), folder)
    assert encoder.encoded_passages == encoded


def test_joint_asks_corpora_only_and_limit_and_only_choose(folder: Path) -> None:
    report = runner.run(config(folder), folder, None, runner.Choice(joint=True, limit=1))
    assert report.about["library"] == "one of all corpora"
    assert report.figures["tiny"]["hit@1"].count == 1
    assert "few" not in report.figures


def test_an_empty_question_is_an_error_of_its_row_alone(folder: Path) -> None:
    queries = folder / "tiny.queries.jsonl"
    queries.write_text(queries.read_text(encoding="utf-8").replace("全镇茶园面积是多少？", ""))
    report = runner.run(config(folder), folder, None, runner.Choice(only=("tiny",)))
    assert report.failures["tiny"]["error"] == ["q-tea"]
    assert report.figures["tiny"]["hit@1"].value == pytest.approx(2 / 3)


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CollectionError):
        runner.run(config(tmp_path), tmp_path)


def test_the_version_is_twelve_digits_of_the_code() -> None:
    assert len(runner.code_version()) == 12
    assert runner.code_version() == runner.code_version()
