"""Mirror a collection in a library: encode what is new, replace what changed, remove what vanished."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from rag.corpus.chunk import chunk
from rag.corpus.segment import segment
from rag.errors import CollectionError
from rag.index.changes import DocumentUpdate, IndexedArticle
from rag.index.encoder import encoded_text
from rag.index.library import COLLECTION, Library
from rag.types import Article, Document, Encoder, Leftover, Page, Passage, Skipped, Span, Vectors

Progress = Callable[[int, int], None]

_BATCH_PASSAGES = 256  # written in one transaction
_SLICE_PASSAGES = 32  # encoded between two calls of `progress`
_AHEAD_PASSAGES = 10_000  # read before encoding starts, so that `progress` knows how much there is
_RECIPE = "1"  # raise it when chunking or the encoded text changes, so that stored vectors no longer fit


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What has to be done for one document."""

    document_id: str
    article_ids: tuple[str, ...]
    new: tuple[tuple[Article, tuple[Passage, ...]], ...]
    refreshed: tuple[Article, ...]
    leftovers: tuple[Leftover, ...]

    @property
    def passages(self) -> int:
        return sum(len(passages) for _, passages in self.new)


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    encoded: int = 0
    planned: int = 0
    seen: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, appeared: int, gone: int, changed: int, unchanged: int) -> None:
        """Count one document's articles; what went and what came instead is one change."""
        pairs = min(appeared, gone)
        self.changed += changed + pairs
        self.added += appeared - pairs
        self.removed += gone - pairs
        self.unchanged += unchanged


def build(
    library: Library,
    encoder: Encoder,
    documents: Iterable[Document | Skipped],
    passage_characters: int,
    progress: Progress | None = None,
    origin: str = COLLECTION,
) -> BuildReport:
    """Bring documents into the library.

    With the origin "collection" the library mirrors them: what it has of that origin and they do not hold is
    removed; other origins only add and replace, and may be empty. Killed at any moment, it leaves a library
    that opens, and the next build does the rest. `progress` is called with the passages encoded so far and those known of.

    Raises:
        CollectionError: the collection has no document that can be read; the library stays as it was.
        LibraryError: another process is building.
    """
    started = time.perf_counter()
    tally = _Tally()
    with library.building():
        work = _Work(library, encoder, progress, tally, origin, f"{_RECIPE}:{passage_characters}")
        for batch in _batches(_plans(work, documents, passage_characters), tally):
            _store(work, batch)
        if not tally.seen and origin == COLLECTION:
            raise CollectionError("没有可用的文章：请检查资料文件夹里有没有 txt、md、html、pdf、docx 或 jsonl 文件")
        if origin == COLLECTION:
            _remove_vanished(library, tally)
            library.set_meta("recipe", work.recipe)
        library.set_meta("built", datetime.now(UTC).isoformat(timespec="seconds"))
    library.compact()
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


@dataclass(frozen=True, slots=True)
class _Work:
    """One build's means."""

    library: Library
    encoder: Encoder
    progress: Progress | None
    tally: _Tally
    origin: str
    recipe: str

    def report(self) -> None:
        """Tell how far it is."""
        if self.progress:
            self.progress(self.tally.encoded, self.tally.planned)


def _plans(work: _Work, documents: Iterable[Document | Skipped], size: int) -> Iterator[_Plan]:
    """Yield what has to be done, document by document; what is as stored already is only counted."""
    trusted = _trusted(work)
    known = set(work.library.document_ids(work.origin))
    leftovers: dict[str, list[Leftover]] = {}
    for leftover in work.library.leftovers():
        leftovers.setdefault(leftover.document_id, []).append(leftover)
    for document in documents:
        if isinstance(document, Skipped):
            work.tally.skipped.append(document)
            continue
        work.tally.seen.add(document.id)
        page = segment(document)
        stored = work.library.stored_articles([document.id])[document.id]
        plan = _plan(page, stored if trusted else [], size)
        _count(work.tally, plan, stored)
        same = document.id in known and [article.id for article in stored] == list(plan.article_ids)
        if not same or plan.new or plan.refreshed or leftovers.get(document.id, []) != list(page.leftovers):
            yield plan


