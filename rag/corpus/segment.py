"""A page of raw text to its Articles."""

from __future__ import annotations

from rag.corpus.assemble import distinct, make_article, make_leftovers, whole_article
from rag.corpus.blocks import page_blocks
from rag.corpus.furniture import print_date
from rag.corpus.lines import Kind, page_lines
from rag.corpus.reorder import put_back
from rag.corpus.sections import page_sections
from rag.corpus.stories import story_starts
from rag.corpus.story import gather_stories
from rag.types import Document, Page


def segment(document: Document) -> Page:
    """Cut a document into articles; one that is an article already is taken as it is.

    Together with the leftovers the articles cover every visible character of the text once.
    """
    if document.is_article:
        return Page(document, (whole_article(document),))
    lines = page_lines(document.text)
    sections = page_sections(page_blocks(put_back(lines)))
    if not sections:
        return Page(document, ())
    stories, left = gather_stories(sections, story_starts(sections))
    dates = [print_date(line.text) for line in lines if line.kind is Kind.FURNITURE]
    page_date = next((date for date in dates if date), "")
    articles = distinct([make_article(document, story, page_date) for story in stories if story.blocks])
    return Page(document, articles, make_leftovers(document, [line for block in left for line in block.lines]))
