from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import CollectionError, LibraryError
from rag.index.analyze import terms
from rag.index.build import BuildReport, build
from rag.index.library import UPLOAD, Library
from rag.types import Document, Skipped
from tests.conftest import ROOT, HashingEncoder

BODY = "第{0}条消息说，今年修了{0}条路。市民王先生表示满意。工程还要继续{0}个月。"


def row(number: int, text: str = "") -> Document:
    """One row of a jsonl file."""
    body = text or BODY.format(number)
    return Document(f"row-{number}", body, "rows.jsonl", is_article=True, title=f"修路{number}号")


@pytest.fixture
def library(tmp_path: Path, hashing_encoder: HashingEncoder) -> Iterator[Library]:
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as opened:
        yield opened


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def test_a_build_mirrors_the_collection(library: Library, hashing_encoder: HashingEncoder) -> None:
    first = build(library, hashing_encoder, [row(1), row(2), row(3)], 300)
    assert counts(first) == (3, 0, 0, 0)
    assert first.articles == 3
    encoded = hashing_encoder.encoded_passages

    again = build(library, hashing_encoder, [row(1), row(2), row(3)], 300)
    assert counts(again) == (0, 0, 0, 3)
    assert hashing_encoder.encoded_passages == encoded

    third = build(library, hashing_encoder, [row(1), row(2, "改过的消息说，路不修了。"), row(4)], 300)
    assert counts(third) == (1, 1, 1, 1)
    assert hashing_encoder.encoded_passages == encoded + 2
    assert [article.document_id for article in library.articles()] == ["row-1", "row-2", "row-4"]


def test_an_unchanged_build_changes_nothing(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(1), row(2)], 300)
    before = library.snapshot()
    build(library, hashing_encoder, [row(1), row(2)], 300)
    assert library.snapshot() is before


def test_other_fields_are_renewed_without_encoding(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(1), row(2)], 300)
    encoded = hashing_encoder.encoded_passages
    report = build(library, hashing_encoder, [replace(row(1), url="https://example.org/1"), row(2)], 300)
    assert counts(report) == (0, 1, 0, 1)
    assert hashing_encoder.encoded_passages == encoded
    (article,) = library.stored_articles(["row-1"])["row-1"]
    assert article.url == "https://example.org/1"
    assert library.snapshot().numbers_of(article.id)


def test_an_article_that_moves_in_its_page_keeps_its_vectors(library: Library, hashing_encoder: HashingEncoder) -> None:
    page = (ROOT / "seeds" / "004_d9722472cc7f40f4.txt").read_text(encoding="utf-8")
    build(library, hashing_encoder, [Document("page.txt", page, "page.txt")], 300)
    stored = library.stored_articles(["page.txt"])["page.txt"]
    encoded = hashing_encoder.encoded_passages
    report = build(library, hashing_encoder, [Document("page.txt", "\n\n\n" + page, "page.txt")], 300)
    assert counts(report) == (0, 0, 0, len(stored))
    assert hashing_encoder.encoded_passages == encoded
    moved = library.stored_articles(["page.txt"])["page.txt"]
    assert [article.raw_spans[0][0] for article in moved] == [article.raw_spans[0][0] + 3 for article in stored]


def test_another_passage_length_makes_all_passages_anew(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(1), row(2)], 300)
    report = build(library, hashing_encoder, [row(1), row(2)], 20)
    assert counts(report) == (0, 2, 0, 0)
    assert report.passages > 2
    assert counts(build(library, hashing_encoder, [row(1), row(2)], 20)) == (0, 0, 0, 2)


def test_skipped_files_are_reported_and_the_build_goes_on(library: Library, hashing_encoder: HashingEncoder) -> None:
    skipped = Skipped("bad.txt", "不是文字")
    report = build(library, hashing_encoder, [skipped, row(1)], 300)
    assert report.skipped == (skipped,)
    assert report.articles == 1


def test_an_empty_collection_removes_nothing(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(1)], 300)
    with pytest.raises(CollectionError):
        build(library, hashing_encoder, [Skipped("bad.txt", "不是文字")], 300)
    assert library.counts().articles == 1


