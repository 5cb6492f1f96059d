from __future__ import annotations

import io
import json
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from rag.answer.assistant import Assistant
from rag.application import images_folder, update_library
from rag.collection import staging
from rag.collection.collection import Collection, Wanted
from rag.collection.work import DONE, FAILED
from rag.corpus.layout import TextBox
from rag.corpus.scan import ScannedPage, Scanner
from rag.errors import ReadError, UsageError
from rag.index.library import Library
from rag.search.retriever import Retriever
from tests.collection.conftest import PAGE, keep, titles_of, upload
from tests.collection.test_archive import packed
from tests.conftest import HashingEncoder


def test_a_preview_shows_the_cut_and_changes_nothing(collection: Collection, hashing_encoder: HashingEncoder) -> None:
    encoded, generation = hashing_encoder.encoded_passages, collection.library.generation
    shown = upload(collection, "夜报.txt", PAGE)
    (file,) = shown.files
    assert [article.title for article in file.articles] == ["长街夜市开张", "老船厂改成博物馆"]
    assert [article.date for article in file.articles] == ["2021-03-05", "2021-03-05"]
    assert file.articles[0].byline == "记者 李青"
    assert file.articles[0].opening.startswith("本报讯(记者 李青)长街夜市")
    assert file.leftovers == ("2021年3月5日 星期五\nA06 社会新闻", "寻物启事")
    assert not file.problems
    assert not file.replaces
    assert hashing_encoder.encoded_passages == encoded
    assert collection.library.generation == generation


def test_what_is_kept_can_be_found_at_once(collection: Collection, hashing_encoder: HashingEncoder) -> None:
    assistant = Assistant(Retriever(collection.library, hashing_encoder))
    before = collection.library.snapshot()
    shown = upload(collection, "夜报.txt", PAGE)
    (first, _) = shown.files[0].articles
    work = keep(collection, shown, titles={first.id: "长街夜市  开门\n迎客"})
    assert (work.state, work.message) == (DONE, "已收录 2 篇文章，现在就可以提问")
    assert work.done == work.count == 2
    found = assistant.search("长街夜市设摊位多少个？")
    assert found.hits[0].passage.article_id == first.id
    assert found.articles[first.id].title == "长街夜市 开门 迎客"
    assert first.id not in before.articles([first.id]), "a view taken earlier stays as it was"
    assert (collection.uploads / "夜报.txt").read_text(encoding="utf-8") == PAGE
    assert not list((collection.uploads / ".staged").iterdir())


def test_deleting_can_be_undone_and_made_final(collection: Collection) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    first, second = (article.id for article in collection.catalogue().articles[:2])
    assert collection.delete([first]) == 1
    assert "长街夜市开张" not in titles_of(collection)
    assert collection.library.snapshot().numbers_of(first) == []
    with pytest.raises(UsageError, match="还有没删除的"):
        collection.purge([first])
    assert collection.restore([first]) == 1
    assert collection.library.snapshot().numbers_of(first) != []
    collection.delete([first, second])
    assert collection.purge([first]) == 2
    assert not (collection.uploads / "夜报.txt").exists()
    assert len(collection.catalogue().articles) == 6
    again = upload(collection, "夜报.txt", PAGE)
    assert {article.state for article in again.files[0].articles} == {"new"}
    keep(collection, again)
    assert "长街夜市开张" in titles_of(collection)


def test_an_upload_of_deleted_articles_brings_them_back(collection: Collection) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    collection.delete([collection.catalogue().articles[0].id])
    shown = upload(collection, "夜报.txt", PAGE)
    assert [article.state for article in shown.files[0].articles] == ["deleted", "known"]
    assert shown.files[0].replaces
    keep(collection, shown)
    assert "长街夜市开张" in titles_of(collection)


def test_articles_of_the_folder_are_hidden_never_erased(collection: Collection, sources: Path) -> None:
    article = collection.catalogue().articles[0]
    collection.delete([article.id])
    with pytest.raises(UsageError, match="资料文件夹"):
        collection.purge([article.id])
    assert len(list(sources.iterdir())) == 6


def test_a_new_file_of_the_same_name_replaces_the_old_one(collection: Collection) -> None:
    rows = [json.dumps({"id": name, "text": f"第{name}条消息说,今年修了{name}条路。"}) for name in "123"]
    keep(collection, upload(collection, "rows.jsonl", "\n".join(rows)))
    shown = upload(collection, "rows.jsonl", rows[0])
    assert shown.files[0].replaces
    keep(collection, shown)
    assert collection.library.document_ids("upload") == ["upload:rows.jsonl:1"]


