"""What every cut page must satisfy, and which articles of a gold list are right."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from rag.corpus.clean import raw_offsets
from rag.corpus.read import read_file
from rag.corpus.segment import segment
from rag.types import Article, Document, Page

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
PAGES = Path(__file__).parent / "pages"
Gold = dict[str, str]

_MARKUP = re.compile("[\\s*#>\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")


def page_of(text: str) -> Page:
    """Cut a text as one document."""
    return segment(Document(id="page.txt", text=text, source="page.txt"))


def gold_pages(folder: Path, gold: Path) -> list[tuple[Page, list[Gold]]]:
    """Return every page of a folder with its gold articles."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    pages = []
    for name in sorted({row["source"] for row in rows}):
        (document,) = read_file(folder / name, folder)
        pages.append((segment(document), [row for row in rows if row["source"] == name]))
    return pages


def check_page(page: Page) -> None:
    """Assert that articles and leftovers cover the visible text once, and each text equals its raw ranges."""
    raw = page.document.text
    covered = [0] * len(raw)
    for article in page.articles:
        pieces = "".join(raw[start:end] for start, end in article.raw_spans)
        assert _MARKUP.sub("", pieces) == _MARKUP.sub("", article.text)
        assert article.title
        assert 0 <= article.body_start <= len(article.text)
        offsets = raw_offsets(raw, article.raw_spans, article.text)
        assert all(
            raw[offset] == mark for offset, mark in zip(offsets, article.text, strict=True) if not mark.isspace()
        )
    ranges = [span for article in page.articles for span in article.raw_spans]
    ranges += [(leftover.start, leftover.end) for leftover in page.leftovers]
    for start, end in ranges:
        for position in range(start, end):
            covered[position] += 1
    assert all(count == 1 for count, character in zip(covered, raw, strict=True) if not character.isspace())
    assert all(leftover.text == raw[leftover.start : leftover.end] for leftover in page.leftovers)
    assert len({article.id for article in page.articles}) == len(page.articles)


def wrong_articles(page: Page, golds: Sequence[Gold]) -> list[str]:
    """Return the titles of gold articles that the page does not have, whole and apart, under their titles."""
    texts = [(article, _letters(article.text)) for article in page.articles]
    return [
        gold["title"] for gold in golds if not any(_is_right(article, text, gold, golds) for article, text in texts)
    ]


def _is_right(article: Article, text: str, gold: Gold, golds: Sequence[Gold]) -> bool:
    others = [_letters(other[key]) for other in golds if other is not gold for key in ("starts_with", "ends_with")]
    return (
        _letters(gold["starts_with"]) in text
        and _letters(gold["ends_with"]) in text
        and _letters(gold["title"]) in _letters(article.title)
        and not any(other in text for other in others)
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
