"""What the assistant did with one question, and every measure that applies to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.evaluate import metrics
from rag.evaluate.suites import Question
from rag.evaluate.support import CitedSentence, precision, recall

WRONG_REFUSAL = "wrongly refused"
RIGHT_REFUSAL = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question answered.

    `documents` are distinct ids in found order; `evidence` are sentences, best first; `cited` are the
    documents of the citations in marker order. `confidence` is what the refusal was decided by.
    `error` is the message of a question that failed: it scores zero everywhere.
    """

    question: Question
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answer: str = ""
    sentences: tuple[CitedSentence, ...] = ()
    cited: tuple[str, ...] = ()
    refused: bool = False
    refusal: str = ""
    confidence: float = 0.0
    milliseconds: float = 0.0
    error: str = ""


def measure(outcome: Outcome) -> dict[str, float]:
    """Measures by name; those that do not apply to the question are left out."""
    parts = (_retrieval, _evidence, _answer, _citations, _refusal)
    applying = parts[:1] if outcome.question.search_only else parts
    return {name: value for part in applying for name, value in part(outcome)}


Measures = Iterator[tuple[str, float]]


def _retrieval(outcome: Outcome) -> Measures:
    question, found = outcome.question, outcome.documents
    if not question.gold:
        return
    yield "hit@1", metrics.hit_at(found, question.gold, 1)
    yield "hit@5", metrics.hit_at(found, question.gold, 5)
    yield "recall@5", metrics.recall_at(found, question.gold, question.wanted, 5)
    yield "MRR@10", metrics.reciprocal_rank(found, question.gold)
    yield "nDCG@10", metrics.discounted_gain(found, question.gold, question.wanted)
    if question.hard:
        yield "hit@1 hard", metrics.hit_at(found, question.gold, 1)


def _evidence(outcome: Outcome) -> Measures:
    question = outcome.question
    if question.extractive and question.answers and question.answerable:
        for limit in (1, 3):
            held = any(metrics.within_one(outcome.evidence, wanted, limit) for wanted in question.answers)
            yield f"evidence@{limit}", float(held)


def _answer(outcome: Outcome) -> Measures:
    question, text = outcome.question, "" if outcome.refused else outcome.answer
    if not question.answerable:
        return
    if question.false_answers:
        yield "edited answer", float(metrics.contains(text, question.false_answers))
    elif question.answers and (question.extractive or question.passages):
        yield "answer", float(any(metrics.all_inside(text, wanted) for wanted in question.answers))
    if question.points:
        yield "points", metrics.points_covered(text, question.points)
    if question.facts:
        yield "facts", metrics.facts_covered(text, question.facts)
        yield "all facts", float(metrics.facts_covered(text, question.facts) == 1)
        yield "facts quoted", float(all(_quoted(outcome, fact) for fact in question.facts))
    if not outcome.refused:
        yield "characters", float(metrics.answer_length(text))


def _quoted(outcome: Outcome, fact: str) -> bool:
    quotes = [quote.text for sentence in outcome.sentences for quote in sentence.quotes]
    return any(metrics.facts_covered(quote, [fact]) for quote in quotes)


def _citations(outcome: Outcome) -> Measures:
    question = outcome.question
    if outcome.refused or not outcome.sentences:
        return
    yield "citation precision", precision(outcome.sentences)
    yield "citation recall", recall(outcome.sentences)
    if question.wanted == 1 and question.answerable:
        yield "first citation", metrics.first_citation_right(outcome.cited, question.gold)


def _refusal(outcome: Outcome) -> Measures:
    if outcome.question.answerable:
        yield WRONG_REFUSAL, float(outcome.refused)
    else:
        yield RIGHT_REFUSAL, float(outcome.refused and not outcome.error)
