"""Scores of several engines become one ranking."""

from __future__ import annotations

import numpy as np

from rag.search.fuse import min_max, ranks, weighted_sum
from rag.search.retriever import keep_documents


def test_min_max_scales_to_one_and_equal_scores_to_nothing() -> None:
    assert min_max(np.array([2.0, 4.0, 3.0])).tolist() == [0.0, 1.0, 0.5]
    assert min_max(np.array([5.0, 5.0])).tolist() == [0.0, 0.0]


def test_weighted_sum_prefers_what_both_engines_like() -> None:
    joined = weighted_sum([np.array([0.9, 0.8, 0.1]), np.array([1.0, 9.0, 8.0])], [0.5, 0.5])
    assert joined.argmax() == 1


def test_ranks_count_from_one() -> None:
    assert ranks({7: 0.2, 3: 0.9}) == {3: 1, 7: 2}


def test_ten_documents_are_kept_where_one_would_fill_all_places() -> None:
    documents = ["a"] * 60 + [f"d{number}" for number in range(20)]
    kept = keep_documents(list(range(80)), documents, 50)
    assert len(kept) == 50
    assert len({documents[index] for index in kept}) == 10
    assert kept[0] == 0
