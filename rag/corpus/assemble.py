"""Stories to Articles: which lines make up the text, in which order, and what the article is called."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.corpus.bylines import byline_name, closing_byline_start, dateline_end
from rag.corpus.clean import join_lines
from rag.corpus.dates import full_dates
from rag.corpus.headlines import name_headline, without_date
from rag.corpus.lines import Kind, Line
from rag.corpus.story import Story
from rag.types import Article, Document, Leftover, Span

_LONGEST_NAME = 30


def make_article(document: Document, story: Story, page_date: str) -> Article:
    """Return the article of a story: headline and byline first, then its text in reading order."""
    blocks = story.blocks
    spans = merge_spans(document.text, [line for block in blocks for line in block.lines])
    text = join_lines([block.clean for block in blocks]).text
    front = join_lines([block.clean for block in (*story.heads, *story.bylines)]).text
    body_start = min(len(front) + 1, len(text)) if front and story.rest else 0
    title, subtitle = name_headline([without_date(block.text) for block in story.heads])
    title = title or document.title or _first_words(text[body_start:])
    date = document.date or _story_date(story) or page_date
    byline = _byline(story)
    return Article(
        id=article_id(document.id, title, text, date),
        document_id=document.id,
        title=title,
        text=text,
        source=document.source,
        subtitle=subtitle,
        byline=byline,
        date=date,
        url=document.url,
        body_start=body_start,
        raw_spans=spans,
        page_images=_images_of(document, spans),
    )


def whole_article(document: Document) -> Article:
    """Return a document as one article, its text untouched."""
    text = document.text
    return Article(
        id=article_id(document.id, document.title, text, document.date),
        document_id=document.id,
        title=document.title or _first_words(text),
        text=text,
        source=document.source,
        byline=_byline_within(text[:200]) or _byline_at_end(text[-90:]),
        date=document.date,
        url=document.url,
        raw_spans=((0, len(text)),),
        page_images=document.page_images,
    )


def article_id(document_id: str, *content: str) -> str:
    """Return 16 hexadecimal digits that change with the document or the content."""
    return hashlib.sha256("\x1f".join((document_id, *content)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def distinct(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return the articles with ids of their own, also where a page prints the same text twice."""
    seen: Counter[str] = Counter()
    kept: list[Article] = []
    for article in articles:
        again = seen[article.id]
        seen[article.id] += 1
        kept.append(replace(article, id=article_id(article.id, str(again))) if again else article)
    return tuple(kept)


def make_leftovers(document: Document, lines: Sequence[Line]) -> tuple[Leftover, ...]:
    """Return the lines that belong to no article, neighbours together, in page order."""
    ordered = sorted(lines, key=lambda line: line.start)
    spans = merge_spans(document.text, ordered)
    return tuple(Leftover(document.id, start, end, document.text[start:end]) for start, end in spans)


def merge_spans(raw: str, lines: Sequence[Line]) -> tuple[Span, ...]:
    """Return the raw ranges of lines in their order, joined where only blanks lie between."""
    spans: list[Span] = []
    for line in lines:
        if spans and spans[-1][1] <= line.start and not raw[spans[-1][1] : line.start].strip():
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return tuple(spans)


def _images_of(document: Document, spans: Sequence[Span]) -> tuple[str, ...]:
    """Return the images of the pages that the ranges lie on; a form feed parts the pages."""
    if not document.page_images:
        return ()
    first = [document.text.count("\f", 0, start) for start, _ in spans]
    last = [document.text.count("\f", 0, end) for _, end in spans]
    pages = {page for low, high in zip(first, last, strict=True) for page in range(low, high + 1)}
    return tuple(image for page, image in enumerate(document.page_images) if image and page in pages)


def _first_words(text: str) -> str:
    """Return the first clause of a text, to name an article that has no headline."""
    start = dateline_end(text, 0, min(len(text), 200))
    clause = re.match(r"\s*([^。！？!?；;\n]{1,200})", text[start : start + 240])
    words = clause[1].strip() if clause else text.strip()[:_LONGEST_NAME]
    return words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"


def _byline(story: Story) -> str:
    for block in story.bylines:
        if name := byline_name(block.text):
            return name
    bodies = [block for block in story.rest if block.kind is Kind.BODY]
    if bodies and (name := _byline_within(bodies[0].text[:200])):
        return name
    for block in reversed(story.rest):
        if block.kind is Kind.BYLINE:
            return byline_name(block.text)
    return _byline_at_end(bodies[-1].text[-90:]) if bodies else ""


def _byline_within(text: str) -> str:
    """Return the names in the dateline that a text begins with."""
    end = dateline_end(text, 0, len(text))
    return byline_name(text[:end].strip()) if end else ""


def _byline_at_end(text: str) -> str:
    return byline_name(text[closing_byline_start(text, 0, len(text)) :].strip())


def _story_date(story: Story) -> str:
    """Return the date that the headline, a line of its own, the dateline or the first words state."""
    lines = [*story.heads, *(block for block in story.blocks if block.kind is Kind.DATE)]
    bodies = [block.text[:80] for block in story.rest if block.kind is Kind.BODY][:1]
    lead = [body[: max(dateline_end(body, 0, len(body)), 24)] for body in bodies]
    for text in (*(block.text for block in lines), *lead):
        dates = full_dates(text)
        if dates and (text not in lead or dates[0][1] <= 16):
            return dates[0][0]
    return ""
