"""Examples on the empty page are questions that the articles answer."""

from __future__ import annotations

from rag.answer.talk import example_questions
from rag.index.changes import DocumentUpdate
from rag.index.library import Library
from rag.types import Article
from tests.conftest import HashingEncoder, index_article


def library_of(*articles: Article) -> Library:
    encoder = HashingEncoder()
    library = Library.open(None, encoder.fingerprint, encoder.dimension, create=True)
    updates = [DocumentUpdate(one.document_id, (one.id,), (index_article(one, encoder),)) for one in articles]
    library.replace_documents(updates)
    return library


def article(name: str, title: str, text: str) -> Article:
    return Article(name, f"{name}.txt", title, text, f"{name}.txt")


def test_a_list_comes_first_where_it_has_as_many_items_as_announced() -> None:
    announced = article("a", "青石镇办实事", "镇里推进“三个减少”。首先是减少会议。其次是减少报表。最后是减少跑动。")
    broken = article("b", "红桥镇抓重点工作", "镇里推进“五个增强”。首先是增强服务。其次是增强协作。")
    assert example_questions(library_of(announced, broken)) == (
        "“三个减少”分别是什么？",
        "《红桥镇抓重点工作》讲了什么？",
    )


def test_an_empty_library_has_no_examples() -> None:
    assert example_questions(library_of()) == ()
