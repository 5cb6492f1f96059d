"""Which sentences of the hits bear on the question, and how surely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rag.answer.injection import addresses_model
from rag.answer.model import Logistic, Matrix
from rag.answer.questions import Expects, Question
from rag.answer.signals import NAMES, Candidate, Weights, question_terms, sentence_signals
from rag.index.analyze import bigrams, words
from rag.search.retriever import Retrieval
from rag.types import Evidence

TOPIC_WEIGHT = 0.4  # of a word that a follow-up takes from the questions before it


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate sentence with the model's probability that it holds the answer; `row` indexes the signals."""

    article_id: str
    start: int
    end: int
    score: float
    row: int

    def evidence(self) -> Evidence:
        """Return it as the public type."""
        return Evidence(self.article_id, self.start, self.end, self.score)


@dataclass(frozen=True, slots=True)
class Selection:
    """All candidate sentences, best first, with the signals they were ranked by, shape (n, len(NAMES))."""

    weights: Weights
    ranked: tuple[Ranked, ...]
    signals: Matrix


def select(question: Question, retrieval: Retrieval, model: Logistic) -> Selection:
    """Rank the sentences of the best hits by the model's probability; it may read a part of the signals.

    Sentences that give orders to a language model are left out, unless there is nothing else. Where a telephone number
    or an address is asked for, those that print one come first: no other can answer.
    """
    weights = Weights(question, _weights(question, retrieval), question.content)
    candidates, signals = sentence_signals(
        question, weights, retrieval.hits, retrieval.articles, retrieval.vector, retrieval.sentence_vectors
    )
    if not candidates:
        return Selection(weights, (), signals)
    scores = model.probability(signals[:, [NAMES.index(name) for name in model.names]])
    order = [int(row) for row in np.argsort(-scores, kind="stable")]
    if question.expects is Expects.CONTACT:
        order.sort(key=lambda row: not signals[row, NAMES.index("fits_type")])
    harmless = [row for row in order if not addresses_model(candidates[row].text)]
    return Selection(weights, tuple(_ranked(candidates, scores, row) for row in harmless or order), signals)


def _weights(question: Question, retrieval: Retrieval) -> dict[str, float]:
    """Return the weight of each term of the question; a follow-up's own words outweigh the topic put before it."""
    weights = retrieval.idf(question_terms(question))
    query = retrieval.query
    if query.text == query.original or not query.text.endswith(query.original):
        return weights
    own = {*bigrams(query.original), *words(query.original)}
    return {term: weight if term in own else TOPIC_WEIGHT * weight for term, weight in weights.items()}


def _ranked(candidates: list[Candidate], scores: Matrix, row: int) -> Ranked:
    candidate = candidates[row]
    return Ranked(candidate.article_id, candidate.start, candidate.end, float(scores[row]), row)