def test_titles_can_be_corrected_and_taken_back(collection: Collection) -> None:
    article = collection.catalogue().articles[0]
    changed = collection.entitle(article.id, " 新\u202e标题 ")
    assert (changed.title, changed.printed_title) == ("新标题", article.title)
    assert collection.library.articles_by_id([article.id])[article.id].title == "新标题"
    assert collection.entitle(article.id, "").title == article.title
    with pytest.raises(UsageError, match="不在资料中"):
        collection.entitle("none", "新")


def test_a_rebuild_keeps_uploads_titles_and_deletions(
    collection: Collection, sources: Path, hashing_encoder: HashingEncoder
) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    first, second = collection.catalogue().articles[:2]
    collection.delete([first.id])
    collection.entitle(second.id, "船厂新生")
    encoded = hashing_encoder.encoded_passages
    (sources / "桥.txt").unlink()
    report = update_library(collection.library, hashing_encoder, [sources], 300)
    assert (report.removed, report.unchanged) == (1, 7)
    assert hashing_encoder.encoded_passages == encoded
    assert titles_of(collection)[0] == "船厂新生"
    assert "长街夜市开张" not in titles_of(collection)


def test_uploads_come_back_when_the_library_is_lost(
    collection: Collection, sources: Path, hashing_encoder: HashingEncoder
) -> None:
    keep(collection, upload(collection, "夜报.txt", PAGE))
    keep(collection, upload(collection, "资料.zip", packed(("一月/要闻.txt", PAGE.replace("长街", "短街").encode()))))
    folder = collection.library.folder
    assert folder is not None
    collection.library.close()
    (folder / "library.sqlite").unlink()
    with Library.open(folder, hashing_encoder.fingerprint, hashing_encoder.dimension, create=True) as library:
        assert update_library(library, hashing_encoder, [sources], 300).added == 10
        assert library.document_ids("upload") == ["upload:夜报.txt", "upload:资料.zip/一月／要闻.txt"]


def test_a_zip_is_taken_file_by_file(collection: Collection) -> None:
    data = packed(
        ("要闻.txt", PAGE.encode()),
        ("../../../outside.txt", PAGE.replace("长街", "短街").encode("gb18030")),
        ("inner.zip", packed(("a.txt", b"x"))),
        ("program.exe", b"MZ"),
        ("broken.pdf", b"%PDF-1.7 broken"),
        ("要闻.TXT", PAGE.replace("长街", "古街").encode()),
    )
    shown = upload(collection, "资料.zip", data)
    assert [(file.name, file.count, bool(file.problems)) for file in shown.files] == [
        ("资料.zip/要闻.txt", 2, False),
        ("资料.zip/outside.txt", 2, False),
        ("资料.zip/inner.zip", 0, True),
        ("资料.zip/program.exe", 0, True),
        ("资料.zip/broken.pdf", 0, True),
        ("资料.zip/要闻(2).TXT", 2, False),
    ]
    keep(collection, shown)
    stored = sorted(path.name for path in collection.uploads.rglob("*") if path.is_file())
    assert stored == ["outside.txt", "要闻(2).TXT", "要闻.txt"]
    ids = [article.id for article in collection.catalogue().articles if article.origin == "upload"]
    collection.delete(ids)
    collection.purge(ids)
    assert not (collection.uploads / "资料.zip").exists()


