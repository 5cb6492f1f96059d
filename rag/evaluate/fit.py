"""Fit the models of `rag.answer` on published question sets: `python -m rag.evaluate.fit FOLDER [--write]`.

Evidence: one row a candidate sentence, right when it holds a gold answer and stands in a gold document.
Refusal: one row a question. Besides the questions marked unanswerable, each answerable one is asked again
with its gold documents taken out of the hits, and every second one with a year or a name that the gold
documents do not print. Cross-validated by document. Weights whose sign is known are held to it, so that
no signal can count for the opposite of what it means.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.answer.model import Logistic, load_models, sigmoid
from rag.answer.refuse import SIGNALS, confidence
from rag.answer.signals import NAMES
from rag.evaluate.examples import FOLDS, Example, collect

Matrix = npt.NDArray[np.float64]
THRESHOLDS = (0.25, 0.3, 0.35, 0.37, 0.39, 0.41, 0.45)
PENALTY = 3.0  # on the squared weights
HELPS = frozenset(
    "bigram_coverage word_coverage window_coverage titled_coverage longest_match rarest_matched sentence_cosine "
    "matched_weight_per_length sentence_cosine_gap passage_cosine hit_score best_in_passage fits_type unit_near_figure "
    "same_year head_match best_window best_passage best_sentence window_margin passage_words names_found figures_found "
    "dense_best dense_gap sentence_best sentence_gap rank_agreement lexical_best evidence_best evidence_sum "
    "focus_coverage".split()
)
HARMS = frozenset(
    "hit_rank heading asks fit_distance heaviest_missing heaviest_missing_word unknown_weight names_missing "
    "names_unknown years_missing year_conflict".split()
)
UNANSWERABLE_WEIGHT = 4.0  # of a question that is really unanswerable
ALTERED_WEIGHT = 0.5  # of one with a year or name changed
REMOVED_WEIGHT = 0.25  # of one whose gold documents were taken out: others may still answer it


def main(arguments: Sequence[str]) -> int:
    """Fit, print the cross-validated figures and, with --write, replace the model files."""
    parser = argparse.ArgumentParser(prog="python -m rag.evaluate.fit")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(arguments)
    examples = list(collect(chosen.folder, load_models()))
    for name, model, figures in fit_all(examples):
        sys.stdout.write(f"{name}\n{figures}\n")
        if chosen.write:
            write(name, model)
    return 0


# --- fitting ------------------------------------------------------------------------------------------


def fit_all(examples: Sequence[Example]) -> Iterator[tuple[str, Logistic, str]]:
    """Yield each model's name, the model and its cross-validated figures."""
    ranked = [example for example in examples if example.answerable and example.holds.any()]
    yield "evidence", _fit_evidence(ranked, NAMES), _cross_validated(examples, ranked, NAMES)
    yield "refusal", _fit_refusal(examples, SIGNALS), _refusal_figures(examples, SIGNALS)


def _fit_evidence(examples: Sequence[Example], columns: Sequence[str]) -> Logistic:
    places = [NAMES.index(name) for name in columns]
    rows = np.concatenate([example.sentences[:, places] for example in examples])
    right = np.concatenate([example.holds for example in examples])
    return logistic(columns, rows, right, np.ones(len(rows)))


def _fit_refusal(examples: Sequence[Example], columns: Sequence[str]) -> Logistic:
    rows = np.array([[example.signals[name] for name in columns] for example in examples])
    right = np.array([example.answerable for example in examples])
    return logistic(columns, rows, right, np.array([_weight(example) for example in examples]))


def _weight(example: Example) -> float:
    if example.answerable:
        return 1.0
    if example.removed:
        return REMOVED_WEIGHT
    return ALTERED_WEIGHT if example.question.kind == "altered" else UNANSWERABLE_WEIGHT


