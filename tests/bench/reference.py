"""The bundled model as an ordinary sentence-transformers folder: what the measurements compare with."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from rag.index.bundled import Weights, build_tokenizer, read_weights, unpack, weights_path

LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def save_reference(folder: Path) -> Path:
    """Write the model, its tokenizer and the module list (470 MB) and return the folder."""
    weights = read_weights(weights_path())
    _model(weights).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(weights),
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=weights.shape.positions,
    )
    tokenizer.save_pretrained(folder)
    (folder / "modules.json").write_text(json.dumps(MODULES))
    for part in ("1_Pooling", "2_Normalize"):
        (folder / part).mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": weights.shape.width, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    limit = {"max_seq_length": weights.shape.positions, "do_lower_case": False}
    (folder / "sentence_bert_config.json").write_text(json.dumps(limit))
    return folder


def _model(weights: Weights) -> BertModel:
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
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = model.state_dict()
    for name, packed in weights.tensors.items():
        target = _target(name)
        state[target] = torch.from_numpy(unpack(*packed).copy()).view(state[target].shape)
    model.load_state_dict(state)
    return model.eval()


def _target(name: str) -> str:
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"
