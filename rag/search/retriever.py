"""A question becomes hits: dense and lexical search, their scores joined, the best passages kept."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.index.analyze import bigrams, normalize, terms, words
from rag.index.library import Library
from rag.index.snapshot import Snapshot
from rag.search.abbreviations import written_otherwise
from rag.search.english import is_english
from rag.search.fuse import ranks, weighted_sum
from rag.search.query import apply, make_query
from rag.search.translate import translate
from rag.types import Article, Encoder, Hit, Query, Vectors

POOL = 100  # passages taken from each engine before joining
_TRANSLATION_TEXTS = 60  # passages that decide between the translations of a word


@dataclass(frozen=True, slots=True)
class Mix:
    """Weights of the joined score, chosen once for all data by ablation: see docs/lab-notes.md.

    `article` weighs the BM25 of the whole article that a passage stands in.
    """

    dense: float = 0.35
    lexical: float = 0.2
    article: float = 0.45
    title: float = 0.5  # of a term in the title beside one in the passage
    correction: float = 0.5  # of a corrected term beside those typed


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits with all that the answer needs of the library, as it stood at that moment.

    `sentence_vectors[i]` has shape (sentences of hits[i], dimension); `timings_ms` has encode and search.
    """

    query: Query
    vector: Vectors
    hits: tuple[Hit, ...]
    articles: dict[str, Article]
    sentence_vectors: tuple[Vectors, ...]
    snapshot: Snapshot
    timings_ms: dict[str, float]

    def idf(self, wanted: Sequence[str]) -> dict[str, float]:
        """Return the weights of terms in the collection: the rarer, the heavier."""
        return self.snapshot.idf(wanted)

    def document_frequency(self, wanted: Sequence[str]) -> dict[str, int]:
        """Return how many passages hold each term."""
        return self.snapshot.document_frequency(wanted)


class Retriever:
    """Finds passages in one library with one encoder."""

    def __init__(self, library: Library, encoder: Encoder, mix: Mix | None = None) -> None:
        self.library = library
        self.encoder = encoder
        self.mix = mix or Mix()

    def retrieve(self, question: str, history: Sequence[str] = (), limit: int = 50) -> Retrieval:
        """Return the best `limit` passages for a question after the questions of its history.

        At least ten documents are among them where the collection has so many.
        """
        snapshot = self.library.snapshot()
        started = time.perf_counter()
        query = _in_chinese(make_query(question, history, snapshot), snapshot, self.mix.title)
        vector = self.encoder.encode_queries([query.text])[0]
        encoded = time.perf_counter()
        hits, vectors = self._search(snapshot, query, vector, limit)
        articles = snapshot.articles(sorted({hit.passage.article_id for hit in hits}))
        hits = _explained(query, hits, articles)
        timings = {"encode": 1000 * (encoded - started), "search": 1000 * (time.perf_counter() - encoded)}
        return Retrieval(query, vector, hits, articles, vectors, snapshot, timings)

    def _search(
        self, snapshot: Snapshot, query: Query, vector: Vectors, limit: int
    ) -> tuple[tuple[Hit, ...], tuple[Vectors, ...]]:
        wanted = query_terms(query, self.mix.correction)
        dense = dict(snapshot.dense.search(vector, POOL))
        lexical = dict(snapshot.lexical.search(wanted, POOL, self.mix.title))
        whole = snapshot.search_articles(wanted, POOL)
        identifiers = list(dict.fromkeys([*dense, *lexical]))
        if not identifiers:
            return (), ()
        cosines = snapshot.vectors(identifiers) @ vector
        passages = snapshot.passages(identifiers)
        documents = [passages[one].article_id for one in identifiers]
        columns = [
            cosines.astype(np.float64),
            np.array([lexical.get(one, 0.0) for one in identifiers]),
            np.array([whole.get(document, 0.0) for document in documents]),
        ]
        trust = _known_share(snapshot, wanted)
        joined = weighted_sum(columns, (self.mix.dense, trust * self.mix.lexical, trust * self.mix.article))
        chosen = keep_documents(np.argsort(-joined, kind="stable").tolist(), documents, limit)
        dense_ranks, lexical_ranks = ranks(dense), ranks(lexical)
        hits = tuple(
            Hit(
                passage=passages[identifiers[index]],
                score=float(joined[index]),
                dense_score=float(cosines[index]),
                lexical_score=float(lexical.get(identifiers[index], 0.0)),
                dense_rank=dense_ranks.get(identifiers[index]),
                lexical_rank=lexical_ranks.get(identifiers[index]),
            )
            for index in chosen
        )
        sentence_vectors = snapshot.sentence_vectors([identifiers[index] for index in chosen])
        return hits, tuple(sentence_vectors[identifiers[index]] for index in chosen)


