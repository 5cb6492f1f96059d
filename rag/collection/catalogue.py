"""The list of articles that a reader looks through: filters, counts, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.collection.sections import sections
from rag.index.library import Library
from rag.index.listing import Listed


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. Dates are ISO, whole or in part, both ends included; empty fields let all through."""

    query: str = ""
    source: str = ""
    section: str = ""
    origin: str = ""
    since: str = ""
    until: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All articles of a library at one generation; `sections` are by document."""

    generation: int
    articles: tuple[Listed, ...]
    sections: Mapping[str, str]

    def by_id(self) -> dict[str, Listed]:
        """Return the articles by id, deleted ones too."""
        return {article.id: article for article in self.articles}

    def sources(self) -> list[tuple[str, str, int]]:
        """Return (source, origin, number of articles) of what is not deleted, in order."""
        counts = Counter((article.source, article.origin) for article in self.articles if not article.hidden)
        return [(source, origin, count) for (source, origin), count in counts.items()]

    def section_names(self) -> list[str]:
        """Return the sections that there are, sorted."""
        return sorted({self.sections[article.document_id] for article in self.articles if not article.hidden} - {""})


def make_catalogue(library: Library) -> Catalogue:
    """List a library."""
    generation = library.generation
    articles = tuple(library.listing())
    names = {article.document_id for article in articles}
    return Catalogue(generation, articles, sections(library.leftovers(), names))


def matching(catalogue: Catalogue, wanted: Filter, containing: Callable[[str], set[str]]) -> list[Listed]:
    """Return the articles that a filter lets through; each word of the query stands in the title or the text."""
    found = [article for article in catalogue.articles if _fits(article, catalogue.sections, wanted)]
    for word in wanted.query.split():
        inside, plain = containing(word), word.lower()
        found = [article for article in found if article.id in inside or plain in article.title.lower()]
    return found


def page_of(found: Sequence[Listed], offset: int, limit: int) -> Sequence[Listed]:
    """Return a part of a list."""
    return found[max(0, offset) : max(0, offset) + max(1, limit)]


def _fits(article: Listed, sections_of: Mapping[str, str], wanted: Filter) -> bool:
    return (
        article.hidden == wanted.deleted
        and wanted.source in ("", article.source)
        and wanted.origin in ("", article.origin)
        and wanted.section in ("", sections_of[article.document_id])
        and _within(article.date, wanted.since, wanted.until)
    )


def _within(date: str, since: str, until: str) -> bool:
    if not since and not until:
        return True
    if not date:
        return False
    return date >= since[: len(date)] and (not until or date[: len(until)] <= until[: len(date)])
