"""Files of every kind become documents, and what cannot be read is named with its reason."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from rag.corpus import formats, read
from rag.corpus.read import read_collection, read_file
from rag.errors import CollectionError, ReadError
from rag.types import Document, Skipped

TEXT = "新馆开门迎客\n\n昨天,区图书馆的新馆开门迎客,第一天就来了三千多名读者。\n"


def _read(path: Path) -> Document:
    (document,) = read_file(path, path.parent)
    return document


def _write_pdf(path: Path, lines: list[str]) -> None:
    stream = "BT /F1 12 Tf 50 700 Td " + " ".join(f"({line}) Tj 0 -20 Td" for line in lines) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_bytes((body + end).encode("latin-1"))


@pytest.mark.parametrize("suffix", [".txt", ".md", ".TXT"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_every_encoding(tmp_path: Path, suffix: str, encoding: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(TEXT.encode(encoding))
    assert _read(path) == Document(id=path.name, text=TEXT, source=path.name)


def test_line_ends_are_unified(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("甲\r\n乙\r丙\n".encode())
    assert _read(tmp_path / "a.txt").text == "甲\n乙\n丙\n"


def test_html_gives_the_article_without_scripts(tmp_path: Path) -> None:
    page = (
        "<html><head><title>某报 新馆</title><script>alert(1)</script></head><body><nav>首页</nav><article><h1>新馆</h1>"
        "<p>昨天<b>开门</b>。</p><p>读者<br>很多。</p><script>x</script><!-- note --></article><footer>版权</footer></body></html>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    document = _read(tmp_path / "a.html")
    assert document.title == "某报 新馆"
    assert document.text == "# 新馆\n\n昨天开门。\n\n读者\n\n很多。"


def test_html_declares_its_encoding(tmp_path: Path) -> None:
    page = '<meta charset="big5"><p>圖書館昨天開門，來了很多讀者。</p>'
    (tmp_path / "a.htm").write_bytes(page.encode("big5"))
    assert _read(tmp_path / "a.htm").text == "圖書館昨天開門，來了很多讀者。"


def test_pdf_gives_its_text_layer(tmp_path: Path) -> None:
    _write_pdf(tmp_path / "a.pdf", ["Library opens", "It has 1200 seats."])
    assert "It has 1200 seats." in _read(tmp_path / "a.pdf").text


def test_docx_gives_paragraphs_headings_and_tables(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("新馆开门", level=1)
    document.add_paragraph("昨天开门。")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "座位", "1200"
    document.save(str(tmp_path / "a.docx"))
    assert _read(tmp_path / "a.docx").text == "# 新馆开门\n\n昨天开门。\n\n座位 | 1200"


def test_jsonl_rows_are_articles_untouched(tmp_path: Path) -> None:
    rows = [
        {
            "id": "a",
            "title": "题",
            "text": " **甲**\n乙 ",
            "date": "2023-07-28 10:14:27作者",
            "source": "报",
            "url": "http://x",
        },
        {"id": 7, "title": "题", "text": "丙", "extra": 1},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\ufeff" + "\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    first, second = read_file(path, tmp_path)
    assert first == Document("a", " **甲**\n乙 ", "报", True, "题", "2023-07-28", "http://x")
    assert second == Document("7", "丙", "rows.jsonl", True, "题")


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[]",
        '{"title": "题", "text": "无"}',
        '{"id": "a"}',
        '{"id": "a", "text": " "}',
        '{"id": true, "text": "x"}',
        "[" * 9999,
    ],
)
def test_a_bad_row_is_skipped_and_the_next_is_read(tmp_path: Path, row: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(row + '\n{"id": "b", "text": "好"}\n', encoding="utf-8")
    skipped, document = read_collection([path])
    assert isinstance(skipped, Skipped)
    assert skipped.path == "rows.jsonl:1"
    assert isinstance(document, Document)
    with pytest.raises(ReadError):
        list(read_file(path, tmp_path))


def test_folders_are_read_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert [item.id for item in read_collection([tmp_path]) if isinstance(item, Document)] == [
        "a/1.txt",
        "a/2.txt",
        "b.txt",
    ]
    twice = read_collection([tmp_path, tmp_path / "b.txt"])
    assert len(list(twice)) == 3


def test_links_that_lead_outside_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "outside")
    assert list(read_collection([tmp_path / "in"])) == []


def test_a_second_document_with_the_same_id_is_skipped(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(TEXT, encoding="utf-8")
    document, skipped = read_collection([tmp_path / "one", tmp_path / "two"])
    assert isinstance(document, Document)
    assert isinstance(skipped, Skipped)
    assert "a.txt" in skipped.reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "空"),
        ("a.txt", " \n\u3000".encode(), "空"),
        ("a.txt", bytes(range(256)) * 8, "空字节"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 20, "编码"),
        ("a.txt", b"\x01\x02\x03\x04" * 50 + "文".encode(), "控制字符"),
        ("a.xyz", b"x", "不支持"),
        ("noext", b"x", "不支持"),
        ("a.html", b"<html><script>x</script></html>", "正文"),
        ("a.pdf", b"%PDF-1.4 broken", "损坏"),
        ("a.docx", b"not a zip", "损坏"),
        ("a.png", b"\x89PNG", "图片"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    (skipped,) = read_collection([tmp_path])
    assert isinstance(skipped, Skipped)
    assert (skipped.path, reason in skipped.reason) == (name, True), skipped.reason


def test_a_pdf_without_text_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    _write_pdf(tmp_path / "scan.pdf", [])
    (skipped,) = read_collection([tmp_path])
    assert isinstance(skipped, Skipped)
    assert "wenbao[ocr]" in skipped.reason


def test_files_above_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_BYTES", 10)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(ReadError, match="超过"):
        _read(tmp_path / "a.txt")


def test_a_docx_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_UNPACKED_BYTES", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(1001))
    (tmp_path / "bomb.docx").write_bytes(packed.getvalue())
    with pytest.raises(ReadError, match="解压"):
        _read(tmp_path / "bomb.docx")


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="找不到"):
        list(read_collection([tmp_path / "nowhere"]))
