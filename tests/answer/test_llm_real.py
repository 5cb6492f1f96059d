"""Real language models: the packaged GGUF in process and behind its server, and transformers on a tiny checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.answer.assistant import Assistant
from rag.answer.llm_endpoint import EndpointAnswerer
from rag.answer.llm_gguf import GgufAnswerer, _serve
from rag.answer.llm_transformers import TransformersAnswerer
from rag.answer.models import DEFAULT_MODEL, find_model
from rag.answer.prompt import messages
from rag.answer.verify import check_answer
from rag.config import Config
from rag.errors import AnswererError
from rag.types import Answer, Answerer, Query, Turn
from tests.answer.drafting import article, evidence_of
from tests.answer.test_seeds import ROWS, right
from tests.tiny_model import make_checkpoint

pytestmark = [pytest.mark.llm, pytest.mark.timeout(900)]

Asking = Callable[..., Assistant]
SIX = ("dev-02", "dev-06", "dev-15", "dev-18", "dev-31", "dev-30")
LEAST_RIGHT, LEAST_OWN = 5, 3
PATIENT = Config(answerer="gguf", timeout_seconds=120)
KEY = "known-to-this-test"
BRIDGE = "白沙河大桥工程总投资3.2亿元,由江城建设集团承建。"
DRAFT = "白沙河大桥工程总投资3.2亿元。[1]"
QUESTION = "白沙河大桥工程总投资多少？"


@pytest.fixture(scope="module")
def model() -> Path:
    pytest.importorskip("xllamacpp", reason="the extra local-llm is not installed: pip install -e '.[local-llm]'")
    try:
        return find_model(DEFAULT_MODEL)
    except AnswererError:
        pytest.skip("the local language model is not on this machine: run wenbao model fetch")


@pytest.fixture(scope="module")
def gguf(model: Path) -> GgufAnswerer:
    return GgufAnswerer(model, PATIENT)


@pytest.fixture(scope="module")
def address(model: Path) -> Iterator[str]:
    """The model's OpenAI-compatible server on loopback."""
    server = _serve(model, PATIENT, KEY)
    yield f"{server.listening_address}/v1"


def ask(assistant: Assistant, writer: Answerer, row: dict[str, Any]) -> Answer:
    asked = Assistant(assistant.retriever, {"model": writer})
    answer = asked.ask(row["question"], [Turn(one) for one in row["history"]])
    check_answer(answer)
    assert all(sentence.markers for sentence in answer.sentences)
    print(json.dumps([row["id"], answer.engine, answer.text, answer.notes], ensure_ascii=False))
    return answer


def test_six_questions_in_process(seeds_assistant: Assistant, gguf: GgufAnswerer) -> None:
    rows = [row for row in ROWS if row["id"] in SIX]
    answers = [ask(seeds_assistant, gguf, row) for row in rows]
    assert sum(right(row, answer) for row, answer in zip(rows, answers, strict=True)) >= LEAST_RIGHT
    assert sum(answer.engine == gguf.name for answer in answers) >= LEAST_OWN
    assert all(answer.refusal is not None for row, answer in zip(rows, answers, strict=True) if not row["facts"])


def test_stopping_ends_the_model_s_work(gguf: GgufAnswerer) -> None:
    stream = gguf.stream(Query(QUESTION, QUESTION), evidence_of(article("a", BRIDGE)))
    assert next(iter(stream))
    stream.close()  # type: ignore[attr-defined]
    again = "".join(gguf.stream(Query(QUESTION, QUESTION), evidence_of(article("a", BRIDGE))))
    assert "3.2亿" in again


def test_served_to_the_openai_client(over: Asking, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_API_KEY", KEY)
    writer = EndpointAnswerer(Config(endpoint=address, model=DEFAULT_MODEL, timeout_seconds=300))
    answer = ask(over(BRIDGE), writer, {"id": "served", "question": QUESTION, "history": []})
    assert "3.2亿元" in answer.text
    assert answer.engine == DEFAULT_MODEL


def test_a_wrong_key_is_told(over: Asking, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_API_KEY", "wrong")
    writer = EndpointAnswerer(Config(endpoint=address, model=DEFAULT_MODEL, timeout_seconds=60))
    answer = ask(over(BRIDGE), writer, {"id": "wrong key", "question": QUESTION, "history": []})
    assert answer.engine == "extractive"
    assert "WENBAO_API_KEY" in answer.notes[0]
    assert "3.2亿元" in answer.text


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Qwen2 that has learnt one answer by heart."""
    folder = tmp_path_factory.mktemp("tiny")
    chat = messages(Query(QUESTION, QUESTION), evidence_of(article("passage-1", BRIDGE, BRIDGE[:1])), 600, len)
    make_checkpoint(folder, chat, DRAFT)
    return folder


def test_transformers_write_with_a_real_checkpoint(checkpoint: Path) -> None:
    writer = TransformersAnswerer(Config(model=str(checkpoint), device="cpu", answer_tokens=64))
    evidence = evidence_of(article("passage-1", BRIDGE, BRIDGE[:1]))
    pieces = list(writer.stream(Query(QUESTION, QUESTION), evidence))
    assert len(pieces) > 1
    assert "".join(pieces) == DRAFT


def test_what_transformers_write_is_checked_like_any_draft(over: Asking, checkpoint: Path) -> None:
    writer = TransformersAnswerer(Config(model=str(checkpoint), device="cpu", answer_tokens=64))
    answer = ask(over(BRIDGE.replace("3.2", "4.7")), writer, {"id": "tiny", "question": QUESTION, "history": []})
    assert "4.7亿元" in answer.text
    assert "3.2" not in answer.text
