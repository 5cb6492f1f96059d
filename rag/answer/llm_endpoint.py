"""Any server that speaks OpenAI's chat completions: DeepSeek, DashScope, Moonshot, Ollama, vLLM, llama.cpp."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from rag.answer.background import slow
from rag.answer.prompt import Message, estimated_tokens, messages
from rag.answer.streaming import readable
from rag.config import Config, api_key
from rag.errors import AnswererError, MissingExtra
from rag.types import EvidenceText, Query

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

_EVIDENCE_TOKENS = 3000
_LEAST_EVIDENCE_TOKENS = 300
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 8.0
_CONNECT_SECONDS = 10.0
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_NO_KEY = "none"
_TOO_LONG = ("context", "too long", "maximum", "token", "length", "exceed")


class _PromptTooLong(AnswererError):
    """The server says that the prompt does not fit the model's window."""


class EndpointAnswerer:
    """Writes with a model behind an OpenAI-compatible address; the key comes from the environment alone."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @property
    def name(self) -> str:
        """Shown to the reader as the author of the answer."""
        return self._config.model or "语言模型"

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """Yield pieces of the draft; evidence that does not fit the model's window is left out, best kept.

        Raises:
            AnswererError: the server cannot be used, or its answer broke off.
        """
        room = _EVIDENCE_TOKENS
        while True:
            chat = messages(query, evidence, room, estimated_tokens)
            try:
                yield from readable(self.complete(chat, self._config.answer_tokens))
            except _PromptTooLong:
                room //= 2
                if room < _LEAST_EVIDENCE_TOKENS:
                    raise
            else:
                return

    def complete(self, chat: Sequence[Message], tokens: int) -> Generator[str]:
        """Yield pieces of a reply to any chat, of at most `tokens` tokens; faults before the first are retried."""
        finished = False
        with self._open(chat, tokens) as stream:
            try:
                for chunk in stream:
                    for choice in chunk.choices:
                        finished = finished or bool(choice.finish_reason)
                        if choice.delta and choice.delta.content:
                            yield choice.delta.content
            except Exception as error:
                raise self._explained(error, opened=True) from None
        if not finished:
            raise _broken_off()

    def _open(self, chat: Sequence[Message], tokens: int) -> openai.Stream[ChatCompletionChunk]:
        """Return the server's stream, trying again on faults that pass by themselves."""
        client = self._client()
        prompt = cast("list[ChatCompletionMessageParam]", list(chat))
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return client.chat.completions.create(
                    model=self._config.model,
                    messages=prompt,
                    max_tokens=tokens,
                    temperature=0,
                    stream=True,
                )
            except Exception as error:
                explained = self._explained(error)
                if not explained.retryable or attempt == _ATTEMPTS or _timed_out(error):
                    raise explained from None
                time.sleep(_pause(error, attempt))
        raise AssertionError("the last attempt returns or raises")

    def _client(self) -> openai.OpenAI:
        try:
            from openai import OpenAI, Timeout
        except ImportError as error:
            raise MissingExtra("llm", "使用语言模型接口") from error
        seconds = self._config.timeout_seconds
        return OpenAI(
            base_url=self._config.endpoint,
            api_key=api_key() or _NO_KEY,
            max_retries=0,
            timeout=Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
        )

    def _explained(self, error: Exception, opened: bool = False) -> AnswererError:
        """Return the error as the reader is told it; nothing of the server's text, which may hold the key."""
        import openai

        if isinstance(error, AnswererError):
            return error
        if isinstance(error, openai.APITimeoutError) or type(error).__name__ == "ReadTimeout":
            return slow(self._config.timeout_seconds)
        if isinstance(error, openai.APIStatusError):
            return _status_error(error, self._config)
        if isinstance(error, openai.APIConnectionError) and not opened:
            return AnswererError(
                f"连不上语言模型服务 {self._config.endpoint}：请检查地址、网络和服务是否已启动", retryable=True
            )
        return _broken_off()


def _status_error(error: openai.APIStatusError, config: Config) -> AnswererError:
    status = error.status_code
    if status in {401, 403}:
        return AnswererError("语言模型服务拒绝了密钥：请检查环境变量 WENBAO_API_KEY")
    if status == 404:
        return AnswererError(
            f"语言模型服务没有模型“{config.model}”或地址不对：请检查配置 endpoint（应以 /v1 结尾）和 model"
        )
    if status == 429:
        return AnswererError("语言模型服务限流或额度不足（429）：请稍后再试，或检查账户余额", retryable=True)
    if status in {400, 413} and any(word in str(error).lower() for word in _TOO_LONG):
        return _PromptTooLong("问题和资料超出了模型的长度限制：请缩短问题，或换用窗口更大的模型")
    if status >= 500:
        return AnswererError(f"语言模型服务出错（{status}）：请稍后再试", retryable=status in _TRANSIENT)
    return AnswererError(f"语言模型服务不接受这个请求（{status}）：请检查配置 endpoint 和 model", status in _TRANSIENT)


def _timed_out(error: Exception) -> bool:
    return "Timeout" in type(error).__name__


def _broken_off() -> AnswererError:
    return AnswererError("语言模型的回答中途断开：请重试", retryable=True)


def _pause(error: Exception, attempt: int) -> float:
    """Return the seconds to wait: what the server asks for within reason, else longer each time."""
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    seconds = float(asked) if asked.replace(".", "", 1).isdigit() else _PAUSE_SECONDS * 2 ** (attempt - 1)
    return float(min(seconds, _LONGEST_PAUSE_SECONDS))
