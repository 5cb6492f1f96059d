"""Is the evidence enough? A logistic regression over what can be seen, and a refusal that says what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer.evidence import Selection
from rag.answer.model import Logistic
from rag.answer.questions import Expects, Kind, Question
from rag.answer.rare import unprinted
from rag.answer.signals import NAMES as SENTENCE_SIGNALS
from rag.answer.signals import longest_match
from rag.index.analyze import bigrams, normalize, tagged_words
from rag.search.retriever import Retrieval
from rag.types import Article, Hit

SIGNALS = (
    "best_window",
    "best_passage",
    "best_sentence",
    "window_margin",
    "passage_words",
    "heaviest_missing",
    "heaviest_missing_word",
    "unknown_weight",
    "names_found",
    "names_missing",
    "names_unknown",
    "figures_found",
    "years_missing",
    "year_conflict",
    "focus_coverage",
    "longest_match",
    "dense_best",
    "dense_gap",
    "sentence_best",
    "sentence_gap",
    "rank_agreement",
    "lexical_best",
    "evidence_best",
    "evidence_sum",
    "fits_type",
    "terms",
    "expects_type",
    "kind_list",
    "kind_long",
    "title_words",
)
CONTACT_MISSING = "contact_missing"  # a telephone number or address is asked for and no sentence prints one
RARE_MISSING = "rare_missing"  # words of the question have a rare character that is printed nowhere
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"})
_QUOTED = re.compile(r"[\"《]([^\"》]{2,30})[\"》]")
_PLACE_KIND = re.compile("(?<=..)(?:特别行政区|自治区|自治州|地区|新区|[省市区县])$")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|-|\D)")
_HAN_RUN = re.compile(r"[一-鿿]+")
_FOCUS_CHARACTERS = 5
_BEST_PASSAGES = 12
_UNLIKELY = -2.0  # log-odds of a sentence that hardly answers, .12
_HARDLY = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """A passage with what it shares with the question."""

    hit: Hit
    article: Article
    terms: frozenset[str]
    plain: str
    coverage: float
    window: float


def question_signals(question: Question, retrieval: Retrieval, selection: Selection) -> dict[str, float]:
    """Return SIGNALS, CONTACT_MISSING and RARE_MISSING for one question and its hits; there must be at least one hit."""
    found = [_look(selection, hit, retrieval) for hit in retrieval.hits[:_BEST_PASSAGES]]
    best = max(found, key=lambda one: one.window + 0.5 * one.coverage)
    signals = _coverage(question, selection, found, best)
    signals |= _names(question, retrieval, best)
    signals |= _ranking(question, retrieval, selection)
    signals |= {RARE_MISSING: float(len(unprinted(question, retrieval)))}
    return signals | _kind(question, selection)


def names_of(question: Question) -> list[str]:
    """Return the proper names, quotations and foreign words of a question, normalised.

    Places are named without 省, 市, 区 or 县, as texts often print them.
    """
    quoted = _QUOTED.findall(question.normal)
    tagged = [
        _PLACE_KIND.sub("", word.text)
        for word in tagged_words(question.content)
        if (word.tag in _NAME_TAGS or (word.tag == "x" and word.text.isalpha())) and len(word.text) > 1
    ]
    return list(dict.fromkeys([*quoted, *tagged]))


def _look(selection: Selection, hit: Hit, retrieval: Retrieval) -> Match:
    article = retrieval.articles[hit.passage.article_id]
    sentences = [frozenset(bigrams(article.text[start:end])) for start, end in hit.passage.sentences]
    title = frozenset(bigrams(article.title))
    terms = frozenset().union(title, *sentences)
    windows = [title.union(*sentences[at : at + 3]) for at in range(max(1, len(sentences) - 2))]
    weights = selection.weights
    return Match(
        hit=hit,
        article=article,
        terms=terms,
        plain=normalize(article.title + "\n" + article.text[hit.passage.start : hit.passage.end]),
        coverage=weights.bigram_coverage(terms),
        window=max(weights.bigram_coverage(window) for window in windows),
    )


def _coverage(question: Question, selection: Selection, found: Sequence[Match], best: Match) -> dict[str, float]:
    weights = selection.weights
    others = [one.window for one in found if one.article.id != best.article.id]
    heaviest = max(weights.bigrams.values(), default=1.0) or 1.0
    missing = [weight for term, weight in weights.bigrams.items() if term not in best.terms]
    missing_words = [weight for word, weight in weights.words.items() if word not in best.plain]
    content = question.content
    return {
        "best_window": best.window,
        "best_passage": max(one.coverage for one in found),
        "best_sentence": float(selection.signals[:, SENTENCE_SIGNALS.index("bigram_coverage")].max()),
        "window_margin": best.window - max(others, default=0.0),
        "passage_words": weights.word_coverage(best.plain),
        "heaviest_missing": max(missing, default=0.0) / heaviest,
        "heaviest_missing_word": max(missing_words, default=0.0) / (max(weights.words.values(), default=1.0) or 1.0),
        "longest_match": longest_match(content, best.plain) / max(len(content.replace(" ", "")), 1),
        "focus_coverage": _focus_coverage(question, selection, best),
        "title_words": weights.word_coverage(normalize(best.article.title)),
        "terms": math.log1p(len(weights.bigrams)),
    }


def _focus_coverage(question: Question, selection: Selection, best: Match) -> float:
    """Share of what is asked about, the last words before the asking ones, that the passage holds."""
    runs = [run for run in _HAN_RUN.findall(question.content) if len(run) > 1]
    pairs = bigrams(runs[-1][-_FOCUS_CHARACTERS:]) if runs else []
    total = sum(selection.weights.bigrams.get(pair, 0.0) for pair in pairs)
    held = sum(selection.weights.bigrams.get(pair, 0.0) for pair in pairs if pair in best.terms)
    return held / total if total else 0.5


def _tells_other_years(question: Question, plain: str) -> bool:
    """Whether the passage speaks of years, and of none that is asked for."""
    told = set(_YEAR.findall(plain))
    return bool(question.years and told) and not told.intersection(question.years)


def _names(question: Question, retrieval: Retrieval, best: Match) -> dict[str, float]:
    plain = normalize(f"{best.article.title}\n{best.article.text}\n{best.article.date}")
    names = names_of(question)
    found = [name in plain for name in names]
    figures = _FIGURE.findall(question.content)
    unknown = retrieval.document_frequency([pair for name in names for pair in bigrams(name)])
    return {
        "names_found": float(np.mean(found)) if names else 0.5,
        "names_missing": sum(
            _telling(name, retrieval) for name, is_found in zip(names, found, strict=True) if not is_found
        ),
        "names_unknown": float(sum(any(unknown.get(pair, 0) == 0 for pair in bigrams(name)) for name in names)),
        "figures_found": float(np.mean([figure in plain for figure in figures])) if figures else 0.5,
        "years_missing": float(any(year not in plain for year in question.years)),
        "year_conflict": float(_tells_other_years(question, best.plain)),
        "unknown_weight": _unknown_weight(retrieval, question),
    }


def _telling(name: str, retrieval: Retrieval) -> float:
    """How telling it is that an article lacks a name, 0…1: little when the name is all over the collection."""
    weights = retrieval.idf(bigrams(name)).values()
    heaviest = retrieval.snapshot.heaviest_idf
    return sum(weights) / (len(weights) * heaviest) if weights else 0.0


def _unknown_weight(retrieval: Retrieval, question: Question) -> float:
    """Share of the question's pairs that no passage holds."""
    pairs = bigrams(question.content)
    counts = retrieval.document_frequency(pairs)
    return sum(counts.get(pair, 0) == 0 for pair in pairs) / max(len(pairs), 1)