def _trusted(work: _Work) -> bool:
    """Tell whether stored passages were made as they would be made now."""
    recipe = work.library.meta("recipe")
    if recipe is None:
        work.library.set_meta("recipe", work.recipe)
    return recipe in (None, work.recipe)


def _plan(page: Page, stored: Iterable[Article], size: int) -> _Plan:
    held = {article.id: article for article in stored}
    articles = {article.id: article for article in page.articles}
    new, refreshed = [], []
    for article in articles.values():
        old = held.get(article.id)
        if old is None or _content(old) != _content(article):
            new.append((article, tuple(chunk(article, size))))
        elif old != article:
            refreshed.append(article)
    return _Plan(page.document.id, tuple(articles), tuple(new), tuple(refreshed), page.leftovers)


def _content(article: Article) -> tuple[str, str, int]:
    """Return what passages and vectors are made from."""
    return article.title, article.text, article.body_start


def _count(tally: _Tally, plan: _Plan, stored: Iterable[Article]) -> None:
    held = {article.id: article for article in stored}
    new = {article.id for article, _ in plan.new}
    moved = {
        article.id for article in plan.refreshed if replace(held[article.id], raw_spans=article.raw_spans) == article
    }
    changed = len(new & held.keys()) + len(plan.refreshed) - len(moved)
    gone = len(held.keys() - set(plan.article_ids))
    tally.count(len(new - held.keys()), gone, changed, len(plan.article_ids) - len(new - held.keys()) - changed)
    tally.planned += plan.passages


def _batches(plans: Iterable[_Plan], tally: _Tally) -> Iterator[list[_Plan]]:
    """Group plans into batches to encode and write together, well behind the reading."""
    waiting: deque[_Plan] = deque()
    for plan in plans:
        waiting.append(plan)
        while tally.planned - tally.encoded > _AHEAD_PASSAGES:
            yield _take(waiting)
    while waiting:
        yield _take(waiting)


def _take(waiting: deque[_Plan]) -> list[_Plan]:
    batch = [waiting.popleft()]
    while waiting and sum(plan.passages for plan in batch) < _BATCH_PASSAGES:
        batch.append(waiting.popleft())
    return batch


def _store(work: _Work, batch: list[_Plan]) -> None:
    indexed = {item.article.id: item for item in _encode(work, [pair for plan in batch for pair in plan.new])}
    updates = [
        DocumentUpdate(
            document_id=plan.document_id,
            article_ids=plan.article_ids,
            new=tuple(indexed[article.id] for article, _ in plan.new),
            refreshed=plan.refreshed,
            leftovers=plan.leftovers,
        )
        for plan in batch
    ]
    work.library.replace_documents(updates, work.origin)


def _encode(work: _Work, articles: list[tuple[Article, tuple[Passage, ...]]]) -> Iterator[IndexedArticle]:
    pairs = [encoded_text(article, passage) for article, passages in articles for passage in passages]
    rows = iter(_vectors(work, pairs))
    for article, passages in articles:
        found = [next(rows) for _ in passages]
        vectors = np.array([vector for vector, _ in found], np.float32).reshape(-1, work.encoder.dimension)
        yield IndexedArticle(article, passages, vectors, tuple(sentences for _, sentences in found))


def _vectors(work: _Work, pairs: list[tuple[str, list[Span]]]) -> list[tuple[Vectors, Vectors]]:
    """Return for each text its vector and its sentences' vectors; texts of like length are encoded together."""
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at][0]))
    found: dict[int, tuple[Vectors, Vectors]] = {}
    for at in range(0, len(order), _SLICE_PASSAGES):
        part = order[at : at + _SLICE_PASSAGES]
        spans = [pairs[index][1] for index in part]
        vectors, sentences = work.encoder.encode_passages([pairs[index][0] for index in part], spans)
        groups = np.split(sentences, np.cumsum([len(group) for group in spans])[:-1])
        found |= dict(zip(part, zip(vectors, groups, strict=True), strict=True))
        work.tally.encoded += len(part)
        work.report()
    return [found[index] for index in range(len(pairs))]


def _remove_vanished(library: Library, tally: _Tally) -> None:
    vanished = [name for name in library.document_ids(COLLECTION) if name not in tally.seen]
    tally.removed += sum(len(articles) for articles in library.stored_articles(vanished).values())
    if vanished:
        library.remove_documents(vanished)
