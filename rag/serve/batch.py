"""Many questions from a JSON Lines file: one row in, one row out, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag.config import Config
from rag.errors import UsageError
from rag.render.rows import answer_row, hit_rows
from rag.serve.output import error_row, write_row
from rag.types import Answer, Answerer, Article, Done, Encoder, Retrieved, Turn

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant

Row = Mapping[str, Any]


class Assistants:
    """Opens the assistant over the library, or over the passages of a row, when a row needs it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._over_library: Assistant | None = None
        self._encoder: Encoder | None = None
        self._writers: dict[str, Answerer] | None = None

    def over(self, passages: Sequence[str] | None) -> Assistant:
        """Return the assistant that answers from these passages alone; None stands for the library."""
        from rag.application import assistant_over

        if passages is None:
            return self.over_library()
        return assistant_over(passages, self._any_encoder(), self._config, self._language_models())

    def over_library(self) -> Assistant:
        """Return the assistant over the library, opened once."""
        from rag.application import open_assistant

        if self._over_library is None:
            self._over_library = open_assistant(self._config)
        return self._over_library

    def _any_encoder(self) -> Encoder:
        """Return the encoder, loaded once and shared with the library's assistant where that is open."""
        from rag.index.encoder import load_encoder

        if self._over_library:
            return self._over_library.retriever.encoder
        if self._encoder is None:
            self._encoder = load_encoder(self._config.encoder, self._config.device)
        return self._encoder

    def _language_models(self) -> dict[str, Answerer]:
        """Return the language models, made once and shared with the library's assistant where that is open."""
        from rag.application import language_models

        if self._over_library:
            return self._over_library.answerers
        if self._writers is None:
            self._writers = language_models(self._config)
        return self._writers


def run_batch(path: Path, answer: Callable[[Row], dict[str, Any]], stream: TextIO) -> None:
    """Write one row a question; one that fails has "error" and the others go on.

    Raises:
        UsageError: the file cannot be read.
    """
    for row, problem in read_rows(path):
        if problem:
            write_row(stream, error_row(row, problem))
            continue
        try:
            write_row(stream, answer(row))
        except Exception as error:
            write_row(stream, error_row(row, error))


def read_rows(path: Path) -> Iterator[tuple[Row, UsageError | None]]:
    """Yield each non-empty line's row with what is wrong with it, or None.

    Raises:
        UsageError: the file cannot be read.
    """
    for number, line in enumerate(_lines(path), start=1):
        if line.strip():
            yield _row(line, number)


def ask_row(assistants: Assistants, row: Row, answerer: str) -> dict[str, Any]:
    """Answer one row.

    Raises:
        UsageError: the question is missing, empty or too long, or history or passages are no lists of texts.
    """
    assistant = assistants.over(_passages(row))
    answer, articles = answer_of(assistant, _question(row), turns(_texts(row, "history")), answerer)
    return {"id": row.get("id"), "question": row["question"], **answer_row(answer, articles)}


def search_row(assistants: Assistants, row: Row) -> dict[str, Any]:
    """Search for one row.

    Raises:
        UsageError: as `ask_row`.
    """
    assistant = assistants.over(_passages(row))
    found = assistant.search(_question(row), turns(_texts(row, "history")))
    return {
        "id": row.get("id"),
        "question": row["question"],
        "query": found.query.text,
        "hits": hit_rows(found.hits, found.articles),
        "timings_ms": found.timings_ms,
    }


def answer_of(
    assistant: Assistant, question: str, history: Sequence[Turn], answerer: str
) -> tuple[Answer, dict[str, Article]]:
    """Return the answer and the articles of its hits."""
    articles: dict[str, Article] = {}
    for event in assistant.stream(question, history, answerer):
        if isinstance(event, Retrieved):
            articles = event.articles
        if isinstance(event, Done):
            return event.answer, articles
    raise UsageError("回答没有完成，请再试一次")


def turns(questions: Sequence[str]) -> list[Turn]:
    """Return earlier questions as turns without their answers."""
    return [Turn(question) for question in questions]


def _row(line: str, number: int) -> tuple[Row, UsageError | None]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}, UsageError(f"第 {number} 行不是 JSON")
    if not isinstance(row, dict):
        return {}, UsageError(f"第 {number} 行不是 JSON 对象")
    return row, None


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} 不是 UTF-8 编码的文本，请转换后再试") from error
    except OSError as error:
        raise UsageError(f"无法读取 {path}：{error.strerror}") from error


def _question(row: Row) -> str:
    question = row.get("question")
    if not isinstance(question, str):
        raise UsageError("缺少 question，或它不是文字")
    return question


def _passages(row: Row) -> list[str] | None:
    return None if row.get("passages") is None else _texts(row, "passages")


def _texts(row: Row, name: str) -> list[str]:
    texts = row.get(name) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{name} 应为文字的列表")
    return texts
