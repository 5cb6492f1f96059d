"""A causal language model of a few thousand weights, trained on the spot to know one answer by heart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_STEPS, _RATE, _SURE = 300, 3e-3, 0.01


def make_checkpoint(folder: Path, chat: Sequence[dict[str, str]], answer: str) -> None:
    """Write a Qwen2 checkpoint with its tokenizer that continues the chat with the answer."""
    import torch
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(7)
    text = "\n".join(message["content"] for message in chat) + answer
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_learn_pieces(text), eos_token="<|im_end|>", pad_token="<|im_end|>", model_max_length=4096
    )
    tokenizer.chat_template = _TEMPLATE
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=4096,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
        )
    )
    prompt = str(tokenizer.apply_chat_template(list(chat), add_generation_prompt=True, tokenize=False))
    _learn_by_heart(model, tokenizer.encode(prompt), tokenizer.encode(f"{answer}<|im_end|>"))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _learn_pieces(text: str) -> object:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1200,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(text.splitlines(), trainer)
    return tokenizer


def _learn_by_heart(model: object, prompt: Sequence[int], answer: Sequence[int]) -> None:
    import torch

    assert isinstance(model, torch.nn.Module)
    ids = torch.tensor([[*prompt, *answer]])
    labels = torch.tensor([[-100] * len(prompt) + list(answer)])
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE)
    for _ in range(_STEPS):
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < _SURE:
            return
    raise AssertionError(f"the tiny model has not learnt its answer: {loss.item():.3f}")
