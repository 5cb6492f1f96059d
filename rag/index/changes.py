"""What can change in a library, statement by statement; `Library` wraps them in transactions."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from rag.index import rows
from rag.types import Article, Leftover, Passage, Vectors

_PASSAGE = "id, article_id, start, end, sentences, vector, sentence_vectors"


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with its passages; `vectors` (passages, dimension), `sentence_vectors` one array a passage."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: Vectors
    sentence_vectors: tuple[Vectors, ...]


@dataclass(frozen=True, slots=True)
class DocumentUpdate:
    """What a document holds now.

    `article_ids` are all its articles in order; `new` are those to store with their passages; `refreshed` are
    those whose text stays and whose other fields differ. The rest stay as they are.
    """

    document_id: str
    article_ids: tuple[str, ...]
    new: tuple[IndexedArticle, ...]
    refreshed: tuple[Article, ...] = ()
    leftovers: tuple[Leftover, ...] = ()


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Store a setting."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def replace(connection: sqlite3.Connection, update: DocumentUpdate, origin: str) -> None:
    """Make a document hold what the update says."""
    name = update.document_id
    stays = set(update.article_ids) - {item.article.id for item in update.new}
    stored = {row[0] for row in connection.execute("SELECT id FROM articles WHERE document_id = ?", (name,))}
    for article_id in stored - stays:
        connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    order = {article_id: ordinal for ordinal, article_id in enumerate(update.article_ids)}
    for item in update.new:
        _insert_article(connection, item.article, order[item.article.id])
        _insert_passages(connection, item)
    for article_id in stays:
        connection.execute("UPDATE articles SET ordinal = ? WHERE id = ?", (order[article_id], article_id))
    for article in update.refreshed:
        connection.execute("DELETE FROM articles WHERE id = ?", (article.id,))
        _insert_article(connection, article, order[article.id])
    connection.execute("DELETE FROM leftovers WHERE document_id = ?", (name,))
    leftovers = [rows.leftover_row(leftover) for leftover in update.leftovers]
    connection.executemany("INSERT INTO leftovers VALUES (?, ?, ?, ?)", leftovers)
    connection.execute("INSERT OR REPLACE INTO documents (id, origin) VALUES (?, ?)", (name, origin))


def remove(connection: sqlite3.Connection, document_id: str) -> None:
    """Remove a document with all that it holds."""
    replace(connection, DocumentUpdate(document_id, (), ()), "")
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))


def edit(connection: sqlite3.Connection, article_id: str, column: str, value: object) -> None:
    """Set one column of an article's edits."""
    connection.execute("INSERT OR IGNORE INTO edits (article_id) VALUES (?)", (article_id,))
    connection.execute(f"UPDATE edits SET {column} = ? WHERE article_id = ?", (value, article_id))


def renumber(connection: sqlite3.Connection, article_id: str) -> None:
    """Give an article's passages new numbers, so that the indexes take them for new."""
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM passages").fetchone()
    connection.execute(
        f"INSERT INTO passages ({_PASSAGE}) SELECT {_PASSAGE} FROM passages WHERE article_id = ? ORDER BY number",
        (article_id,),
    )
    connection.execute("DELETE FROM passages WHERE article_id = ? AND number <= ?", (article_id, last))


def _insert_article(connection: sqlite3.Connection, article: Article, ordinal: int) -> None:
    values = rows.article_row(article, ordinal)
    query = f"INSERT INTO articles ({rows.STORED_COLUMNS}, ordinal) VALUES ({rows.marks(values)})"
    connection.execute(query, values)


def _insert_passages(connection: sqlite3.Connection, item: IndexedArticle) -> None:
    passages = [
        rows.passage_row(passage, vector, sentences)
        for passage, vector, sentences in zip(item.passages, item.vectors, item.sentence_vectors, strict=True)
    ]
    connection.executemany(f"INSERT INTO passages ({_PASSAGE}) VALUES (?,?,?,?,?,?,?)", passages)
