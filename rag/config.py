"""One frozen Config; the only reader of `wenbao.toml` and of the environment.

Precedence: command-line options (through `dataclasses.replace`) over environment over file over defaults.
Every field `name` can be set as `name = …` in the file or as `WENBAO_NAME` in the environment; the key of
a language-model endpoint is read from `WENBAO_API_KEY` alone and is never part of the Config.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

BUNDLED_ENCODER = "bundled"


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process.

    Paths are relative to the working folder unless absolute.
    """

    index: str = "index"  # folder of the library
    collection: str = "seeds"  # folder or file that `build` mirrors when none is named
    title: str = "问报"  # name of the page
    examples: tuple[str, ...] = ()  # example questions; empty: made from the collection's titles
    host: str = "127.0.0.1"
    port: int = 7860
    editing: str = "on"  # "on": whoever can open the page may change the collection; "off": the page only shows it

    encoder: str = BUNDLED_ENCODER  # "bundled", or a sentence-transformers model: a folder or a name on a hub
    device: str = ""  # "", "cpu", "cuda", …; empty: chosen by what is there
    passage_characters: int = 300  # target length of a passage
    hits: int = 50  # passages that search returns

    answerer: str = "auto"  # auto, extractive, endpoint, transformers, gguf
    endpoint: str = ""  # base URL of an OpenAI-compatible server, with /v1
    model: str = ""  # model name at the endpoint, or a folder, hub name or GGUF file for a local model
    timeout_seconds: float = 60.0  # without a token from the model, per attempt
    evidence_tokens: int = 600  # room for evidence in a local model's prompt
    answer_tokens: int = 512  # most tokens a model may write


def load_config(folder: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read `folder/wenbao.toml`, if there, and `WENBAO_*` variables over it.

    Raises:
        ConfigError: a name is unknown or a value has the wrong type.
    """
    settings = _from_file(folder / "wenbao.toml")
    settings |= _from_environment(os.environ if environment is None else environment)
    return Config(**settings)  # type: ignore[arg-type]


def api_key(environment: Mapping[str, str] | None = None) -> str:
    """Return the endpoint's key; empty when none is set."""
    return (os.environ if environment is None else environment).get("WENBAO_API_KEY", "")


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the user's folder for what can be downloaded again: models."""
    known = os.environ if environment is None else environment
    if known.get("XDG_CACHE_HOME"):
        return Path(known["XDG_CACHE_HOME"]) / "wenbao"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "wenbao"
    if sys.platform == "win32" and known.get("LOCALAPPDATA"):
        return Path(known["LOCALAPPDATA"]) / "wenbao" / "Cache"
    return Path.home() / ".cache" / "wenbao"


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"配置文件 {path} 无法解析：{error}") from error
    return {name: _convert(name, value) for name, value in table.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    known = {field.name for field in fields(Config)}
    named = {
        key.removeprefix("WENBAO_").lower(): value for key, value in environment.items() if key.startswith("WENBAO_")
    }
    return {name: _convert(name, value) for name, value in named.items() if name in known}


def _convert(name: str, value: object) -> object:
    kinds: dict[str, Callable[[Any], object]] = {field.name: type(field.default) for field in fields(Config)}
    if name not in kinds:
        raise ConfigError(f"配置项 {name} 不存在，可用的有：{'、'.join(kinds)}")
    kind = kinds[name]
    if kind is tuple:
        items = value.split("|") if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ConfigError(f"配置项 {name} 应为文字列表")
        return tuple(item for item in items if item)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigError(f"配置项 {name} 的值 {value!r} 类型不对")
    try:
        return kind(value)
    except ValueError as error:
        raise ConfigError(f"配置项 {name} 的值 {value!r} 不是{'整数' if kind is int else '数'}") from error
