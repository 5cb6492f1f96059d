"""A page of raw text to its Articles."""

from __future__ import annotations

import hashlib
import re

from rag.corpus.bylines import dateline_end
from rag.corpus.clean import clean_line, join_lines
from rag.types import Article, Document, Page


def segment(document: Document) -> Page:
    """Cut a document into articles; one that is an article already is taken as it is."""
    if document.is_article:
        return Page(document, (whole(document),))
    return Page(document, (_single(document),))


def whole(document: Document) -> Article:
    """Return a document as one article, its text untouched."""
    text = document.text
    byline = text[: dateline_end(text, 0, len(text))].strip()
    return Article(
        id=article_id(document.id, document.title, text, document.date),
        document_id=document.id,
        title=document.title,
        text=text,
        source=document.source,
        byline=byline,
        date=document.date,
        url=document.url,
        raw_spans=((0, len(text)),),
        page_images=document.page_images,
    )


def article_id(document_id: str, *content: str) -> str:
    """Return 16 hexadecimal digits that change with the document or the content."""
    return hashlib.sha256("\x1f".join((document_id, *content)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _single(document: Document) -> Article:
    lines = [clean_line(document.text, *match.span()) for match in re.finditer("[^\n]+", document.text)]
    lines = [line for line in lines if line.text]
    text = join_lines(lines).text
    title = document.title or (lines[0].text if lines else "")
    return Article(
        id=article_id(document.id, title, text, document.date),
        document_id=document.id,
        title=title,
        text=text,
        source=document.source,
        date=document.date,
        url=document.url,
        body_start=min(len(lines[0].text) + 1, len(text)) if len(lines) > 1 else 0,
        raw_spans=((0, len(document.text)),),
        page_images=document.page_images,
    )
