"""What can be seen of a sentence that might answer a question: one row of numbers a sentence.

The rows feed `evidence` (which sentence answers?) and, aggregated, `refuse` (does any?).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rag.answer.candidates import find_candidates
from rag.answer.questions import Expects, Kind, Question
from rag.index.analyze import bigrams, normalize, words
from rag.types import Article, Hit, Span, Vectors

Matrix = npt.NDArray[np.float64]

NAMES = (
    "bigram_coverage",
    "word_coverage",
    "window_coverage",
    "titled_coverage",
    "title_coverage",
    "passage_coverage",
    "longest_match",
    "rarest_matched",
    "matched_weight_per_length",
    "sentence_cosine",
    "sentence_cosine_gap",
    "passage_cosine",
    "hit_score",
    "hit_rank",
    "best_in_passage",
    "fits_type",
    "fit_count",
    "fit_distance",
    "unit_near_figure",
    "length",
    "position",
    "first_of_article",
    "heading",
    "asks",
    "gives_reason",
    "defines",
    "lists",
    "same_year",
    "previous_coverage",
    "next_coverage",
    "head_match",
    "kind_fact",
    "kind_list",
    "kind_why",
    "kind_how",
    "expects_number",
    "expects_time",
    "expects_person",
    "expects_place",
    "expects_anything",
)

_REASON = re.compile(r"因为|由于|因此|所以|为了|以便|因而|故|导致|使得|原因|旨在|出于|以免|鉴于|是因|源于|得益于")
_DEFINES = re.compile(r"是(?:一|指|由|对|为)|即|指的是|称为|又称|所谓|意思是|也叫|名为|叫做|是.{0,20}的")
_PASSAGES = 12
_OTHER_UNIT = 0.3  # how far a figure fits that counts something else than what is asked


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, with what its signals are computed from."""

    article_id: str
    start: int
    end: int
    text: str
    hit: int  # position of its hit, from 0
    at: int  # position in its passage, from 0


class Weights:
    """The question's terms with their weights: the rarer a term in the collection, the heavier."""

    def __init__(self, question: Question, idf: Mapping[str, float], normal: str) -> None:
        self.normal = normal
        self.bigrams = {term: idf.get(term, 0.0) for term in dict.fromkeys(bigrams(question.content))}
        self.words = {term: idf.get(term, 0.0) for term in dict.fromkeys(words(question.content))}

    @cached_property
    def bigram_total(self) -> float:
        """Sum of the bigrams' weights, never 0."""
        return sum(self.bigrams.values()) or 1.0

    @cached_property
    def word_total(self) -> float:
        """Sum of the words' weights, never 0."""
        return sum(self.words.values()) or 1.0

    @cached_property
    def rarest(self) -> str:
        """The heaviest bigram."""
        return max(self.bigrams, key=lambda term: self.bigrams[term], default="")

    def bigram_coverage(self, found: frozenset[str]) -> float:
        """Share of the bigrams' weight that `found` holds, 0…1."""
        return sum(weight for term, weight in self.bigrams.items() if term in found) / self.bigram_total

    def word_coverage(self, plain: str) -> float:
        """Share of the words' weight that stands in the normalised text, 0…1."""
        return sum(weight for term, weight in self.words.items() if term in plain) / self.word_total


def question_terms(question: Question) -> list[str]:
    """Return the terms whose weights `Weights` needs."""
    return [*bigrams(question.content), *words(question.content)]


def candidates_of(hits: Sequence[Hit], articles: Mapping[str, Article]) -> list[Candidate]:
    """Return the sentences of the best hits, hit by hit."""
    found = []
    for position, hit in enumerate(hits[:_PASSAGES]):
        text = articles[hit.passage.article_id].text
        for at, (start, end) in enumerate(hit.passage.sentences):
            found.append(Candidate(hit.passage.article_id, start, end, text[start:end], position, at))
    return found


def sentence_signals(
    question: Question,
    weights: Weights,
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    query_vector: Vectors,
    sentence_vectors: Sequence[Vectors],
) -> tuple[list[Candidate], Matrix]:
    """Return the candidate sentences and their signals, shape (n, len(NAMES)).

    `sentence_vectors[i]` has shape (sentences of hit i, dimension); `query_vector` (dimension,).
    """
    candidates = candidates_of(hits, articles)
    if not candidates:
        return [], np.zeros((0, len(NAMES)))
    found = [frozenset(bigrams(candidate.text)) for candidate in candidates]
    coverage = np.array([weights.bigram_coverage(one) for one in found])
    cosines = np.concatenate([sentence_vectors[i] @ query_vector for i in range(min(len(hits), _PASSAGES))])
    rows = []
    for index, candidate in enumerate(candidates):
        hit = hits[candidate.hit]
        article = articles[candidate.article_id]
        before = found[index - 1] if candidate.at else frozenset()
        after = (
            found[index + 1] if index + 1 < len(found) and candidates[index + 1].hit == candidate.hit else frozenset()
        )
        rows.append(
            _lexical(weights, candidate, article, found[index], before | after)
            + [float(cosines[index]), 0.0, hit.dense_score, hit.score, math.log1p(candidate.hit), 0.0]
            + _fit(question, weights, candidate)
            + _shape(question, candidate, article)
            + [weights.bigram_coverage(before), weights.bigram_coverage(after), _head_match(question, candidate)]
            + _kinds(question)
        )
    matrix = np.array(rows, dtype=np.float64)
    return candidates, _relative(candidates, matrix, coverage)


