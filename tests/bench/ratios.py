"""Speed as ratios measured in one run: `python -m tests.bench.ratios`; exit code 1 when one is over its limit.

The passages come from WENBAO_BENCH where it is set, else from the seeds, repeated with variations.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from sentence_transformers import SentenceTransformer

from rag.answer.assistant import Assistant
from rag.config import Config
from rag.corpus.chunk import chunk
from rag.corpus.read import read_collection
from rag.corpus.segment import segment
from rag.evaluate.suites import read_rows
from rag.index.build import build
from rag.index.devices import fast_in_bfloat16
from rag.index.encoder import encoded_text, load_encoder
from rag.index.library import Library
from rag.search.retriever import Retriever
from rag.types import Document, Encoder
from tests.bench.reference import save_reference

ROOT = Path(__file__).parents[2]
PASSAGES = 1000  # least number that building is measured on
WARM_RUNS = 25
COLD_RUNS = 5
SIZE = Config().passage_characters


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two durations in seconds and the most that their quotient may be."""

    name: str
    ours: float
    reference: float
    limit: float

    @property
    def value(self) -> float:
        return self.ours / self.reference

    def __str__(self) -> str:
        verdict = "ok" if self.value <= self.limit else "OVER"
        times = f"{self.ours * 1000:.1f} ms / {self.reference * 1000:.1f} ms"
        return f"{self.name}: {self.value:.2f} (at most {self.limit:g}) {verdict}   {times}"


def measure() -> list[Ratio]:
    """Measure the three ratios in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents, questions = collection()
        encoder = load_encoder("bundled")
        reference = save_reference(folder / "reference")
        building = building_ratio(
            documents, encoder, SentenceTransformer(str(reference), device="cpu"), folder / "index"
        )
        asking = asking_ratio(folder / "index", encoder, questions)
        return [asking, building, cold_ratio(folder / "index", reference, questions[0])]


def collection() -> tuple[list[Document], list[str]]:
    """Documents of at least PASSAGES passages, and questions to them."""
    bench = os.environ.get("WENBAO_BENCH")
    if bench:
        documents = [one for one in read_collection([Path(bench) / "crud.corpus.jsonl"]) if isinstance(one, Document)]
        questions = [row["question"] for row in read_rows(Path(bench) / "crud.queries.jsonl")]
    else:
        documents = [copy for number in range(20) for copy in _varied(number)]
        questions = [row["question"] for row in read_rows(ROOT / "tests/data/seeds_qa.jsonl")]
    return _first(documents), questions[:WARM_RUNS]


def _varied(number: int) -> list[Document]:
    """The seeds with a number after each full stop, so that no two copies share a passage."""
    seeds = [one for one in read_collection([ROOT / "seeds"]) if isinstance(one, Document)]
    return [Document(f"{number}/{seed.id}", seed.text.replace("。", f"（{number}）。"), seed.source) for seed in seeds]


def _first(documents: Sequence[Document]) -> list[Document]:
    """As many documents as make PASSAGES passages."""
    kept: list[Document] = []
    passages = 0
    for document in documents:
        if passages >= PASSAGES:
            break
        kept.append(document)
        passages += len(texts_of([document]))
    return kept


def texts_of(documents: Sequence[Document]) -> list[str]:
    """What building encodes."""
    articles = [article for document in documents for article in segment(document).articles]
    return [f"passage: {encoded_text(article, one)[0]}" for article in articles for one in chunk(article, SIZE)]


def building_ratio(
    documents: Sequence[Document], encoder: Encoder, reference: SentenceTransformer, folder: Path
) -> Ratio:
    """A build from documents to a library that can be searched, against encoding the same texts."""
    texts = texts_of(documents)
    library = Library.open(None, encoder.fingerprint, encoder.dimension, create=True)
    build(library, encoder, documents[:3], SIZE)
    encode(reference, texts[:32])
    plain = seconds(lambda: encode(reference, texts))
    ours = seconds(lambda: build_on_disk(documents, encoder, folder))
    return Ratio(f"building {len(texts)} passages / encoding them", ours, plain, 1.15)


def build_on_disk(documents: Sequence[Document], encoder: Encoder, folder: Path) -> None:
    library = Library.open(folder, encoder.fingerprint, encoder.dimension, create=True)
    build(library, encoder, documents, SIZE)
    library.snapshot()
    library.close()


def encode(reference: SentenceTransformer, texts: Sequence[str]) -> None:
    """Plain encoding in the precision that building uses."""
    precision = torch.autocast("cpu", torch.bfloat16) if fast_in_bfloat16("cpu") else nullcontext()
    with precision:
        reference.encode(list(texts))


def asking_ratio(folder: Path, encoder: Encoder, questions: Sequence[str]) -> Ratio:
    """One question from end to end against encoding the same question, alternating, at batch 1."""
    library = Library.open(folder, encoder.fingerprint, encoder.dimension)
    assistant = Assistant(Retriever(library, encoder))
    for question in questions[:5]:
        assistant.ask(question)
    asked, encoded = [], []
    for question in questions:
        asked.append(seconds(lambda text=question: assistant.ask(text)))
        encoded.append(seconds(lambda text=question: encoder.encode_queries([text])))
    library.close()
    return Ratio("asking / encoding a query", statistics.median(asked), statistics.median(encoded), 8)


def cold_ratio(folder: Path, reference: Path, question: str) -> Ratio:
    """`wenbao ask` in a new process against one that loads the model, alternating."""
    main = "import sys; from rag.serve.cli import main; sys.exit(main())"
    ask = [sys.executable, "-c", main, "ask", question, "--index", str(folder), "--json"]
    load = (
        f"from sentence_transformers import SentenceTransformer; SentenceTransformer({str(reference)!r}, device='cpu')"
    )
    asked, loaded = [], []
    for _ in range(COLD_RUNS + 1):
        loaded.append(seconds(lambda: _process([sys.executable, "-c", load])))
        asked.append(seconds(lambda: _process(ask)))
    return Ratio(
        "cold `wenbao ask` / loading the model", statistics.median(asked[1:]), statistics.median(loaded[1:]), 1.5
    )


def _process(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    ratios = measure()
    for ratio in ratios:
        print(ratio)
    return int(any(ratio.value > ratio.limit for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main())