def _in_chinese(query: Query, snapshot: Snapshot, title_weight: float) -> Query:
    """Put an English question into the collection's words; any other is returned as it is."""
    if not is_english(query.text):
        return query

    def find_texts(weights: Mapping[str, float]) -> list[str]:
        numbers = [number for number, _ in snapshot.lexical.search(weights, _TRANSLATION_TEXTS, title_weight)]
        passages = snapshot.passages(numbers)
        articles = snapshot.articles({passage.article_id for passage in passages.values()})
        owners = [(passages[number], articles[passages[number].article_id]) for number in numbers]
        return [f"{article.title}\n{article.text[passage.start : passage.end]}" for passage, article in owners]

    text = translate(query.text, snapshot.document_frequency, find_texts)
    return replace(query, text=text, corrections=written_otherwise(text, snapshot))


def _known_share(snapshot: Snapshot, wanted: Mapping[str, float]) -> float:
    """How far term matching can be trusted: 1 when the collection prints half of the terms, 0 when none."""
    counts = snapshot.document_frequency(wanted)
    known = sum(count > 0 for count in counts.values())
    return min(1.0, 2.0 * known / max(len(counts), 1))


def query_terms(query: Query, correction_weight: float) -> dict[str, float]:
    """Return the search terms with their weights; corrected spellings stand beside those typed."""
    weights: dict[str, float] = {term: float(count) for term, count in Counter(terms(query.text)).items()}
    if query.corrections:
        for term in terms(apply(query.text, query.corrections)):
            weights.setdefault(term, correction_weight)
    return weights


def keep_documents(order: Sequence[int], documents: Sequence[str], limit: int, least: int = 10) -> list[int]:
    """Return the first `limit` of `order`, the last of them replaced where fewer than `least` documents show.

    `documents[i]` is the article of candidate i.
    """
    kept = list(order[:limit])
    seen = {documents[index] for index in kept}
    spare = (index for index in order[limit:] if documents[index] not in seen)
    for index in spare:
        if len(seen) >= least:
            break
        if documents[index] not in seen:
            seen.add(documents[index])
            _replace_repeated(kept, documents, index)
    return kept


def _explained(query: Query, hits: Sequence[Hit], articles: Mapping[str, Article]) -> tuple[Hit, ...]:
    """Give each hit the question's words that stand in it, else the question's pairs of characters."""
    wanted, pairs = dict.fromkeys(words(query.text)), dict.fromkeys(bigrams(query.text))

    def matched(hit: Hit) -> tuple[str, ...]:
        passage = hit.passage
        plain = normalize(articles[passage.article_id].text[passage.start : passage.end])
        return tuple([word for word in wanted if word in plain] or [pair for pair in pairs if pair in plain])

    return tuple(replace(hit, matched_terms=matched(hit)) for hit in hits)


def _replace_repeated(kept: list[int], documents: Sequence[str], index: int) -> None:
    """Put `index` in place of the last passage whose document shows more than once."""
    counts = Counter(documents[one] for one in kept)
    for position in range(len(kept) - 1, -1, -1):
        if counts[documents[kept[position]]] > 1:
            kept[position] = index
            return
