"""Any sentence-transformers model as an engine of `rag.index.encoder`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import EncoderUnavailable
from rag.index.devices import best_device, fast_in_bfloat16
from rag.index.encoder import Reading

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_SAMPLE = 64  # weights of each tensor that tell models apart


class SentenceTransformerEngine:
    """A loaded model with its prompts.

    Sentence vectors are pooled from the passage's pass where the model pools by mean over a fast tokenizer's
    tokens; other models read sentences on their own.
    """

    def __init__(
        self, model: SentenceTransformer, prompts: tuple[str, str], fingerprint: str, bfloat16: bool | None = None
    ) -> None:
        """Take a model; without `bfloat16` that precision is used where the device has it in hardware."""
        self._model = model.eval()
        self._device = str(model.device)
        self._bfloat16 = fast_in_bfloat16(self._device) if bfloat16 is None else bfloat16
        self.prompts = prompts
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.fingerprint = fingerprint
        self._shares_pass = _pools_by_mean(model)

    def read(self, texts: Sequence[str]) -> Reading:
        """See `rag.index.encoder.Engine`."""
        import torch

        if not self._shares_pass:
            return Reading(self._encode(texts), None, None)
        found = self._model.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = found.pop("offset_mapping").numpy()
        features = {key: value.to(self._device) for key, value in found.items()}
        with torch.inference_mode(), self._precision():
            result = self._model(features)
        vectors, states = result["sentence_embedding"], result["token_embeddings"]
        return Reading(vectors.float().cpu().numpy(), states.float().cpu().numpy(), offsets)

    def _encode(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        with self._precision():
            found = self._model.encode(list(texts), prompt="", convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(found, np.float32)

    def _precision(self) -> torch.autocast:
        import torch

        return torch.autocast(self._device.split(":")[0], torch.bfloat16, enabled=self._bfloat16)


def load_named(name: str, device: str = "") -> SentenceTransformerEngine:
    """Load a model by folder or hub name, with its own prompts.

    Raises:
        EncoderUnavailable: it cannot be loaded.
    """
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name, device=device or best_device())
    except Exception as error:
        raise EncoderUnavailable(
            f"向量模型 {name} 无法载入：请检查网络，或设置环境变量 HF_ENDPOINT 换一个下载镜像，"
            '或把 encoder 设为本地模型文件夹，或设为内置的 "bundled"'
        ) from error
    prompts = prompts_of(model.prompts, name)
    return SentenceTransformerEngine(model, prompts, _fingerprint(model, prompts))


def prompts_of(named: Mapping[str, str | None], name: str) -> tuple[str, str]:
    """Return what goes before a query and before a passage: the model's own prompts, or what e5 was trained with."""
    query = named.get("query") or ""
    passage = next((found for key in ("passage", "document") if (found := named.get(key))), "")
    if not query and not passage and re.search(r"(?<![a-z0-9])e5(?![a-z0-9])", name.lower()):
        return "query: ", "passage: "
    return query, passage


def _pools_by_mean(model: SentenceTransformer) -> bool:
    kinds = [type(module).__name__ for module in model]
    pooling = model[1] if len(kinds) > 1 else None
    plain = kinds[:1] in (["Transformer"], ["BundledTransformer"]) and kinds[1:] in (
        ["Pooling"],
        ["Pooling", "Normalize"],
    )
    return plain and getattr(pooling, "pooling_mode", "") == "mean" and bool(getattr(model.tokenizer, "is_fast", False))


def _fingerprint(model: SentenceTransformer, prompts: tuple[str, str]) -> str:
    """Return a digest of what the vectors depend on; precision and place of the files do not count."""
    parts = [(type(module).__name__, getattr(module, "pooling_mode", None)) for module in model]
    digest = hashlib.sha256(repr((prompts, model.max_seq_length, parts)).encode())
    for key, tensor in model.state_dict().items():
        sample = tensor.flatten()[:_SAMPLE].float().cpu().numpy()
        digest.update(key.encode() + str(tuple(tensor.shape)).encode() + sample.tobytes())
    return f"sentence-transformers:{model.get_embedding_dimension()}:{digest.hexdigest()[:16]}"
