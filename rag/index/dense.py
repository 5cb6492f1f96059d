"""Nearest vectors by cosine, exact, with FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.types import Vectors

if TYPE_CHECKING:
    import faiss


class DenseIndex:
    """The `VectorIndex` on FAISS. Vectors of any length are taken; what counts is their direction."""

    def __init__(self, dimension: int, index: faiss.IndexIDMap2 | None = None) -> None:
        import faiss

        self.dimension = dimension
        self._index = index if index is not None else faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read what `save` wrote.

        Raises:
            RuntimeError: the file is missing or damaged.
        """
        import faiss

        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexIDMap2):
            raise RuntimeError(f"{path} holds {type(index).__name__}, not IndexIDMap2")
        return cls(index.d, index)

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        import faiss

        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def ids(self) -> set[int]:
        """Return the ids that are present."""
        import faiss

        return {int(number) for number in faiss.vector_to_array(self._index.id_map)}

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """See `rag.types.VectorIndex`."""
        if len(ids) == 0:
            return
        self.remove(ids)
        self._index.add_with_ids(_unit(vectors), _integers(ids))

    def remove(self, ids: Sequence[int]) -> None:
        """See `rag.types.VectorIndex`."""
        import faiss

        if len(ids) and len(self):
            self._index.remove_ids(faiss.IDSelectorBatch(_integers(ids)))

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """See `rag.types.VectorIndex`."""
        count = min(limit, len(self))
        if count <= 0:
            return []
        scores, ids = self._index.search(_unit(vector.reshape(1, -1)), count)
        return [(int(number), float(score)) for number, score in zip(ids[0], scores[0], strict=True) if number >= 0]


def _integers(ids: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.asarray(ids, np.int64)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.maximum(lengths, 1e-12), np.float32)
