"""Outcomes to figures with confidence intervals, to failures by cause, and to tables."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rag.evaluate.metrics import characters_a_point
from rag.evaluate.outcome import RIGHT_REFUSAL, WRONG_REFUSAL, Outcome, measure
from rag.evaluate.refusal import Operating, curve
from rag.evaluate.statistics import Figure, balanced_figure, figure

COLUMNS = (
    "hit@1",
    "hit@1 hard",
    "hit@5",
    "recall@5",
    "MRR@10",
    "nDCG@10",
    "evidence@1",
    "evidence@3",
    "answer",
    "points",
    "all facts",
    "citation precision",
    "citation recall",
    "first citation",
    RIGHT_REFUSAL,
    WRONG_REFUSAL,
    "balanced",
    "edited answer",
)
PAIRED_LEVELS = ("far", "near")  # unanswerable questions that are judged with their dataset's answerable ones

Figures = dict[str, dict[str, Figure]]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by set and measure, the refusal curve, and the ids that failed, by set and cause.

    `about` says what was measured: version, encoder, date, options.
    """

    about: dict[str, str]
    figures: Figures
    curve: list[Operating]
    failures: dict[str, dict[str, list[str]]]
    milliseconds: dict[str, float] = field(default_factory=dict)


def make_report(outcomes: Sequence[Outcome], about: dict[str, str]) -> Report:
    """Aggregate the outcomes by set, by kind within a set, and over all paired sets."""
    sets = dict(_sets(outcomes))
    figures = {name: aggregate(members) for name, members in sets.items()}
    failures = {name: _failures(members) for name, members in sets.items() if "/" not in name}
    return Report(about, figures, _curve(sets.get("all", [])), failures, _speed(outcomes))


def aggregate(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Means of every measure that applies to some outcome, and balanced accuracy where both classes occur."""
    measured: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for outcome in outcomes:
        for name, value in measure(outcome).items():
            measured[name].append((value, outcome.question.group))
    figures = {name: figure([v for v, _ in rows], [g for _, g in rows]) for name, rows in measured.items()}
    if RIGHT_REFUSAL in measured and WRONG_REFUSAL in measured:
        refused, wrong = measured[RIGHT_REFUSAL], measured[WRONG_REFUSAL]
        figures["balanced"] = balanced_figure([v for v, _ in refused], [v for v, _ in wrong], [g for _, g in wrong])
    return figures | _characters(outcomes)


def to_json(report: Report) -> str:
    """The report as JSON text, keys sorted, so that two reports can be compared line by line."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def from_json(text: str) -> Report:
    """Read a report written by `to_json`."""
    value = json.loads(text)
    figures = {name: {key: Figure(**one) for key, one in row.items()} for name, row in value["figures"].items()}
    points = [Operating(**point) for point in value["curve"]]
    return Report(value["about"], figures, points, value["failures"], value["milliseconds"])


def write_rows(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write one row a question, with its answer and its measures, for reading what failed."""
    with path.open("w", encoding="utf-8") as file:
        for outcome in outcomes:
            file.write(json.dumps(_row(outcome), ensure_ascii=False) + "\n")


def table(report: Report, sets: Sequence[str] = (), columns: Sequence[str] = COLUMNS, intervals: bool = True) -> str:
    """The figures as a Markdown table: one row a set, in the order given or all."""
    chosen = [name for name in sets or report.figures if name in report.figures]
    used = [column for column in columns if any(column in report.figures[name] for name in chosen)]
    lines = [_line(["set", "questions", *used]), _line(["---", *["---:"] * (len(used) + 1)])]
    for name in chosen:
        row = report.figures[name]
        count = max((one.count for one in row.values()), default=0)
        lines.append(_line([name, str(count), *(_cell(row.get(column), intervals) for column in used)]))
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Figure | None, intervals: bool) -> str:
    if value is None:
        return "–"
    return str(value) if intervals else f"{value.value:.3f}"


def _sets(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    names = dict.fromkeys(outcome.question.dataset for outcome in outcomes)
    paired = {o.question.dataset for o in outcomes if o.question.kind in PAIRED_LEVELS}
    everywhere = [o for o in outcomes if o.question.dataset in paired]
    if everywhere:
        yield "all", everywhere
        for level in PAIRED_LEVELS:
            yield f"all/{level}", [o for o in everywhere if o.question.kind == level]
    for name in names:
        members = [outcome for outcome in outcomes if outcome.question.dataset == name]
        kinds = dict.fromkeys(outcome.question.kind for outcome in members)
        yield name, members
        for kind in kinds if len(kinds) > 1 else ():
            yield f"{name}/{kind}", [outcome for outcome in members if outcome.question.kind == kind]


def _curve(outcomes: Sequence[Outcome]) -> list[Operating]:
    answerable = [outcome.confidence for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome.confidence for outcome in outcomes if not outcome.question.answerable]
    return curve(unanswerable, answerable) if answerable and unanswerable else []


def _characters(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Characters for each covered point, where key points or facts are scored."""
    scored = [(measure(outcome), outcome.question) for outcome in outcomes]
    rows = [
        (row["characters"], row.get("points", row.get("facts", 0.0)) * len(question.points or question.facts))
        for row, question in scored
        if "characters" in row and (question.points or question.facts)
    ]
    value = characters_a_point([int(length) for length, _ in rows], [covered for _, covered in rows])
    return {"characters a point": Figure(value, value, value, len(rows))} if math.isfinite(value) and rows else {}


def _speed(outcomes: Sequence[Outcome]) -> dict[str, float]:
    times = sorted(outcome.milliseconds for outcome in outcomes)
    if not times:
        return {}
    return {"median": times[len(times) // 2], "p95": times[int(len(times) * 0.95)]}


# --- failures and rows --------------------------------------------------------------------------------

Causes = dict[str, Callable[[dict[str, float]], bool]]


def _causes() -> Causes:
    return {
        "not found first": lambda row: row.get("hit@1", 1) == 0,
        "found but not in the first sentence": lambda row: row.get("hit@1", 1) == 1 and row.get("evidence@1", 1) == 0,
        "found but not in three sentences": lambda row: row.get("hit@1", 1) == 1 and row.get("evidence@3", 1) == 0,
        "wrongly refused": lambda row: row.get(WRONG_REFUSAL, 0) == 1,
        "not refused": lambda row: row.get(RIGHT_REFUSAL, 1) == 0,
        "a fact is missing": lambda row: row.get("all facts", 1) == 0,
        "first citation elsewhere": lambda row: row.get("first citation", 1) == 0,
        "unsupported citation": lambda row: row.get("citation precision", 1) < 1,
    }


def _failures(outcomes: Sequence[Outcome]) -> dict[str, list[str]]:
    rows = [(outcome, measure(outcome)) for outcome in outcomes]
    found = {cause: [o.question.id for o, row in rows if failed(row)] for cause, failed in _causes().items()}
    found["error"] = [outcome.question.id for outcome, _ in rows if outcome.error]
    return {cause: ids for cause, ids in found.items() if ids}


def _row(outcome: Outcome) -> dict[str, object]:
    question = outcome.question
    return {
        "id": question.id,
        "dataset": question.dataset,
        "kind": question.kind,
        "question": question.question,
        "history": question.history,
        "wanted": question.answers or question.points or question.facts,
        "gold": sorted(question.gold),
        "documents": outcome.documents[:5],
        "evidence": outcome.evidence[:3],
        "answer": outcome.answer,
        "refusal": outcome.refusal,
        "confidence": outcome.confidence,
        "error": outcome.error,
        "milliseconds": round(outcome.milliseconds, 1),
        "measures": measure(outcome),
    }
