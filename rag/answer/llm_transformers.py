"""A local Hugging Face model, a folder or a name on a hub, run by transformers."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from rag.answer.background import Push, Stopped, pushed
from rag.answer.prompt import Message, messages
from rag.answer.streaming import readable
from rag.config import Config
from rag.errors import AnswererError
from rag.types import EvidenceText, Query

if TYPE_CHECKING:
    import torch
    from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

_LEAST_EVIDENCE = 64
_UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model, its tokenizer and the number of tokens it can read at once."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    window: int


class TransformersAnswerer:
    """Writes with a causal language model; it is loaded when the first question comes, and kept."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._loaded: _Loaded | None = None
        self._loading = Lock()

    @property
    def name(self) -> str:
        """Shown to the reader as the author of the answer."""
        return Path(self._config.model).name

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """Yield pieces of the draft. Raises AnswererError when the model cannot be used."""
        loaded = self._load()
        count = _counter(loaded.tokenizer)
        bare = sum(count(message["content"]) + 8 for message in messages(query, evidence[:1], 1, count))
        room = min(self._config.evidence_tokens, loaded.window - self._config.answer_tokens - bare)
        chat = messages(query, evidence, max(room, _LEAST_EVIDENCE), count)
        yield from readable(self.complete(chat, self._config.answer_tokens))

    def complete(self, chat: Sequence[Message], tokens: int) -> Generator[str]:
        """Yield pieces of a reply to any chat, of at most `tokens` tokens."""
        loaded = self._load()

        def generate(push: Push, stopped: Stopped) -> None:
            _generate(loaded, _prompt(loaded.tokenizer, chat), tokens, push, stopped)

        return pushed(generate, self._config.timeout_seconds)

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._config)
        return self._loaded


def _load(config: Config) -> _Loaded:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if not config.model:
        raise AnswererError("没有指定本地模型：请在配置 model 中给出模型文件夹或名称")
    device = config.device or ("cuda" if torch.cuda.is_available() else "cpu")
    spread = device == "cuda" and importlib.util.find_spec("accelerate") is not None
    try:
        tokenizer = AutoTokenizer.from_pretrained(config.model)
        model = AutoModelForCausalLM.from_pretrained(
            config.model, dtype=torch.bfloat16, device_map="auto" if spread else None
        )
    except (OSError, ValueError, KeyError) as error:
        raise AnswererError(
            f"无法载入模型 {config.model}：请检查名称或文件夹；连不上模型站时可设置环境变量 HF_ENDPOINT 使用镜像"
        ) from error
    if not spread:
        torch.nn.Module.to(model, device)
    window = getattr(model.config, "max_position_embeddings", None) or _UNLIMITED
    return _Loaded(model.train(False), tokenizer, min(window, tokenizer.model_max_length))


def _counter(tokenizer: PreTrainedTokenizerBase) -> Callable[[str], int]:
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False))


def _prompt(tokenizer: PreTrainedTokenizerBase, chat: Sequence[Message]) -> BatchEncoding:
    if tokenizer.chat_template:
        text = str(tokenizer.apply_chat_template(list(chat), add_generation_prompt=True, tokenize=False))
        return cast("BatchEncoding", tokenizer(text, add_special_tokens=False, return_tensors="pt"))
    text = "\n\n".join(message["content"] for message in chat)
    return cast("BatchEncoding", tokenizer(f"{text}\n回答：", return_tensors="pt"))


def _generate(loaded: _Loaded, prompt: BatchEncoding, tokens: int, push: Push, stopped: Stopped) -> None:
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList, TextStreamer

    class Stop(StoppingCriteria):
        def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **_: object) -> torch.BoolTensor:
            rows = torch.full((input_ids.shape[0],), stopped(), device=input_ids.device, dtype=torch.bool)
            return cast("torch.BoolTensor", rows)

    class Pushing(TextStreamer):
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
            if text:
                push(text)

    model: Any = loaded.model
    padding, end = loaded.tokenizer.pad_token_id, loaded.tokenizer.eos_token_id
    streamer = Pushing(loaded.tokenizer, skip_prompt=True, skip_special_tokens=True)
    with torch.inference_mode():
        model.generate(
            **prompt.to(loaded.model.device),
            max_new_tokens=tokens,
            do_sample=False,
            streamer=streamer,
            stopping_criteria=StoppingCriteriaList([Stop()]),
            pad_token_id=end if padding is None else padding,
        )
