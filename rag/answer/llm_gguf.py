"""A local GGUF file, run in this process by llama.cpp (xllamacpp)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from rag.answer.background import Push, Stopped, pushed
from rag.answer.prompt import Message, estimated_tokens, messages
from rag.answer.streaming import readable
from rag.config import Config
from rag.errors import AnswererError, MissingExtra
from rag.types import EvidenceText, Query

_PROMPT_TOKENS = 900  # rules, example and question
_SEED = 7


Chunk = Mapping[str, Any]
"""One event of a streamed reply, as OpenAI's chat completions define it."""


class _Server(Protocol):
    """What is used of xllamacpp's server."""

    @property
    def listening_address(self) -> str:
        """Its address on loopback."""
        ...

    def handle_chat_completions(self, request: Mapping[str, object], receive: Callable[[Chunk], bool]) -> object:
        """Run a request; `receive` gets every chunk and returns True to stop."""
        ...


class GgufAnswerer:
    """Writes with a GGUF model; it is loaded when the first question comes, and kept."""

    def __init__(self, path: Path, config: Config) -> None:
        self._path = path
        self._config = config
        self._server: _Server | None = None
        self._loading = Lock()

    @property
    def name(self) -> str:
        """Shown to the reader as the author of the answer."""
        return self._path.stem

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """Yield pieces of the draft. Raises AnswererError when the model cannot be used."""
        chat = messages(query, evidence, self._config.evidence_tokens, estimated_tokens)
        yield from readable(self.complete(chat, self._config.answer_tokens))

    def complete(self, chat: Sequence[Message], tokens: int) -> Generator[str]:
        """Yield pieces of a reply to any chat, of at most `tokens` tokens."""
        server = self._load()
        request = {
            "messages": list(chat),
            "max_tokens": tokens,
            "stream": True,
            "temperature": 0,
            "seed": _SEED,
            "cache_prompt": True,
        }

        def generate(push: Push, stopped: Stopped) -> None:
            def receive(chunk: Chunk) -> bool:
                _raise_error(chunk)
                for choice in chunk.get("choices", ()):
                    if content := (choice.get("delta") or {}).get("content"):
                        push(content)
                return stopped()

            server.handle_chat_completions(request, receive)

        return pushed(generate, self._config.timeout_seconds)

    def _load(self) -> _Server:
        with self._loading:
            if self._server is None:
                self._server = _serve(self._path, self._config)
        return self._server


def _serve(path: Path, config: Config, key: str = "") -> _Server:
    """Start llama.cpp's server. It listens on loopback as well; a key nobody knows keeps others out."""
    try:
        from xllamacpp import CommonParams, Server
    except ImportError as error:
        raise MissingExtra("local-llm", "运行本地 GGUF 模型") from error
    if not path.is_file():
        raise AnswererError(f"找不到模型文件 {path}：请检查配置 model，或运行 wenbao model fetch")
    parameters = CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = config.evidence_tokens + config.answer_tokens + _PROMPT_TOKENS
    parameters.n_parallel = 1
    parameters.verbosity = 0
    parameters.ui = False
    parameters.api_keys = [key or secrets.token_hex(16)]
    try:
        server: _Server = Server(parameters)
    except (RuntimeError, ValueError, OSError) as error:
        raise AnswererError(f"无法载入模型 {path.name}：文件可能不完整，请重新下载后再试") from error
    return server


def _raise_error(chunk: Chunk) -> None:
    if "error" in chunk:
        raise AnswererError("本地模型拒绝了这个请求：请缩短问题，或调小配置 evidence_tokens")
