"""The one place that turns the Config's names into a language model that answers."""

from __future__ import annotations

from rag.config import Config
from rag.errors import ConfigError
from rag.types import Answerer

NAMES = ("auto", "extractive", "endpoint", "transformers", "gguf")


def make_answerer(config: Config) -> Answerer | None:
    """Return the language model that the Config names; None where source sentences are to answer.

    Nothing is loaded or asked before the first question.

    Raises:
        ConfigError: the name is unknown, or a setting it needs is missing.
        AnswererError: the local model is not on this machine.
    """
    name = config.answerer
    if name not in NAMES:
        raise ConfigError(f"配置 answerer 的值 {name} 不存在，可用的有：{'、'.join(NAMES)}")
    if name == "extractive" or (name == "auto" and not config.endpoint):
        return None
    if name == "transformers":
        return _transformers(config)
    return _gguf(config) if name == "gguf" else _endpoint(config)


def _endpoint(config: Config) -> Answerer:
    from rag.answer.llm_endpoint import EndpointAnswerer

    if not config.endpoint or not config.model:
        raise ConfigError("使用语言模型接口需要配置 endpoint（以 /v1 结尾的地址）和 model（模型名）")
    return EndpointAnswerer(config)


def _transformers(config: Config) -> Answerer:
    from rag.answer.llm_transformers import TransformersAnswerer

    if not config.model:
        raise ConfigError("使用 transformers 需要在配置 model 中给出模型文件夹或名称")
    return TransformersAnswerer(config)


def _gguf(config: Config) -> Answerer:
    from rag.answer.llm_gguf import GgufAnswerer
    from rag.answer.models import DEFAULT_MODEL, find_model

    return GgufAnswerer(find_model(config.model or DEFAULT_MODEL), config)
