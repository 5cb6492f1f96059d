"""An encoder that remembers what it encoded, so that an evaluation after a change encodes little."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.types import Encoder, Span, Vectors

BATCH = 64  # texts encoded between two commits


class RememberingEncoder:
    """Passes on to another encoder what the file does not hold yet. Queries are never remembered."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB)")

    @property
    def fingerprint(self) -> str:
        """See `rag.types.Encoder`."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """See `rag.types.Encoder`."""
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `rag.types.Encoder`."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        """See `rag.types.Encoder`."""
        keys = [self._key(text, group) for text, group in zip(texts, spans, strict=True)]
        missing = [at for at, key in enumerate(keys) if self._load(key) is None]
        for start in range(0, len(missing), BATCH):
            self._encode(keys, texts, spans, missing[start : start + BATCH])
        rows = [row for key in keys if (row := self._load(key)) is not None]
        empty = np.zeros((0, self.dimension), np.float32)
        return np.concatenate([empty, *(row[:1] for row in rows)]), np.concatenate([empty, *(row[1:] for row in rows)])

    def _encode(
        self, keys: Sequence[bytes], texts: Sequence[str], spans: Sequence[Sequence[Span]], part: Sequence[int]
    ) -> None:
        whole, pieces = self._encoder.encode_passages([texts[at] for at in part], [spans[at] for at in part])
        self._connection.execute("BEGIN")
        position = 0
        for row, at in zip(whole, part, strict=True):
            value = np.concatenate([row[None], pieces[position : position + len(spans[at])]])
            position += len(spans[at])
            self._connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (keys[at], value.tobytes()))
        self._connection.execute("COMMIT")

    def _key(self, text: str, spans: Sequence[Span]) -> bytes:
        return hashlib.sha256(json.dumps([self.fingerprint, text, list(spans)]).encode()).digest()

    def _load(self, key: bytes) -> Vectors | None:
        """Rows of one text, shape (1 + spans, dimension), or None."""
        found = self._connection.execute("SELECT value FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if found is None else np.frombuffer(found[0], np.float32).reshape(-1, self.dimension)
