from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import EncoderMismatch, IndexDamaged, IndexMissing
from rag.index.analyze import terms
from rag.index.changes import DocumentUpdate
from rag.index.library import Library
from rag.types import Answer, Article, Citation
from tests.conftest import HashingEncoder, index_article


@pytest.fixture
def library(tmp_path: Path, tiny_articles: list[Article], hashing_encoder: HashingEncoder) -> Iterator[Library]:
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as opened:
        for article in tiny_articles:
            item = index_article(article, hashing_encoder)
            opened.replace_documents([DocumentUpdate(article.document_id, (article.id,), (item,))])
        yield opened


def found(library: Library, question: str) -> list[str]:
    """Return the ids of the articles that hold a term of the question, best first."""
    snapshot = library.snapshot()
    numbers = [number for number, _ in snapshot.lexical.search(snapshot.idf(terms(question)), 10)]
    passages = snapshot.passages(numbers)
    return list(dict.fromkeys(passages[number].article_id for number in numbers))


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="wenbao build"):
        Library.open(tmp_path / "nothing", "f", 4)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    "content", [b"this is no database at all, but a text " * 40, b"SQLite format 3\x00" + b"x" * 4096]
)
def test_a_damaged_index_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    for create in (False, True):
        with pytest.raises(IndexDamaged, match="wenbao build"):
            Library.open(tmp_path, "f", 4, create=create)
    assert (tmp_path / "library.sqlite").read_bytes() == content


def test_an_empty_file_is_a_damaged_index(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").touch()
    with pytest.raises(IndexDamaged):
        Library.open(tmp_path, "f", 4)


def test_damage_in_the_middle_is_told_when_it_is_met(library: Library, tmp_path: Path) -> None:
    library.close()
    path = tmp_path / "library.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(IndexDamaged), Library.open(tmp_path, HashingEncoder.fingerprint, 256) as broken:
        list(broken.articles())
        broken.snapshot()


def test_another_encoder_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(EncoderMismatch, match="hashing:1"):
        Library.open(tmp_path, "another", 256)
    with pytest.raises(EncoderMismatch):
        Library.open(tmp_path, "another", 256, create=True)
    with Library.open(tmp_path, None, 0) as readable:
        assert readable.counts().articles == 6


def test_a_new_title_is_shown_and_searched_and_taken_back(library: Library) -> None:
    assert found(library, "凤凰") == []
    library.set_title("article-桥", "凤凰大桥通车")
    assert library.articles_by_id(["article-桥"])["article-桥"].title == "凤凰大桥通车"
    assert library.snapshot().articles(["article-桥"])["article-桥"].title == "凤凰大桥通车"
    assert found(library, "凤凰") == ["article-桥"]
    assert library.stored_articles(["桥.txt"])["桥.txt"][0].title == "青石桥重新通车"
    library.set_title("article-桥", None)
    assert found(library, "凤凰") == []
    assert library.articles_by_id(["article-桥"])["article-桥"].title == "青石桥重新通车"


def test_a_hidden_article_is_gone_until_it_is_taken_back(library: Library) -> None:
    before = library.counts()
    library.hide(["article-医"])
    assert "article-医" not in found(library, "夜间门诊")
    assert "article-医" not in {article.id for article in library.articles()}
    assert "article-医" not in library.snapshot().article_ids()
    assert library.articles_by_id(["article-医"]) == {}
    assert [article.id for article in library.hidden_articles()] == ["article-医"]
    assert library.counts().articles == before.articles - 1
    library.hide(["article-医"], hidden=False)
    assert found(library, "夜间门诊")[0] == "article-医"
    assert library.counts() == before


def test_edits_survive_a_rebuild(
    library: Library, tiny_articles: list[Article], hashing_encoder: HashingEncoder
) -> None:
    library.set_title("article-桥", "凤凰大桥通车")
    library.hide(["article-医"])
    for article in tiny_articles:
        item = index_article(article, hashing_encoder)
        library.replace_documents([DocumentUpdate(article.document_id, (article.id,), (item,))])
    assert found(library, "凤凰") == ["article-桥"]
    assert "article-医" not in found(library, "夜间门诊")


def test_feedback_is_kept(library: Library, tmp_path: Path) -> None:
    answer = Answer(text="全长420米。[1]", citations=(Citation(1, "article-桥", 20, 28, "大桥全长420米。"),))
    library.add_feedback("大桥多长？", answer, "down", "答非所问")
    with Library.open(tmp_path, None, 0) as other:
        (kept,) = other.feedback()
    assert (kept.question, kept.verdict, kept.reason) == ("大桥多长？", "down", "答非所问")
    assert json.loads(kept.answer)["citations"][0]["quote"] == "大桥全长420米。"


def test_many_threads_read_while_one_writes(library: Library, hashing_encoder: HashingEncoder) -> None:
    articles = {article.id: article for article in library.articles()}

    def read(_: int) -> bool:
        snapshot = library.snapshot()
        passages = snapshot.passages(snapshot.dense.ids())
        texts = snapshot.articles({passage.article_id for passage in passages.values()})
        return len(passages) == len(snapshot.lexical) and all(texts[name] == articles[name] for name in texts)

    def write(_: int) -> bool:
        article = articles["article-河"]
        library.remove_documents(["河.txt"])
        item = index_article(article, hashing_encoder)
        library.replace_documents([DocumentUpdate("河.txt", (article.id,), (item,))])
        return True

    with ThreadPoolExecutor(8) as pool:
        reads, writes = pool.map(read, range(60)), pool.map(write, range(10))
        assert all(reads)
        assert all(writes)
    assert library.counts().articles == 6
