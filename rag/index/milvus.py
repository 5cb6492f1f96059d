"""The `VectorIndex` on Milvus: a server for collections beyond one machine, or a local file with milvus-lite."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import MissingExtra
from rag.types import Vectors

_BATCH_ROWS = 1000


class MilvusIndex:
    """One Milvus collection of integer ids and vectors, exact search by cosine."""

    def __init__(self, address: str, dimension: int, name: str = "passages") -> None:
        """Open the collection at a server's address or in a local file, or make it.

        Raises:
            MissingExtra: pymilvus is not installed.
        """
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise MissingExtra("milvus", "用 Milvus 存放向量") from error
        self.dimension = dimension
        self._name = name
        self._client = MilvusClient(uri=address)
        if not self._client.has_collection(name):
            self._create()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """See `rag.types.VectorIndex`."""
        rows = [{"id": number, "vector": row} for number, row in zip(ids, vectors.tolist(), strict=True)]
        for at in range(0, len(rows), _BATCH_ROWS):
            self._client.upsert(self._name, rows[at : at + _BATCH_ROWS])

    def remove(self, ids: Sequence[int]) -> None:
        """See `rag.types.VectorIndex`."""
        if len(ids):
            self._client.delete(self._name, ids=list(ids))

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """See `rag.types.VectorIndex`."""
        if limit <= 0:
            return []
        (hits,) = self._client.search(
            self._name, [vector.tolist()], limit=limit, search_params={"metric_type": "COSINE"}, anns_field="vector"
        )
        return [(int(hit["id"]), float(hit["distance"])) for hit in hits]

    def _create(self) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self.dimension)
        index = self._client.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="COSINE")
        self._client.create_collection(self._name, schema=schema, index_params=index, consistency_level="Strong")
