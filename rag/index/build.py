"""Mirror a collection in a library: encode what is new, replace what changed, remove what vanished."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from rag.corpus.chunk import chunk
from rag.corpus.segment import segment
from rag.errors import CollectionError
from rag.index.encoder import encoded_text
from rag.index.library import COLLECTION, DocumentUpdate, IndexedArticle, Library
from rag.types import Article, Document, Encoder, Page, Passage, Skipped

Progress = Callable[[int, int], None]

_BATCH_PASSAGES = 256
_RECIPE = "1"  # raise it when segmenting, chunking or encoded text changes so that stored vectors no longer fit


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `articles`, `passages` and `leftovers` are what the library holds afterwards.

    The other counts are of articles: an article whose page still exists is changed, not removed and added.
    """

    articles: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    leftovers: int
    seconds: float


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    encoded: int = 0
    seen: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, new: int, gone: int, unchanged: int) -> None:
        """Count one document's articles."""
        changed = min(new, gone)
        self.changed += changed
        self.added += new - changed
        self.removed += gone - changed
        self.unchanged += unchanged


def build(
    library: Library,
    encoder: Encoder,
    documents: Iterable[Document | Skipped],
    passage_characters: int,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the library hold exactly these documents, besides uploaded ones.

    Killed at any moment, it leaves a library that opens, and the next build does the rest. `progress` is
    called with the passages encoded so far and those known of.

    Raises:
        CollectionError: there is no document that can be read; the library stays as it was.
    """
    started = time.perf_counter()
    tally = _Tally()
    recipe = f"{_RECIPE}:{passage_characters}"
    trusted = library.meta("recipe") == recipe
    for pages in _batches(documents, tally, passage_characters):
        _store(library, encoder, pages, tally, trusted)
        if progress:
            progress(tally.encoded, tally.encoded)
    if not tally.seen:
        raise CollectionError("没有可用的文章：请检查资料文件夹里有没有 txt、md、html、pdf、docx 或 jsonl 文件")
    _remove_vanished(library, tally)
    library.set_meta("recipe", recipe)
    counts = library.counts()
    return BuildReport(
        articles=counts.articles,
        passages=counts.passages,
        added=tally.added,
        changed=tally.changed,
        removed=tally.removed,
        unchanged=tally.unchanged,
        skipped=tuple(tally.skipped),
        leftovers=counts.leftovers,
        seconds=time.perf_counter() - started,
    )


Chunked = tuple[Page, dict[str, tuple[Article, list[Passage]]]]


def _batches(documents: Iterable[Document | Skipped], tally: _Tally, size: int) -> Iterator[list[Chunked]]:
    batch: list[Chunked] = []
    for document in documents:
        if isinstance(document, Skipped):
            tally.skipped.append(document)
            continue
        page = segment(document)
        tally.seen.add(document.id)
        batch.append((page, {article.id: (article, chunk(article, size)) for article in page.articles}))
        if sum(len(passages) for _, chunked in batch for _, passages in chunked.values()) >= _BATCH_PASSAGES:
            yield batch
            batch = []
    if batch:
        yield batch


def _store(library: Library, encoder: Encoder, batch: list[Chunked], tally: _Tally, trusted: bool) -> None:
    stored = library.articles_of([page.document.id for page, _ in batch])
    fresh: list[tuple[Article, list[Passage]]] = []
    for page, chunked in batch:
        known = {article.id: article for article in stored[page.document.id]} if trusted else {}
        new = [pair for pair in chunked.values() if known.get(pair[0].id) != pair[0]]
        gone = {article.id for article in stored[page.document.id]} - chunked.keys()
        replaced = sum(pair[0].id in {article.id for article in stored[page.document.id]} for pair in new)
        tally.count(len(new), len(gone) + replaced, len(chunked) - len(new))
        fresh += new
    indexed = {item.article.id: item for item in _encode(encoder, fresh)}
    tally.encoded += sum(len(item.passages) for item in indexed.values())
    library.replace_documents([_update(page, chunked, indexed) for page, chunked in batch])


def _update(
    page: Page, chunked: dict[str, tuple[Article, list[Passage]]], indexed: dict[str, IndexedArticle]
) -> DocumentUpdate:
    new = tuple(indexed[article_id] for article_id in chunked if article_id in indexed)
    return DocumentUpdate(page.document.id, tuple(chunked), new, page.leftovers)


def _encode(encoder: Encoder, articles: list[tuple[Article, list[Passage]]]) -> Iterator[IndexedArticle]:
    pairs = [encoded_text(article, passage) for article, passages in articles for passage in passages]
    vectors, sentence_vectors = encoder.encode_passages([text for text, _ in pairs], [spans for _, spans in pairs])
    row = sentence = 0
    for article, passages in articles:
        ends = [sentence := sentence + len(passage.sentences) for passage in passages]
        groups = tuple(
            sentence_vectors[end - len(passage.sentences) : end] for passage, end in zip(passages, ends, strict=True)
        )
        yield IndexedArticle(article, tuple(passages), vectors[row : row + len(passages)], groups)
        row += len(passages)


def _remove_vanished(library: Library, tally: _Tally) -> None:
    vanished = [name for name in library.document_ids(COLLECTION) if name not in tally.seen]
    tally.removed += sum(len(articles) for articles in library.articles_of(vanished).values())
    if vanished:
        library.remove_documents(vanished)
