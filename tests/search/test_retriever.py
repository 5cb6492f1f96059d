from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index.build import build
from rag.index.library import Library
from rag.search.retriever import Retriever, keep_documents
from rag.types import Document, Hit
from tests.conftest import HashingEncoder

LINES = (
    ("bridge", "青石桥重新通车", "大桥全长420米，双向四车道。"),
    ("school", "新校舍启用", "学校有12间教室，操场长200米。"),
    ("tea", "老茶馆迁址", "茶馆搬到东街，原址将建花园。"),
)


@pytest.fixture
def library(tmp_path: Path, hashing_encoder: HashingEncoder) -> Iterator[Library]:
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as opened:
        rows = [Document(key, text, "rows.jsonl", is_article=True, title=title) for key, title, text in LINES]
        build(opened, hashing_encoder, rows, 300)
        yield opened


@pytest.fixture
def retriever(library: Library, hashing_encoder: HashingEncoder) -> Retriever:
    return Retriever(library, hashing_encoder)


def best(retriever: Retriever, question: str) -> Hit:
    return retriever.retrieve(question).hits[0]


def test_the_best_hit_comes_first_with_its_places(retriever: Retriever) -> None:
    found = retriever.retrieve("学校有几间教室")
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert found.articles[found.hits[0].passage.article_id].document_id == "school"
    assert (found.hits[0].dense_rank, found.hits[0].lexical_rank) == (1, 1)
    assert [len(vectors) for vectors in found.sentence_vectors] == [1, 1, 1]


def test_a_title_is_found_though_the_text_does_not_say_it(retriever: Retriever) -> None:
    found = retriever.retrieve("迁址")
    assert found.articles[found.hits[0].passage.article_id].document_id == "tea"


def test_a_hit_tells_which_words_it_was_found_by(retriever: Retriever) -> None:
    assert best(retriever, "大桥全长多少米").matched_terms == ("大桥", "全长", "米")


def test_without_a_common_word_pairs_of_characters_are_told(retriever: Retriever) -> None:
    assert best(retriever, "桥全长").matched_terms
    assert best(retriever, "飞机").matched_terms == ()


def test_a_retrieval_keeps_the_view_it_began_with(retriever: Retriever, library: Library) -> None:
    found = retriever.retrieve("青石桥")
    build(
        library, HashingEncoder(), [Document("tea", LINES[2][2], "rows.jsonl", is_article=True, title=LINES[2][1])], 300
    )
    gone = found.hits[0].passage
    assert gone.article_id in found.snapshot.articles([gone.article_id])
    assert gone.article_id not in retriever.retrieve("青石桥").articles


def test_an_empty_library_has_no_hits(tmp_path: Path, hashing_encoder: HashingEncoder) -> None:
    with Library.open(tmp_path / "empty", hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as empty:
        assert Retriever(empty, hashing_encoder).retrieve("青石桥").hits == ()


def test_one_long_article_leaves_room_for_others() -> None:
    documents = ["long"] * 8 + ["a", "b", "c"]
    kept = keep_documents(range(11), documents, limit=6, least=4)
    assert len(kept) == 6
    assert kept[:3] == [0, 1, 2]
    assert [documents[at] for at in sorted(kept)[3:]] == ["a", "b", "c"]


def test_no_place_is_given_up_where_documents_are_enough() -> None:
    assert keep_documents(range(6), ["a", "b", "a", "b", "c", "d"], limit=4, least=2) == [0, 1, 2, 3]