def test_an_upload_can_be_given_up(collection: Collection) -> None:
    shown = upload(collection, "夜报.txt", PAGE)
    collection.drop(shown.token)
    for token in (shown.token, "../..", "", "0123456789abcdef"):
        with pytest.raises(UsageError, match="重新上传"):
            collection.keep([Wanted(token, {})])
    assert len(titles_of(collection)) == 6


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.exe", b"MZ", "不支持的文件类型"),
        ("a", b"x", "不支持的文件类型"),
        ("a.txt", b"", "文件是空的"),
        ("a.zip", b"PK nothing", "压缩包"),
        ("a.zip", packed(), "没有文件"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once(collection: Collection, name: str, data: bytes, problem: str) -> None:
    with pytest.raises(ReadError, match=problem):
        upload(collection, name, data)
    assert not collection.uploads.exists() or not [path for path in collection.uploads.rglob("*") if path.is_file()]


def test_a_file_that_is_too_large_is_dropped(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_BYTES", 1000)
    receipt = collection.receive("a.txt")
    receipt.write(b"x" * 900)
    with pytest.raises(ReadError, match="超过"):
        receipt.write(b"x" * 101)
    assert not receipt.folder.exists()


def test_too_much_must_not_wait(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_STAGED_BYTES", 1000)
    upload(collection, "a.txt", PAGE * 3)
    with pytest.raises(UsageError, match="等待收录"):
        collection.receive("b.txt")


def test_what_was_left_a_day_ago_is_swept(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    old = upload(collection, "a.txt", PAGE)
    monkeypatch.setattr(staging, "_KEPT_SECONDS", -1.0)
    collection.receive("b.txt")
    with pytest.raises(UsageError):
        collection.drop(old.token)


def test_a_reader_that_fails_does_not_stop_the_rest(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: bytes) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("rag.corpus.read.read_pdf", broken)
    shown = upload(collection, "x.zip", packed(("a.pdf", b"%PDF-1.7"), ("b.txt", PAGE.encode())))
    assert shown.files[0].problems == ("文件已损坏，无法读取",)
    assert keep(collection, shown).state == DONE


def test_a_scan_keeps_its_page_image(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scanner, "read_image", lambda *_: [ScannedPage(PAGE, "page.jpg")])
    keep(collection, upload(collection, "扫描.png", b"\x89PNG"))
    (article, *_) = collection.library.stored_articles(["upload:扫描.png"])["upload:扫描.png"]
    assert article.page_images == ("page.jpg",)


def test_a_scan_that_is_erased_takes_its_image_along(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for line in PAGE.split("\n") if line]
    boxes = [TextBox(0, 40 * row, 900, 40 * row + 20, line) for row, line in enumerate(lines)]
    monkeypatch.setattr(Scanner, "_boxes", lambda *_: boxes)
    image = io.BytesIO()
    Image.new("RGB", (900, 400), "white").save(image, "PNG")
    for name in ("一.png", "二.png"):
        keep(collection, upload(collection, name, image.getvalue()))
    folder = images_folder(collection.library)
    assert folder is not None
    kept = {path.suffix for path in folder.iterdir()}
    assert kept == {".jpg", ".lines", ".json"}
    for name, left in (("一.png", kept), ("二.png", set())):
        ids = [article.id for article in collection.catalogue().articles if article.source == name]
        assert ids
        collection.delete(ids)
        collection.purge(ids)
        assert {path.suffix for path in folder.iterdir()} == left


def test_nothing_to_keep_is_said_so(collection: Collection) -> None:
    work = keep(collection, upload(collection, "a.pdf", b"%PDF-1.7 broken"))
    assert (work.state, work.message) == (FAILED, "没有可以收录的文章")


def test_one_work_at_a_time(
    collection: Collection, hashing_encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    encode = hashing_encoder.encode_passages

    def slow(texts: list[str], spans: list[list[tuple[int, int]]]) -> object:
        go_on.wait(10)
        return encode(texts, spans)

    monkeypatch.setattr(hashing_encoder, "encode_passages", slow)
    first, second = upload(collection, "a.txt", PAGE), upload(collection, "b.txt", PAGE)
    collection.keep([Wanted(first.token, {})])
    assert collection.worker.work.state == "running"
    with pytest.raises(UsageError, match="正在更新"):
        collection.keep([Wanted(second.token, {})])
    before = collection.library.snapshot()
    assert len(before.article_ids()) == 6, "questions are answered from what there was"
    go_on.set()
    collection.worker.wait(10)
    assert len(collection.library.snapshot().article_ids()) == 8
    assert keep(collection, second).state == DONE


def test_a_server_that_stops_ends_the_work(collection: Collection, hashing_encoder: HashingEncoder) -> None:
    rows = "\n".join(json.dumps({"id": number, "text": f"第{number}条消息。" * 30}) for number in range(2000))
    shown = upload(collection, "rows.jsonl", rows)
    assert shown.files[0].count == 2000
    assert len(shown.files[0].articles) == 200
    collection.keep([Wanted(shown.token, {})])
    while not collection.worker.work.done:
        time.sleep(0.001)
    collection.worker.close(20)
    assert collection.worker.work.state == FAILED
    assert "停止" in collection.worker.work.message