def test_uploads_survive_a_rebuild(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(1)], 300)
    report = build(library, hashing_encoder, [row(7)], 300, origin=UPLOAD)
    assert counts(report) == (1, 0, 0, 0)
    assert counts(build(library, hashing_encoder, [row(1), row(2)], 300)) == (1, 0, 0, 1)
    assert [article.document_id for article in library.articles()] == ["row-1", "row-2", "row-7"]


def test_vectors_belong_to_their_passages(library: Library, hashing_encoder: HashingEncoder) -> None:
    build(library, hashing_encoder, [row(number, BODY.format(number) * number) for number in range(1, 9)], 60)
    snapshot = library.snapshot()
    for number, passage in snapshot.passages(snapshot.dense.ids()).items():
        article = snapshot.articles([passage.article_id])[passage.article_id]
        text = f"{article.title}\n{article.text[passage.start : passage.end]}"
        sentences = [article.text[start:end] for start, end in passage.sentences]
        expected = hashing_encoder.encode_queries([text, *sentences])
        assert np.allclose(snapshot.vectors([number])[0], expected[0], atol=1e-3)
        assert np.allclose(snapshot.sentence_vectors([number])[number], expected[1:], atol=1e-3)


def test_progress_counts_up_to_all_that_is_new(library: Library, hashing_encoder: HashingEncoder) -> None:
    steps: list[tuple[int, int]] = []
    build(library, hashing_encoder, map(row, range(400)), 300, lambda *step: steps.append(step))
    assert steps[-1] == (400, 400)
    assert {total for _, total in steps} == {400}
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_only_one_builds_at_a_time(library: Library, tmp_path: Path, hashing_encoder: HashingEncoder) -> None:
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension) as other:
        with other.building(), pytest.raises(LibraryError, match="另一个"):
            build(library, hashing_encoder, [row(1)], 300)
        build(library, hashing_encoder, [row(1)], 300)


def test_a_reader_keeps_its_snapshot_while_a_build_goes_on(
    library: Library, tmp_path: Path, hashing_encoder: HashingEncoder
) -> None:
    build(library, hashing_encoder, [row(1)], 300)
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension) as reader:
        before = reader.snapshot()

        def documents() -> Iterator[Document]:
            yield from map(row, range(300))
            assert reader.snapshot() is before

        build(library, hashing_encoder, documents(), 300)
        assert len(reader.snapshot().article_ids()) == 300


KILLED_BUILD = """
import sys, time
from pathlib import Path
sys.path[:0] = ["."]
from tests.conftest import HashingEncoder
from tests.index.test_build import row
from rag.index import build as module
from rag.index.library import Library

class Slow(HashingEncoder):
    def encode_passages(self, texts, spans):
        print("encoding", flush=True)
        time.sleep(0.02)
        return super().encode_passages(texts, spans)

module._BATCH_PASSAGES = 32
encoder = Slow()
library = Library.open(Path(sys.argv[1]), encoder.fingerprint, encoder.dimension, create=True)
print("ready", flush=True)
module.build(library, encoder, map(row, range(400)), 300)
library.snapshot()
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_build_leaves_a_library_that_answers(tmp_path: Path, hashing_encoder: HashingEncoder) -> None:
    seen = set()
    for batches, delay in ((0, 0.0), (2, 0.0), (2, 0.01), (2, 0.02), (2, 0.03)):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED_BUILD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == "ready\n"
            for _ in range(batches):
                assert process.stdout.readline() == "encoding\n"
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension) as library:
            snapshot = library.snapshot()
            numbers = snapshot.dense.ids()
            seen.add(len(numbers))
            assert len(snapshot.lexical) == len(numbers) == library.counts().passages
            for article_id in snapshot.article_ids()[:1]:
                hits = snapshot.lexical.search(
                    snapshot.idf(terms(snapshot.articles([article_id])[article_id].title)), 1
                )
                assert hits
    with Library.open(tmp_path, hashing_encoder.fingerprint, hashing_encoder.dimension) as library:
        before = library.counts().articles
        report = build(library, hashing_encoder, map(row, range(400)), 300)
        assert (report.added, report.unchanged, report.articles) == (400 - before, before, 400)
        assert len(library.snapshot().lexical) == 400
    assert len(seen) > 1
