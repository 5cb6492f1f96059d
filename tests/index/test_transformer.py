"""A tiny sentence-transformers model with random weights stands for any model by folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.errors import EncoderUnavailable
from rag.index.encoder import TextEncoder, load_encoder
from rag.index.transformer import load_named, prompts_of

TEXTS = ["青石桥昨天重新通车。大桥全长420米。", "今年春茶采摘比去年早一周。", "短句。"]
LETTERS = sorted(set("".join(TEXTS) + "query: passage：文档"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    root = tmp_path_factory.mktemp("models")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS]
    tokenizer = Tokenizer(models.WordLevel({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(7)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **shape)).save_pretrained(root / "bert")
    fast.save_pretrained(root / "bert")
    for mode in ("mean", "cls"):
        parts = [Transformer(str(root / "bert"), max_seq_length=64), Pooling(32, pooling_mode=mode), Normalize()]
        SentenceTransformer(modules=parts, device="cpu", prompts={"query": "query: ", "document": "文档："}).save(
            str(root / mode)
        )
    return root


def encoder(folder: Path, mode: str) -> TextEncoder:
    return TextEncoder(load_named(str(folder / mode), "cpu"))


@pytest.mark.parametrize("mode", ["mean", "cls"])
def test_vectors_are_the_models_own_with_its_prompts(folder: Path, mode: str) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder / mode), device="cpu")
    made = encoder(folder, mode)
    assert made.dimension == 32
    passages, _ = made.encode_passages(TEXTS, [()] * 3)
    expected = model.encode(TEXTS, prompt_name="document")
    assert (passages * expected).sum(axis=1).min() > 0.999
    queries = made.encode_queries(TEXTS)
    assert (queries * model.encode(TEXTS, prompt_name="query")).sum(axis=1).min() > 0.999


def test_sentences_are_pooled_from_the_pass_or_read_alone(folder: Path) -> None:
    spans = [[(0, 10), (10, 18)], [(0, 13)], []]
    pooled, alone = (encoder(folder, mode).encode_passages(TEXTS, spans)[1] for mode in ("mean", "cls"))
    assert pooled.shape == alone.shape == (3, 32)
    assert np.allclose(np.linalg.norm(pooled, axis=1), 1, atol=1e-5)
    assert np.allclose(
        alone,
        encoder(folder, "cls").encode_passages([TEXTS[0][:10], TEXTS[0][10:18], TEXTS[1]], [()] * 3)[0],
        atol=0.02,
    )


def test_the_fingerprint_knows_the_model_and_not_its_place(folder: Path, tmp_path: Path) -> None:
    import shutil

    moved = shutil.copytree(folder / "mean", tmp_path / "elsewhere")
    first, second = encoder(folder, "mean").fingerprint, load_encoder(str(moved), "cpu").fingerprint
    assert first == second
    assert encoder(folder, "cls").fingerprint != first
    settings = moved / "config_sentence_transformers.json"
    changed = json.loads(settings.read_text()) | {"prompts": {"query": "问："}}
    settings.write_text(json.dumps(changed))
    assert load_encoder(str(moved), "cpu").fingerprint != first


@pytest.mark.parametrize(
    ("named", "name", "expected"),
    [
        ({"query": "q:", "passage": "p:"}, "any", ("q:", "p:")),
        ({"query": "q:", "document": ""}, "any", ("q:", "")),
        ({"query": None, "document": None}, "bge-small-zh", ("", "")),
        ({}, "intfloat/multilingual-e5-base", ("query: ", "passage: ")),
        ({"query": "", "document": ""}, "/models/e5-small", ("query: ", "passage: ")),
        ({}, "someone/cafe5-model", ("", "")),
    ],
)
def test_prompts(named: dict[str, str | None], name: str, expected: tuple[str, str]) -> None:
    assert prompts_of(named, name) == expected


def test_a_model_that_cannot_be_had_is_told_with_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="HF_ENDPOINT.*文件夹.*bundled"):
        load_encoder(str(tmp_path / "no-model"), "cpu")
