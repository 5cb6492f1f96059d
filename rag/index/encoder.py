"""Texts to unit vectors, with the bundled model or any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.config import BUNDLED_ENCODER
from rag.types import Article, Encoder, Passage, Span, Vectors

TITLE_CHARACTERS = 60
_BATCH_TOKENS = 2048  # a batch whose activations stay in the processor's cache


def encoded_text(article: Article, passage: Passage) -> tuple[str, list[Span]]:
    """Return what stands for a passage in vector space, and where its sentences are in it.

    The title goes in front, so that a passage from the middle of an article knows what it is about.
    """
    title = article.title[:TITLE_CHARACTERS]
    head = f"{title}\n" if title else ""
    shift = len(head) - passage.start
    spans = [(start + shift, end + shift) for start, end in passage.sentences]
    return head + article.text[passage.start : passage.end], spans


@dataclass(frozen=True, slots=True)
class Reading:
    """One batch after its pass through the network.

    `vectors` is (n, width), not yet of unit length; `states` is (n, length, width); `offsets` is
    (n, length, 2), the characters that each token stands for, empty ranges for special tokens and padding.
    Without `states` parts of a text have to be read on their own.
    """

    vectors: Vectors
    states: Vectors | None
    offsets: npt.NDArray[np.int64] | None


class Engine(Protocol):
    """A network with its tokenizer."""

    @property
    def fingerprint(self) -> str:
        """See `rag.types.Encoder`."""
        ...

    @property
    def dimension(self) -> int:
        """See `rag.types.Encoder`."""
        ...

    @property
    def prompts(self) -> tuple[str, str]:
        """What stands in front of a query and of a passage."""
        ...

    def read(self, texts: Sequence[str]) -> Reading:
        """Run texts through the network together."""
        ...


class TextEncoder:
    """The `Encoder` over an engine: prompts, batches, and sentence vectors from the passage's own pass."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def fingerprint(self) -> str:
        """See `rag.types.Encoder`."""
        return self._engine.fingerprint

    @property
    def dimension(self) -> int:
        """See `rag.types.Encoder`."""
        return self._engine.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `rag.types.Encoder`."""
        prompt = self._engine.prompts[0]
        return self._encode([prompt + text for text in texts], [()] * len(texts))[0]

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        """See `rag.types.Encoder`. A span that lies beyond the model's length gets its passage's vector."""
        prompt = self._engine.prompts[1]
        shift = len(prompt)
        shifted = [[(start + shift, end + shift) for start, end in group] for group in spans]
        return self._encode([prompt + text for text in texts], shifted)

    def _encode(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        starts = np.concatenate([[0], np.cumsum([len(group) for group in spans])]).astype(int)
        pooled = np.zeros((starts[-1], self.dimension), np.float32)
        for batch in _batches(texts):
            reading = self._engine.read([_whole(texts[at]) for at in batch])
            vectors[batch] = reading.vectors
            for row, at in enumerate(batch):
                if spans[at]:
                    pooled[starts[at] : starts[at + 1]] = self._pool(reading, row, texts[at], spans[at])
        return _unit(vectors), _unit(pooled)

    def _pool(self, reading: Reading, row: int, text: str, spans: Sequence[Span]) -> Vectors:
        if reading.states is not None and reading.offsets is not None:
            return _mean_states(reading.vectors[row], reading.states[row], reading.offsets[row], spans)
        prompt = self._engine.prompts[1]
        return self._encode([prompt + text[start:end] for start, end in spans], [()] * len(spans))[0]


def load_encoder(name: str, device: str = "") -> Encoder:
    """Load "bundled", or a sentence-transformers model by folder or name.

    Raises:
        EncoderUnavailable: the model cannot be had; the message names the ways out.
    """
    if name == BUNDLED_ENCODER:
        from rag.index.bundled_model import load_bundled

        return TextEncoder(load_bundled(device))
    from rag.index.transformer import load_named

    return TextEncoder(load_named(name, device))


def _whole(text: str) -> str:
    """Return the text with "?" for each half of a surrogate pair, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batches(texts: Sequence[str]) -> list[list[int]]:
    """Return indices of texts of like length together; a character counts as a token, which is on the safe side."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    batches: list[list[int]] = []
    for at in order:
        if not batches or (len(batches[-1]) + 1) * len(texts[at]) > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(at)
    return batches


def _mean_states(vector: Vectors, states: Vectors, offsets: npt.NDArray[np.int64], spans: Sequence[Span]) -> Vectors:
    """Return the mean state of each span's tokens, (spans, width); `vector` for a span without tokens."""
    bounds = np.asarray(spans, np.int64)
    starts, ends = offsets[:, 0], offsets[:, 1]
    inside = (starts < bounds[:, 1:]) & (ends > bounds[:, :1]) & (ends > starts)
    counts = inside.sum(axis=1, keepdims=True)
    sums = inside.astype(np.float32) @ states
    return np.where(counts > 0, sums / np.maximum(counts, 1), vector).astype(np.float32)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return result
