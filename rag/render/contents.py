"""The table of contents: the collection's articles by the page they were printed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, islice

from rag.render.article import article_url, chinese_date
from rag.render.templates import render
from rag.types import Article

LISTED = 200


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The articles of one source, in the order of the page."""

    source: str
    articles: tuple[Article, ...]


def contents_html(articles: Iterable[Article], total: int) -> str:
    """Return the first articles of a collection of `total`; neighbours of one source stand together."""
    shown = list(islice(articles, LISTED))
    pages = [PrintedPage(source, tuple(group)) for source, group in groupby(shown, key=lambda article: article.source)]
    return render(
        "contents",
        {
            "pages": pages,
            "shown": len(shown),
            "total": total,
            "article_url": article_url,
            "chinese_date": chinese_date,
        },
    )
