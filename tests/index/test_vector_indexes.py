"""One suite for every vector index; brute force shows that the suite itself is right."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.errors import MissingExtra
from rag.index.dense import DenseIndex
from rag.index.milvus import MilvusIndex
from rag.types import VectorIndex, Vectors

DIMENSION = 8


class BruteForce:
    """The definition of a vector index."""

    def __init__(self) -> None:
        self.rows: dict[int, Vectors] = {}

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        self.rows |= {number: row / np.linalg.norm(row) for number, row in zip(ids, vectors, strict=True)}

    def remove(self, ids: Sequence[int]) -> None:
        for number in ids:
            self.rows.pop(number, None)

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        direction = vector / np.linalg.norm(vector)
        scores = [(number, float(row @ direction)) for number, row in self.rows.items()]
        return sorted(scores, key=lambda pair: -pair[1])[:limit]


def open_milvus(folder: Path) -> VectorIndex:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    pytest.importorskip("milvus_lite", reason="milvus-lite is not installed")
    return MilvusIndex(str(folder / "milvus.db"), DIMENSION)


MAKERS: dict[str, Callable[[Path], VectorIndex]] = {
    "brute force": lambda folder: BruteForce(),
    "faiss": lambda folder: DenseIndex(DIMENSION),
    "milvus": open_milvus,
}


@pytest.fixture(params=MAKERS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> VectorIndex:
    return MAKERS[request.param](tmp_path)


@pytest.fixture
def vectors() -> Vectors:
    rows = np.random.default_rng(7).standard_normal((50, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class TestVectorIndex:
    def test_finds_the_nearest_by_cosine_best_first(self, index: VectorIndex, vectors: Vectors) -> None:
        index.add(range(100, 150), vectors)
        expected = np.argsort(-(vectors @ vectors[3]))[:10] + 100
        found = index.search(vectors[3], 10)
        assert [number for number, _ in found] == expected.tolist()
        assert found[0][1] == pytest.approx(1, abs=1e-5)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)

    def test_length_does_not_count(self, index: VectorIndex) -> None:
        near, far = np.zeros((2, DIMENSION), np.float32)
        near[0], far[:2] = 0.1, 50
        index.add([1, 2], np.stack([far, near]))
        query = np.zeros(DIMENSION, np.float32)
        query[0] = 3
        assert index.search(query, 2) == [(2, pytest.approx(1)), (1, pytest.approx(2**-0.5))]

    def test_add_remove_add(self, index: VectorIndex, vectors: Vectors) -> None:
        index.add([1, 2, 3], vectors[:3])
        index.remove([2, 99])
        assert {number for number, _ in index.search(vectors[1], 9)} == {1, 3}
        index.add([2], vectors[1:2])
        assert index.search(vectors[1], 1) == [(2, pytest.approx(1, abs=1e-5))]

    def test_adding_an_id_again_replaces_it(self, index: VectorIndex, vectors: Vectors) -> None:
        index.add([1, 2], vectors[:2])
        index.add([1], vectors[5:6])
        found = index.search(vectors[5], 9)
        assert found[0] == (1, pytest.approx(1, abs=1e-5))
        assert len(found) == 2

    def test_an_empty_index_finds_nothing(self, index: VectorIndex, vectors: Vectors) -> None:
        assert index.search(vectors[0], 5) == []
        index.remove([1])
        index.add([], vectors[:0])
        assert index.search(vectors[0], 5) == []

    def test_no_more_than_asked_for(self, index: VectorIndex, vectors: Vectors) -> None:
        index.add(range(50), vectors)
        assert len(index.search(vectors[0], 7)) == 7
        assert index.search(vectors[0], 0) == []


def test_faiss_answers_the_same_after_saving_and_loading(tmp_path: Path, vectors: Vectors) -> None:
    index = DenseIndex(DIMENSION)
    index.add(range(50), vectors)
    index.remove([3])
    index.save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")
    assert loaded.ids() == index.ids() == set(range(50)) - {3}
    assert loaded.search(vectors[3], 10) == index.search(vectors[3], 10)
    loaded.add([3], vectors[3:4])
    assert loaded.search(vectors[3], 1)[0][0] == 3
    assert index.search(vectors[3], 1)[0][0] != 3


def test_a_damaged_faiss_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "dense.faiss"
    path.write_bytes(b"no index")
    with pytest.raises(RuntimeError):
        DenseIndex.load(path)


def test_milvus_answers_the_same_after_closing_and_opening(tmp_path: Path, vectors: Vectors) -> None:
    first = open_milvus(tmp_path)
    assert isinstance(first, MilvusIndex)
    first.add(range(50), vectors)
    first.remove([3])
    expected = first.search(vectors[3], 10)
    first.close()
    second = open_milvus(tmp_path)
    assert [number for number, _ in second.search(vectors[3], 10)] == [number for number, _ in expected]


def test_without_pymilvus_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(MissingExtra, match=r"wenbao\[milvus\]"):
        MilvusIndex(str(tmp_path / "milvus.db"), DIMENSION)
