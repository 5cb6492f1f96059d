"""All questions of the default collection put to the local language model; the report is kept beside this file.

python -m tests.bench.language_model    writes tests/bench/results/language-model.md
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rag.answer.assistant import Assistant
from rag.answer.llm_gguf import GgufAnswerer
from rag.answer.models import DEFAULT_MODEL, find_model
from rag.answer.verify import check_answer
from rag.application import build_collection, load_library
from rag.config import Config
from rag.evaluate.run import code_version
from rag.evaluate.support import CitedSentence, Quote, judge
from rag.index.encoder import load_encoder
from rag.search.retriever import Retriever
from rag.types import Answer, Answerer, Done, Retrieved, Token, Turn
from tests.answer.test_seeds import ROWS, right

REPORT = Path(__file__).parent / "results" / "language-model.md"
OWN, FALLBACK, REFUSED = "the model's own", "fallback to the sources' words", "refused"
LEAST_PRECISION, LEAST_FACTS, LEAST_OWN = 0.98, 19, 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer, who wrote it, and when each stage was reached, in seconds."""

    row: dict[str, Any]
    answer: Answer
    evidence: float
    token: float | None
    whole: float

    @property
    def author(self) -> str:
        """OWN, FALLBACK or REFUSED."""
        if self.answer.refusal is not None:
            return REFUSED
        return FALLBACK if self.answer.engine == "extractive" else OWN

    @property
    def right(self) -> bool:
        """Every fact is told and quoted; an unanswerable question is refused."""
        return right(self.row, self.answer)


def ask(assistant: Assistant, row: dict[str, Any]) -> Asked:
    """Put one question and note the time of the first sources, of the first word and of the checked answer."""
    started = perf_counter()
    evidence: float | None = None
    token: float | None = None
    for event in assistant.stream(row["question"], [Turn(one) for one in row["history"]]):
        if isinstance(event, Retrieved):
            evidence = evidence or perf_counter() - started
        elif isinstance(event, Token):
            token = token or perf_counter() - started
        elif isinstance(event, Done):
            check_answer(event.answer)
            return Asked(row, event.answer, evidence or 0.0, token, perf_counter() - started)
    raise AssertionError("a stream ends with Done")


def verdicts(asked: Sequence[Asked]) -> list[bool]:
    """Tell of every citation whether it supports the sentence it stands on."""
    return [fine for one in asked for sentence in cited_sentences(one.answer) for fine in judge(sentence)]


def cited_sentences(answer: Answer) -> list[CitedSentence]:
    """Return the sentences of an answer with their quotes."""
    known = {citation.marker: citation for citation in answer.citations}

    def quote(marker: int) -> Quote:
        article = answer.articles[known[marker].article_id]
        return Quote(known[marker].quote, article.title, article.date)

    return [
        CitedSentence(answer.text[one.start : one.end], tuple(quote(marker) for marker in one.markers))
        for one in answer.sentences
    ]


def figures(name: str, asked: Sequence[Asked]) -> str:
    """Return one row of the table."""
    fine = verdicts(asked)
    sentences = [sentence for one in asked for sentence in one.answer.sentences]
    bare = sum(not sentence.markers for sentence in sentences)
    precision = f"{sum(fine) / len(fine):.3f} of {len(fine)}" if fine else "–"
    return (
        f"| {name} | {len(asked)} | {sum(one.right for one in asked)} | {precision} | {bare} of {len(sentences)} "
        f"| {median([one.evidence for one in asked])} | {median([one.token for one in asked if one.token])} "
        f"| {median([one.whole for one in asked])} |"
    )


def median(values: Sequence[float]) -> str:
    """Return the middle value in seconds."""
    return f"{sorted(values)[len(values) // 2]:.1f}" if values else "–"


def report(asked: Sequence[Asked], model: str) -> str:
    """Return the report as Markdown."""
    parts = [(name, [one for one in asked if one.author == name]) for name in (OWN, FALLBACK, REFUSED)]
    lines = [
        f"# {model} on the default collection's questions",
        "",
        f"{date.today().isoformat()}, code version {code_version()}, {platform.machine()} with {os.cpu_count()} cores, "
        "no GPU. Written by `make bench-llm`. Seconds are medians.",
        "",
        "| answers | questions | right | citation precision | sentences without citation | first sources | first word | whole |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(figures(name, part) for name, part in parts if part),
        figures("all", asked),
        "",
        "Right: every expected fact stands in the answer and in a cited quote; an unanswerable question is refused.",
        "",
    ]
    return "\n".join([*lines, *(line for one in asked for line in told(one))]) + "\n"


def told(one: Asked) -> list[str]:
    """Return a question with its answer, for reading."""
    verdict = "right" if one.right else "WRONG"
    quoted = [f"> {line}" for line in [*one.answer.text.splitlines(), *(f"注：{note}" for note in one.answer.notes)]]
    return [f"**{one.row['question']}** {one.author}, {verdict}, {one.whole:.0f} s", "", *quoted, ""]


def shortfalls(asked: Sequence[Asked]) -> list[str]:
    """Return what is below its bound."""
    answerable = [one for one in asked if one.row["facts"]]
    fine = verdicts(asked)
    found = []
    if sum(fine) < LEAST_PRECISION * len(fine):
        found.append("citation precision")
    if any(not sentence.markers for one in asked for sentence in one.answer.sentences):
        found.append("a sentence without citation")
    if sum(one.right for one in answerable) < LEAST_FACTS:
        found.append("facts")
    if not all(one.right for one in asked if not one.row["facts"]):
        found.append("refusals")
    if sum(one.author == OWN for one in answerable) < LEAST_OWN * len(answerable):
        found.append("the model's own share")
    return found


def measure(writer: Answerer, rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Ask a model all the questions over a fresh index of the default collection."""
    with TemporaryDirectory() as folder:
        config = Config(index=folder)
        build_collection(config, [Path("seeds")])
        encoder = load_encoder(config.encoder, config.device)
        with load_library(config, encoder) as library:
            assistant = Assistant(Retriever(library, encoder), {"model": writer})
            asked = []
            for row in rows:
                asked.append(ask(assistant, row))
                print(f"{row['id']} {asked[-1].author}, {asked[-1].right}, {asked[-1].whole:.0f} s", flush=True)
            return asked


def main() -> None:
    """Ask, write the report, and fail where a bound is missed."""
    writer = GgufAnswerer(find_model(DEFAULT_MODEL), Config(answerer="gguf", timeout_seconds=180))
    asked = measure(writer, ROWS)
    REPORT.write_text(report(asked, writer.name), encoding="utf-8")
    print(report(asked, writer.name))
    if missed := shortfalls(asked):
        raise SystemExit(f"below its bound: {', '.join(missed)}")


if __name__ == "__main__":
    main()