def logistic(names: Sequence[str], rows: Matrix, right: npt.NDArray[np.bool_], weight: Matrix) -> Logistic:
    """Fit a logistic regression on standardised columns, the weights of HELPS and HARMS held to their signs."""
    from scipy.optimize import minimize

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1.0
    columns = np.hstack([np.ones((len(rows), 1)), (rows - mean) / scale])
    target = right.astype(np.float64)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        log_odds = columns @ weights
        penalty = PENALTY * np.concatenate([[0.0], weights[1:]])
        value = weight @ (np.logaddexp(0.0, log_odds) - target * log_odds) + 0.5 * penalty @ weights
        return float(value), columns.T @ (weight * (sigmoid(log_odds) - target)) + penalty

    bounds = [(None, None)] + [(0.0 if one in HELPS else None, 0.0 if one in HARMS else None) for one in names]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return Logistic(tuple(names), mean, scale, found.x[1:], float(found.x[0]))


def _cross_validated(examples: Sequence[Example], ranked: Sequence[Example], columns: Sequence[str]) -> str:
    places = [NAMES.index(name) for name in columns]
    found: dict[str, list[tuple[bool, bool]]] = {}
    for fold in range(FOLDS):
        model = _fit_evidence([one for one in ranked if one.fold != fold], columns)
        for example in examples:
            if example.fold == fold and example.answerable and example.question.extractive:
                order = np.argsort(-model.probability(example.sentences[:, places]), kind="stable")
                held = example.holds[order]
                found.setdefault(example.question.dataset, []).append((bool(held[:1].any()), bool(held[:3].any())))
    return "\n".join(
        f"  {name}: first {np.mean([one for one, _ in pairs]):.3f}, first three {np.mean([two for _, two in pairs]):.3f}"
        for name, pairs in found.items()
    )


def _refusal_figures(examples: Sequence[Example], columns: Sequence[str]) -> str:
    sure: dict[int, float] = {}
    for fold in range(FOLDS):
        model = _fit_refusal([one for one in examples if one.fold != fold], columns)
        for at, example in enumerate(examples):
            if example.fold == fold:
                sure[at] = confidence(model, example.signals)
    return "\n".join(_at_threshold(examples, sure, threshold) for threshold in THRESHOLDS)


def _at_threshold(examples: Sequence[Example], sure: dict[int, float], threshold: float) -> str:
    def share(chosen: Callable[[Example], bool]) -> float:
        return float(np.mean([float(sure[at] < threshold) for at, one in enumerate(examples) if chosen(one)] or [0.0]))

    sets = sorted({example.question.dataset for example in examples})
    wrong = {name: share(lambda one, name=name: one.answerable and one.question.dataset == name) for name in sets}  # type: ignore[misc]
    unanswerable = share(lambda one: one.question.kind.endswith(("far", "near")))
    far = share(lambda one: one.question.kind.endswith("far"))
    near = share(lambda one: one.question.kind.endswith("near"))
    answerable = share(lambda one: one.answerable)
    return (
        f"  at {threshold:.2f}: balanced {(unanswerable + 1 - answerable) / 2:.3f}, far {far:.3f}, near {near:.3f}, "
        f"altered {share(lambda one: one.question.kind == 'altered'):.3f}, "
        f"removed {share(lambda one: one.removed):.3f}, wrong {answerable:.3f} "
        + " ".join(f"{name} {value:.3f}" for name, value in wrong.items())
    )


def write(name: str, model: Logistic) -> None:
    """Replace `rag/answer/data/<name>.json`, one line a term, so that a change can be read."""
    terms = {
        one: {"mean": round(mean, 6), "scale": round(scale, 6), "weight": round(weight, 5)}
        for one, mean, scale, weight in zip(
            model.names, model.mean.tolist(), model.scale.tolist(), model.weight.tolist(), strict=True
        )
    }
    lines = ",\n".join(f"  {json.dumps(one)}: {json.dumps(values)}" for one, values in terms.items())
    text = f'{{"bias": {round(model.bias, 5)}, "names": {json.dumps(list(model.names))}, "terms": {{\n{lines}\n}}}}\n'
    (Path(__file__).parents[1] / "answer" / "data" / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
