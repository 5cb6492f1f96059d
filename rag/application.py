"""The one place that turns names in the Config into objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag.answer.assistant import Assistant
from rag.answer.llm import make_answerer
from rag.config import Config
from rag.corpus.read import read_collection
from rag.corpus.uploads import read_uploads, upload_files
from rag.errors import CollectionError
from rag.index.build import BuildReport, build
from rag.index.encoder import load_encoder
from rag.index.library import UPLOAD, Library
from rag.search.retriever import Retriever
from rag.types import Answerer, Document, Encoder

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
    check_sources(sources)
    encoder = load_encoder(config.encoder, config.device)
    library = load_library(config, encoder, create=True)
    return update_library(library, encoder, sources, config.passage_characters, progress)


def update_library(
    library: Library,
    encoder: Encoder,
    sources: Sequence[Path],
    passage_characters: int,
    progress: Progress | None = None,
) -> BuildReport:
    """Make an open library mirror the sources, and hold what was uploaded besides.

    Raises:
        CollectionError: there is no document that can be read.
        LibraryError: another process is building.
    """
    uploads, images = uploads_folder(library), images_folder(library)
    uploaded = None
    if uploads is not None and upload_files(uploads):
        uploaded = build(library, encoder, read_uploads(uploads, images), passage_characters, progress, UPLOAD)
    mirrored = build(library, encoder, read_collection(sources, images), passage_characters, progress)
    library.set_meta("sources", json.dumps([str(source.resolve()) for source in sources], ensure_ascii=False))
    return mirrored if uploaded is None else _joined(uploaded, mirrored)


def uploads_folder(library: Library) -> Path | None:
    """Return where a library keeps the files that readers added; a library in memory keeps none."""
    return None if library.folder is None else library.folder / "uploads"


def images_folder(library: Library) -> Path | None:
    """Return where a library keeps the images of scanned pages; a library in memory keeps none."""
    return None if library.folder is None else library.folder / "pages"


def known_sources(library: Library, config: Config) -> list[Path]:
    """Return the sources of the last build; those of the Config when there was none yet."""
    stored = library.meta("sources")
    return [Path(source) for source in json.loads(stored)] if stored else [Path(config.collection)]


def check_sources(sources: Sequence[Path]) -> None:
    """See that there is something to read.

    Raises:
        CollectionError: a source does not exist.
    """
    for source in sources:
        if not source.exists():
            raise CollectionError(f"找不到 {source}，请检查路径")


def _joined(first: BuildReport, last: BuildReport) -> BuildReport:
    return replace(
        last,
        added=first.added + last.added,
        changed=first.changed + last.changed,
        removed=first.removed + last.removed,
        unchanged=first.unchanged + last.unchanged,
        skipped=first.skipped + last.skipped,
        seconds=first.seconds + last.seconds,
    )


def open_assistant(config: Config) -> Assistant:
    """Load the encoder, open the library and return an assistant over it, with the language model the Config names.

    Raises:
        ConfigError: a setting of the language model is missing.
        EncoderUnavailable: the embedding model cannot be loaded.
        LibraryError: the library is missing, damaged or made with another encoder.
    """
    writers = language_models(config)
    encoder = load_encoder(config.encoder, config.device)
    return Assistant(Retriever(load_library(config, encoder), encoder), writers)


def language_models(config: Config) -> dict[str, Answerer]:
    """Language models by the name that a reader chooses them by; "auto" stands for the endpoint, where one is set.

    Raises:
        ConfigError: a setting of the language model is missing.
    """
    writer = make_answerer(config)
    return {} if writer is None else {"endpoint" if config.answerer == "auto" else config.answerer: writer}


def assistant_over(
    passages: Sequence[str], encoder: Encoder, config: Config, writers: Mapping[str, Answerer] | None = None
) -> Assistant:
    """Return an assistant that knows only the given texts; nothing is stored. `writers` are its language models."""
    library = Library.open(None, encoder.fingerprint, encoder.dimension, create=True)
    documents = [
        Document(id=f"passage-{number}", text=text, source=f"passage-{number}", is_article=True)
        for number, text in enumerate(passages, start=1)
    ]
    build(library, encoder, documents, config.passage_characters, None)
    return Assistant(Retriever(library, encoder), writers)
