from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.evaluate.vectors import RememberingEncoder
from rag.types import Span, Vectors


class CountingEncoder:
    """Vectors from the text's code points; counts what it is asked."""

    fingerprint = "counting"
    dimension = 2

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([[ord(text[0]), 1] for text in texts], np.float32)

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        self.encoded += texts
        pieces = [text[start:end] for text, group in zip(texts, spans, strict=True) for start, end in group]
        return self.encode_queries(texts), self.encode_queries(pieces).reshape(-1, 2)


def test_what_was_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    plain, inner = CountingEncoder(), CountingEncoder()
    texts, spans = ["甲乙", "丙丁", "戊"], [[(0, 1), (1, 2)], [], [(0, 1)]]
    expected = plain.encode_passages(texts, spans)
    for _ in range(2):
        found = RememberingEncoder(inner, tmp_path / "cache" / "vectors.db").encode_passages(texts, spans)
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    assert inner.encoded == texts


def test_other_spans_or_another_encoder_are_other_vectors(tmp_path: Path) -> None:
    inner = CountingEncoder()
    encoder = RememberingEncoder(inner, tmp_path / "vectors.db")
    encoder.encode_passages(["甲乙"], [[(0, 1)]])
    assert encoder.encode_passages(["甲乙"], [[(1, 2)]])[1].tolist() == [[ord("乙"), 1]]
    inner.fingerprint = "another"
    encoder.encode_passages(["甲乙"], [[(0, 1)]])
    assert inner.encoded == ["甲乙"] * 3


def test_nothing_gives_empty_rows(tmp_path: Path) -> None:
    whole, pieces = RememberingEncoder(CountingEncoder(), tmp_path / "vectors.db").encode_passages([], [])
    assert whole.shape == (0, 2)
    assert pieces.shape == (0, 2)
