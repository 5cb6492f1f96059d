"""The one place that turns names in the Config into objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.answer.assistant import Assistant
from rag.config import Config
from rag.corpus.read import read_collection
from rag.errors import CollectionError
from rag.index.build import BuildReport, build
from rag.index.encoder import load_encoder
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.types import Document, Encoder

Progress = Callable[[int, int], None]


def load_library(config: Config, encoder: Encoder, create: bool = False) -> Library:
    """Open the library of the Config's index folder.

    Raises:
        LibraryError: it is missing, damaged or made with another encoder.
    """
    return Library.open(Path(config.index), encoder.fingerprint, encoder.dimension, create=create)


def build_collection(config: Config, sources: Sequence[Path], progress: Progress | None = None) -> BuildReport:
    """Make the library mirror the sources; unchanged articles are not encoded again.

    Raises:
        CollectionError: a source does not exist.
        LibraryError: the library is damaged or made with another encoder.
    """
    for source in sources:
        if not source.exists():
            raise CollectionError(f"找不到 {source}，请检查路径")
    encoder = load_encoder(config.encoder, config.device)
    library = load_library(config, encoder, create=True)
    return build(library, encoder, read_collection(sources), config.passage_characters, progress)


def open_assistant(config: Config) -> Assistant:
    """Load the encoder, open the library and return an assistant over it."""
    encoder = load_encoder(config.encoder, config.device)
    return Assistant(Retriever(load_library(config, encoder), encoder))


def assistant_over(passages: Sequence[str], encoder: Encoder, config: Config) -> Assistant:
    """Return an assistant that knows only the given texts; nothing is stored."""
    library = Library.open(None, encoder.fingerprint, encoder.dimension, create=True)
    documents = [
        Document(id=f"passage-{number}", text=text, source=f"passage-{number}", is_article=True)
        for number, text in enumerate(passages, start=1)
    ]
    build(library, encoder, documents, config.passage_characters, None)
    return Assistant(Retriever(library, encoder))
