"""What an upload would bring: its pages cut into articles, nothing encoded, nothing stored."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rag.collection.bounds import check_document, check_file
from rag.collection.staging import Staged, StagedFile
from rag.corpus.segment import segment
from rag.corpus.uploads import read_upload
from rag.errors import ReadError
from rag.index.listing import OPENING_CHARACTERS, Listed
from rag.types import Article, Document, Page, Skipped

SHOWN_ARTICLES = 200
SHOWN_TEXTS = 20
_TEXT_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class ArticlePreview:
    """An article as it would be listed; `state` is new, known, or deleted when it was taken out before."""

    id: str
    title: str
    date: str
    byline: str
    characters: int
    opening: str
    state: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One file; `count` counts its articles, of which the first ones are in `articles`.

    `leftovers` are texts that belong to no article, `problems` what could not be read, both shortened;
    `replaces` says that a file of this name is in the collection already.
    """

    name: str
    count: int
    articles: tuple[ArticlePreview, ...]
    leftovers: tuple[str, ...]
    problems: tuple[str, ...]
    replaces: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One upload with its files."""

    token: str
    name: str
    files: tuple[FilePreview, ...]


def preview(staged: Staged, known: Mapping[str, Listed], names: set[str], images: Path | None = None) -> Preview:
    """Return what an upload holds.

    `known` are the library's articles by id, `names` those of its uploads; `images` is the folder where the
    images of scanned pages are kept.
    """
    files = (_file(file.name, read_staged(file, images), known, file.name in names) for file in staged.files)
    return Preview(staged.token, staged.name, tuple(files))


def read_staged(file: StagedFile, images: Path | None = None) -> Iterator[Page | Skipped]:
    """Read one staged file and cut it into articles; what its reader cannot cope with is skipped."""
    if file.problem:
        yield Skipped(file.name, file.problem)
        return
    try:
        check_file(file.path)
        for item in read_upload(file.path, file.name, images):
            yield item if isinstance(item, Skipped) else _cut(item)
    except ReadError as error:
        yield Skipped(file.name, str(error))
    except Exception:
        logging.getLogger(__name__).exception("%s cannot be read", file.name)
        yield Skipped(file.name, "文件已损坏，无法读取")


def _cut(document: Document) -> Page:
    check_document(document)
    return segment(document)


def _file(name: str, items: Iterable[Page | Skipped], known: Mapping[str, Listed], replaces: bool) -> FilePreview:
    pages: list[Page] = []
    problems: list[str] = []
    for item in items:
        if isinstance(item, Skipped):
            row = item.path.removeprefix(name).removeprefix(":")
            problems.append(f"第 {row} 行：{item.reason}" if row else item.reason)
        else:
            pages.append(item)
    articles = [article for page in pages for article in page.articles]
    leftovers = (left.text.strip()[:_TEXT_CHARACTERS] for page in pages for left in page.leftovers)
    if pages and not articles:
        problems.append("没有找到文章：文字太少，或只有标题")
    return FilePreview(
        name,
        len(articles),
        tuple(_article(article, known.get(article.id)) for article in articles[:SHOWN_ARTICLES]),
        tuple(islice(leftovers, SHOWN_TEXTS)),
        tuple(problems[:SHOWN_TEXTS]),
        replaces,
    )


def _article(article: Article, listed: Listed | None) -> ArticlePreview:
    state = "new" if listed is None else "deleted" if listed.hidden else "known"
    opening = article.text[article.body_start :][:OPENING_CHARACTERS]
    title = article.title if listed is None else listed.title
    return ArticlePreview(article.id, title, article.date, article.byline, len(article.text), opening, state)
