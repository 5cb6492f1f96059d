"""The real assistant over the default collection, and one over texts of a test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answer.assistant import Assistant
from rag.application import assistant_over
from rag.config import Config
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.types import Encoder

Asking = Callable[..., Assistant]


@pytest.fixture(scope="session")
def seeds_assistant(seeds_library: Library, bundled_encoder: Encoder) -> Assistant:
    """The assistant over the default collection."""
    return Assistant(Retriever(seeds_library, bundled_encoder))


@pytest.fixture(scope="session")
def over(bundled_encoder: Encoder) -> Asking:
    """Return an assistant over the texts given."""
    return lambda *texts: assistant_over(texts, bundled_encoder, Config())