def _ranking(question: Question, retrieval: Retrieval, selection: Selection) -> dict[str, float]:
    hits = retrieval.hits
    dense = sorted((hit.dense_score for hit in hits), reverse=True)
    total = sum(selection.weights.words.values()) + selection.weights.bigram_total
    cosines = selection.signals[:, SENTENCE_SIGNALS.index("sentence_cosine")]
    top = hits[0]
    return {
        "dense_best": dense[0],
        "dense_gap": dense[0] - float(np.mean(dense[1:])) if len(dense) > 1 else 0.0,
        "sentence_best": float(cosines.max()),
        "sentence_gap": float(cosines.max() - cosines.mean()),
        "rank_agreement": -math.log((top.dense_rank or 100) * (top.lexical_rank or 100)),
        "lexical_best": max(hit.lexical_score for hit in hits) / (total or 1.0),
        "evidence_best": _log_odds(selection.ranked[0].score),
        "evidence_sum": math.log1p(sum(ranked.score for ranked in selection.ranked[:5])),
    }


def _kind(question: Question, selection: Selection) -> dict[str, float]:
    row = selection.signals[selection.ranked[0].row]
    typed = question.expects is not Expects.ANYTHING
    return {
        "fits_type": float(row[SENTENCE_SIGNALS.index("fits_type")]) if typed else 0.5,
        "expects_type": float(typed),
        "kind_list": float(question.kind is Kind.LIST),
        "kind_long": float(question.kind in {Kind.SUMMARY, Kind.WHY, Kind.HOW, Kind.DEFINITION}),
        CONTACT_MISSING: float(question.expects is Expects.CONTACT and not _any_fits(selection)),
    }


def _any_fits(selection: Selection) -> bool:
    return bool(selection.signals[:, SENTENCE_SIGNALS.index("fits_type")].any())


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def confidence(model: Logistic, signals: dict[str, float]) -> float:
    """Return the probability, 0…1, that the evidence answers the question."""
    row = np.array([[signals[name] for name in model.names]])
    probability = float(model.probability(row)[0])
    is_missing = signals[CONTACT_MISSING] > 0 or signals[RARE_MISSING] > 0
    ruled_out = is_missing or says_nothing(signals) or tells_of_another_year(signals)
    return min(probability, _HARDLY) if ruled_out else probability


def says_nothing(signals: dict[str, float]) -> bool:
    """Whether what is asked about is not mentioned and no sentence looks like the fact that is wanted.

    True for 5 % of unanswerable questions and .1 % of answerable ones; the regression sees each half alone.
    """
    asked = signals["expects_type"] > 0 and signals["focus_coverage"] == 0
    return asked and signals["evidence_best"] < _UNLIKELY


def tells_of_another_year(signals: dict[str, float]) -> bool:
    """Whether the article nowhere prints the year that is asked for, and the passage speaks of others."""
    return signals["years_missing"] > 0 and signals["year_conflict"] > 0
