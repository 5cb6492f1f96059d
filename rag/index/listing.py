"""One line an article, for lists of the whole library."""

from __future__ import annotations

from dataclasses import dataclass

from rag.index import rows

OPENING_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class Listed:
    """An article without its text.

    `printed_title` is the title before a reader's edit; `opening` are the first words of the body;
    `characters` is the length of the text; `origin` is the document's.
    """

    id: str
    document_id: str
    title: str
    printed_title: str
    source: str
    date: str
    byline: str
    hidden: bool
    origin: str
    characters: int
    opening: str


LISTING = f"""
SELECT articles.id, document_id, {rows.SHOWN_TITLE}, title, source, date, byline, coalesce(hidden, 0), origin,
       length(text), substr(text, body_start + 1, {OPENING_CHARACTERS})
FROM articles {rows.JOIN_EDITS} JOIN documents ON documents.id = articles.document_id
ORDER BY origin != 'upload', source, document_id, ordinal
"""

CONTAINING = "SELECT id FROM articles WHERE instr(lower(text), lower(?)) > 0"


def to_listed(row: tuple[object, ...]) -> Listed:
    """Return the line of a row of LISTING."""
    values = list(row)
    values[7] = bool(values[7])
    return Listed(*values)  # type: ignore[arg-type]
