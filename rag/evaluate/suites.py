"""Published question sets as suites: which questions are asked of which texts, and what a right answer holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
Alternatives = tuple[tuple[str, ...], ...]

RGB_PASSAGES = 5  # handed over with each question, as RGB does
RGB_NOISE = (0.0, 0.2, 0.4, 0.6, 0.8)  # shares of negatives among them


@dataclass(frozen=True, slots=True)
class Question:
    """One question with all that its answer is measured by.

    `answers` are alternatives, each a tuple of strings that must all occur; `points` are scored by
    coverage; `facts` are compared strictly. `gold` holds documents and their alternatives, of which
    `wanted` are needed. `passages`, where given, are the only texts to answer from. `hard`: a plain
    BM25 does not find it first. `false_answers` stand in edited passages. `search_only`: no answer is
    made, finding is all that is measured.
    """

    id: str
    question: str
    dataset: str
    kind: str
    answerable: bool = True
    history: tuple[str, ...] = ()
    answers: Alternatives = ()
    points: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    gold: frozenset[str] = frozenset()
    wanted: int = 0
    hard: bool = False
    extractive: bool = False
    false_answers: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    search_only: bool = False

    @property
    def group(self) -> str:
        """Questions of one document stand or fall together."""
        return min(self.gold, default=self.id)


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions to one collection; without sources each question brings its own passages.

    `names_titles`: the set marks questions that contain their document's title.
    """

    name: str
    sources: tuple[Path, ...]
    questions: tuple[Question, ...]
    names_titles: bool = False


def load_suites(folder: Path, collection: Path) -> list[Suite]:
    """Read every published file of the folder; `collection` holds the sources that `seeds_qa.jsonl` names."""
    suites = [_corpus_suite(path, folder) for path in sorted(folder.glob("*.corpus.jsonl"))]
    suites += [_passage_suite(path) for path in sorted(folder.glob("*.passages.jsonl"))]
    suites += [_reading_suite(path) for path in sorted(folder.glob("*.reading.jsonl"))]
    suites += [_collection_suite(path, collection) for path in sorted(folder.glob("*_qa.jsonl"))]
    return [suite for suite in suites if suite.questions]


def joined(suites: Sequence[Suite]) -> Suite:
    """All suites that have a corpus file, over all those files at once."""
    parts = [suite for suite in suites if suite.sources and suite.sources[0].name.endswith(".corpus.jsonl")]
    sources = tuple(source for suite in parts for source in suite.sources)
    return Suite("joint", sources, tuple(question for suite in parts for question in suite.questions))


