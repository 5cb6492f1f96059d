"""Readers' judgements as a question set of the own collection, in the form that `rag.evaluate.suites` reads.

A question that was answered well becomes a case with its cited articles and quotes; a refusal that was right
becomes one that must be refused. What was judged bad has no right answer yet: it goes into a file of its own,
which is no set, for a person to fill in and move.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.index.feedback import Feedback
from rag.types import Article

NAME = "feedback"
CORPUS, QUERIES = f"{NAME}.corpus.jsonl", f"{NAME}.queries.jsonl"
UNANSWERABLE, UNFINISHED = "unanswerable.queries.jsonl", f"{NAME}.unfinished.jsonl"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cases:
    """Rows of the files of the same names."""

    queries: tuple[Row, ...]
    unanswerable: tuple[Row, ...]
    unfinished: tuple[Row, ...]


def cases(judgements: Sequence[Feedback], articles: Mapping[str, Article]) -> Cases:
    """Return one case a question, after the last judgement of it; `articles` are the collection's, by id."""
    last = {judgement.question: judgement for judgement in judgements}
    rows = [_row(number, judgement, articles) for number, judgement in enumerate(last.values(), 1)]
    good = [row for row in rows if row["meta"]["verdict"] == "up"]
    return Cases(
        tuple(row for row in good if row["gold_ids"]),
        tuple(row for row in good if row["type"] == "unanswerable"),
        tuple(row for row in rows if row not in good or not (row["gold_ids"] or row["type"] == "unanswerable")),
    )


def write_cases(made: Cases, articles: Iterable[Article], folder: Path) -> None:
    """Write the collection and its cases into a folder for `wenbao eval`; a file without rows is not written."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        CORPUS: [_corpus_row(article) for article in articles],
        QUERIES: made.queries,
        UNANSWERABLE: made.unanswerable,
        UNFINISHED: made.unfinished,
    }
    for name, rows in files.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).unlink(missing_ok=True)
        if lines:
            (folder / name).write_text(lines, encoding="utf-8")


def _row(number: int, judgement: Feedback, articles: Mapping[str, Article]) -> Row:
    """Return a case; its question is the one that stands alone, where a follow-up was asked."""
    record = json.loads(judgement.answer)
    cited = [citation for citation in record["citations"] if _holds(citation, articles)]
    whole = len(cited) == len(record["citations"])
    good = judgement.verdict == "up" and whole
    return {
        "id": f"{NAME}-{number:03}",
        "question": record["query"]["text"] or judgement.question,
        "answers": list(dict.fromkeys(citation["quote"] for citation in cited)) if good else [],
        "gold_ids": list(dict.fromkeys(citation["article_id"] for citation in cited)) if good else [],
        "dataset": NAME,
        "type": "unanswerable" if good and record["refusal"] is not None else "single",
        "meta": {
            "level": NAME,
            "verdict": judgement.verdict,
            "reason": judgement.reason,
            "asked": judgement.question,
            "answer": record["text"],
            "engine": record["engine"],
            "time": judgement.time,
        },
    }


def _holds(citation: Mapping[str, Any], articles: Mapping[str, Article]) -> bool:
    """Tell whether a quote still stands in the collection."""
    article = articles.get(citation["article_id"])
    return article is not None and article.text[citation["start"] : citation["end"]] == citation["quote"]


def _corpus_row(article: Article) -> Row:
    known = {"date": article.date, "url": article.url}
    row = {"id": article.id, "title": article.title, "text": article.text, "source": article.source}
    return row | {name: value for name, value in known.items() if value}
