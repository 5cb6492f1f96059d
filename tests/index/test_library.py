from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index.analyze import terms
from rag.index.changes import DocumentUpdate
from rag.index.library import Library
from rag.types import Article
from tests.conftest import HashingEncoder, index_article


def test_what_goes_in_comes_out(tiny_library: Library, tiny_articles: list[Article]) -> None:
    assert sorted(tiny_library.articles(), key=lambda article: article.id) == sorted(
        tiny_articles, key=lambda article: article.id
    )
    assert tiny_library.counts().articles == 6


def test_the_nearest_passage_is_the_one_that_says_it(tiny_library: Library, hashing_encoder: HashingEncoder) -> None:
    snapshot = tiny_library.snapshot()
    question = "夜间门诊的挂号费是多少"
    by_vector = snapshot.dense.search(hashing_encoder.encode_queries([question])[0], 3)
    by_terms = snapshot.lexical.search(snapshot.idf(terms(question)), 3)
    for hits in (by_vector, by_terms):
        passage = snapshot.passages([hits[0][0]])[hits[0][0]]
        assert passage.article_id == "article-医"


def test_vectors_come_back_in_the_order_asked_for(tiny_library: Library) -> None:
    snapshot = tiny_library.snapshot()
    numbers = sorted(snapshot.dense.ids())
    forward, backward = snapshot.vectors(numbers), snapshot.vectors(numbers[::-1])
    assert np.array_equal(forward, backward[::-1])
    assert np.allclose(np.linalg.norm(forward, axis=1), 1, atol=1e-3)
    for number, vectors in snapshot.sentence_vectors(numbers).items():
        assert len(vectors) == len(snapshot.passages([number])[number].sentences)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_snapshot_outlives_a_change(
    in_memory: bool, tmp_path: Path, hashing_encoder: HashingEncoder, tiny_articles: list[Article]
) -> None:
    folder = None if in_memory else tmp_path / "index"
    article = tiny_articles[0]
    with Library.open(folder, "f", hashing_encoder.dimension, create=True) as library:
        item = index_article(article, hashing_encoder)
        library.replace_documents([DocumentUpdate(article.document_id, (article.id,), (item,))])
        before = library.snapshot()
        numbers = sorted(before.dense.ids())
        library.remove_documents([article.document_id])
        assert before.passages(numbers).keys() == set(numbers)
        assert before.articles([article.id]) == {article.id: article}
        assert library.snapshot().generation > before.generation
        assert not library.snapshot().dense.ids()
    assert before.vectors(numbers).shape == (len(numbers), hashing_encoder.dimension)