def limited(suite: Suite, limit: int) -> Suite:
    """The suite with at most `limit` questions of each kind, spread evenly over the set."""
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in suite.questions:
        kinds[question.kind].append(question)
    kept = [question for members in kinds.values() for question in members[:: max(1, len(members) // limit)][:limit]]
    return replace(suite, questions=tuple(kept))


def read_rows(path: Path) -> list[Row]:
    """Rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


# --- corpora ------------------------------------------------------------------------------------------


def _corpus_suite(corpus: Path, folder: Path) -> Suite:
    name = corpus.name.removesuffix(".corpus.jsonl")
    queries, unanswerable = folder / f"{name}.queries.jsonl", folder / "unanswerable.queries.jsonl"
    rows = read_rows(queries) if queries.is_file() else []
    questions = [_query(row) for row in rows]
    questions += [_in_simplified(row) for row in rows if "question_hans" in row["meta"]]
    if unanswerable.is_file():
        questions += [_unanswerable(row) for row in read_rows(unanswerable) if row["dataset"] == name]
    return Suite(name, (corpus,), tuple(questions), any("names_title" in row["meta"] for row in rows))


def _query(row: Row) -> Question:
    meta = row["meta"]
    points = _key_points(row)
    return Question(
        id=row["id"],
        question=row["question"],
        dataset=row["dataset"],
        kind=row["type"],
        history=tuple(turn["question"] for turn in meta.get("history", ())),
        answers=() if points else _alternatives(row),
        points=points,
        gold=frozenset([*row["gold_ids"], *meta.get("alt_ids", ())]),
        wanted=len(row["gold_ids"]),
        hard=meta.get("bm25_rank", 1) != 1,
        extractive=not points and row["type"] != "summary" and meta.get("answer_in_gold", True),
    )


def _in_simplified(row: Row) -> Question:
    return replace(_query(row), question=row["meta"]["question_hans"], dataset=f"{row['dataset']}-simplified")


def _key_points(row: Row) -> tuple[str, ...]:
    if row["meta"].get("answer_mode") != "key_points_all":
        return ()
    facts = row["meta"].get("facts")
    texts = [_after_question(fact) for fact in facts] if facts else row["answers"]
    return tuple(point for text in texts for point in text.split("、") if point)


def _after_question(fact: str) -> str:
    """The answer of a "question answer" pair."""
    return fact.replace("?", "？").rpartition("？")[2].strip()


def _alternatives(row: Row) -> Alternatives:
    nested = row["meta"].get("answer_any_of_all_of")
    return tuple(map(tuple, nested)) if nested else tuple((answer,) for answer in row["answers"])


def _unanswerable(row: Row) -> Question:
    return Question(row["id"], row["question"], row["dataset"], row["meta"]["level"], answerable=False)


# --- passages handed over with the question -----------------------------------------------------------


def _passage_suite(path: Path) -> Suite:
    name = path.name.removesuffix(".passages.jsonl")
    questions = [replace(question, dataset=name) for row in read_rows(path) for question in _passage_questions(row)]
    return Suite(name, (), tuple(questions))


def _passage_questions(row: Row) -> Iterator[Question]:
    """One question for each mixture of passages: negatives alone, rising noise, true and edited passages."""
    mixture = "parts" if row["type"] == "multi" else "noise"
    if row["negative"]:
        yield _with_passages(row, "negatives", row["negative"], answerable=False)
    if row["type"] == "counterfactual":
        true, edited = (_titled(row, row[key]) for key in ("positive", "positive_wrong"))
        yield _with_passages(row, "true", [*true, *row["negative"]][:RGB_PASSAGES])
        question = _with_passages(row, "edited", [*edited, *row["negative"]][:RGB_PASSAGES])
        yield replace(question, false_answers=tuple(_listed(row["fake_answer"])))
        return
    for noise in RGB_NOISE:
        negatives = round(RGB_PASSAGES * noise)
        passages = [*_positives(row, RGB_PASSAGES - negatives), *row["negative"][:negatives]]
        yield _with_passages(row, f"{mixture} {noise:.1f}", passages)


def _with_passages(row: Row, kind: str, passages: Sequence[str], answerable: bool = True) -> Question:
    groups = row.get("answer_groups")
    answers = tuple(product(*groups)) if groups else tuple((answer,) for answer in row["answers"])
    return Question(
        id=f"{row['id']}/{kind}",
        question=row["question"],
        dataset=row["dataset"],
        kind=kind,
        answerable=answerable,
        answers=answers if answerable else (),
        passages=tuple(passages),
    )


def _titled(row: Row, passages: Sequence[str]) -> list[str]:
    """Windows of a page that the row names, each under the page's title."""
    title = row.get("title", "")
    return [passage if not title or passage.startswith(title) else f"{title}\n{passage}" for passage in passages]


def _positives(row: Row, count: int) -> list[str]:
    """At most `count` positives; of a nested list one of each part first, as many as there are parts at least."""
    if not row["positive"] or isinstance(row["positive"][0], str):
        return list(row["positive"][:count])
    parts = row["positive"]
    rounds = [part[at] for at in range(max(map(len, parts))) for part in parts if at < len(part)]
    return rounds[: max(count, len(parts))]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# --- reading comprehension and the default collection -------------------------------------------------


def _reading_suite(path: Path) -> Suite:
    name = path.name.removesuffix(".reading.jsonl")
    questions = [_reading(name, row, part) for row in read_rows(path) for part in row["qas"]]
    return Suite(name, (), tuple(questions))


def _reading(name: str, row: Row, part: Row) -> Question:
    return Question(
        id=part["id"],
        question=part["question"],
        dataset=name,
        kind=part["type"],
        answerable=part["type"] != "unanswerable",
        answers=tuple((answer,) for answer in part["answers"]) if part["type"] == "extractive" else (),
        extractive=part["type"] == "extractive",
        passages=(row["passage"],),
    )


def _collection_suite(path: Path, collection: Path) -> Suite:
    """Empty when the collection lacks a source that a question names."""
    rows = read_rows(path)
    named = {row["source"] for row in rows if row["source"]}
    complete = all((collection / source).is_file() for source in named)
    name = path.name.removesuffix("_qa.jsonl")
    questions = tuple(_collection_question(name, row) for row in rows) if complete else ()
    return Suite(name, (collection,), questions)


def _collection_question(name: str, row: Row) -> Question:
    return Question(
        id=row["id"],
        question=row["question"],
        dataset=name,
        kind=row["type"],
        answerable=row["source"] is not None,
        history=tuple(row["history"]),
        facts=tuple(row["facts"]),
        gold=frozenset([row["source"]] if row["source"] else ()),
        wanted=int(row["source"] is not None),
    )