def _relative(candidates: Sequence[Candidate], matrix: Matrix, coverage: Matrix) -> Matrix:
    """Fill in the signals that compare a sentence with the others of the question or of its passage."""
    column = {name: position for position, name in enumerate(NAMES)}
    cosine = matrix[:, column["sentence_cosine"]]
    matrix[:, column["sentence_cosine_gap"]] = cosine - cosine.max()
    hit_of = np.array([candidate.hit for candidate in candidates])
    for hit in set(hit_of.tolist()):
        members = hit_of == hit
        matrix[members, column["best_in_passage"]] = coverage[members] - coverage[members].max()
        matrix[members, column["passage_coverage"]] = coverage[members].max()
    return matrix


def _lexical(
    weights: Weights, candidate: Candidate, article: Article, found: frozenset[str], around: frozenset[str]
) -> list[float]:
    plain = normalize(candidate.text)
    title = frozenset(bigrams(article.title))
    match = longest_match(weights.normal, plain)
    matched = sum(weight for term, weight in weights.bigrams.items() if term in found)
    return [
        weights.bigram_coverage(found),
        weights.word_coverage(plain),
        weights.bigram_coverage(found | around),
        weights.bigram_coverage(found | title),
        weights.bigram_coverage(title),
        0.0,
        match / max(len(weights.normal.replace(" ", "")), 1),
        float(weights.rarest in found),
        matched / math.sqrt(10.0 + len(plain)),
    ]


def longest_match(question: str, plain: str) -> int:
    """Return the length of the longest run of the question that stands in the text (no blanks in it)."""
    longest, start = 0, 0
    for end in range(1, len(question) + 1):
        if question[end - 1].isspace():
            start = end
            continue
        while end - start > longest and question[start:end] not in plain:
            start += 1
        longest = max(longest, end - start)
    return longest


def _fit(question: Question, weights: Weights, candidate: Candidate) -> list[float]:
    spans = find_candidates(question, candidate.text)
    if not spans:
        return [0.0, 0.0, 1.0, 0.0]
    plain = normalize(candidate.text)
    places = [plain.find(term) for term in weights.bigrams if term in plain]
    distance = min((abs(start - place) for start, _ in spans for place in places), default=40)
    unit = any(one in plain[start : end + 2] for start, end in spans for one in question.units)
    fits = 1.0 if unit or not question.units else _OTHER_UNIT
    return [fits, math.log1p(len(spans)), min(distance, 40) / 40, float(unit)]


def _shape(question: Question, candidate: Candidate, article: Article) -> list[float]:
    text = candidate.text
    years = [year for year in question.years if year in text]
    return [
        math.log(1 + len(text)),
        (candidate.start - article.body_start) / max(len(article.text), 1),
        float(candidate.start - article.body_start < 3),
        float(text[-1] not in "。！？!?；;”’」）)…"),
        float(text[-1] in "？?"),
        float(bool(_REASON.search(text))),
        float(bool(_DEFINES.search(text))),
        float(text.count("、")) if question.kind is Kind.LIST else min(float(text.count("、")), 2.0),
        float(len(years) - 0.5) if question.years else 0.0,
    ]


def _head_match(question: Question, candidate: Candidate) -> float:
    """How much of the question's first words the sentence begins with: its subject."""
    head = question.content.strip()[:8].strip()
    return longest_match(head, normalize(candidate.text[:20])) / max(len(head), 1)


def _kinds(question: Question) -> list[float]:
    kinds = (Kind.FACT, Kind.LIST, Kind.WHY, Kind.HOW)
    expected = (Expects.NUMBER, Expects.TIME, Expects.PERSON, Expects.PLACE, Expects.ANYTHING)
    return [float(question.kind is kind) for kind in kinds] + [float(question.expects is one) for one in expected]


def overlap(one: Span, two: Span) -> bool:
    """Tell whether two half-open spans share a character."""
    return one[0] < two[1] and two[0] < one[1]
