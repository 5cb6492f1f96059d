"""Files to Documents: txt, md, html, pdf, docx, and jsonl with one article a row."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.corpus.dates import iso_date
from rag.corpus.decode import decode
from rag.corpus.formats import read_docx, read_html, read_pdf
from rag.errors import CollectionError, ReadError
from rag.types import Document, Skipped

MOST_BYTES = 50 * 1024 * 1024
TEXT_SUFFIXES = (".txt", ".md", ".markdown")
HTML_SUFFIXES = (".html", ".htm")
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
READABLE = (*TEXT_SUFFIXES, *HTML_SUFFIXES, ".pdf", ".docx", ".jsonl")
_NEEDS_OCR = "{}需要可选组件：请运行 pip install 'wenbao[ocr]'"


def read_collection(sources: Sequence[Path]) -> Iterator[Document | Skipped]:
    """Read files and folders (recursively, in sorted order); what cannot be read is yielded as Skipped.

    A document's id is its path below the source it was found in. The same file is read once; a second
    document with an id already used is skipped.

    Raises:
        CollectionError: a source does not exist.
    """
    files: set[Path] = set()
    ids: set[str] = set()
    for source in sources:
        if not source.exists():
            raise CollectionError(f"找不到 {source}，请检查路径")
        root = source if source.is_dir() else source.parent
        for path in _files(source):
            if path.resolve() not in files:
                files.add(path.resolve())
                yield from _first_of_each_id(_read(path, root), ids)


def read_file(path: Path, root: Path) -> Iterator[Document]:
    """Read one file; ids are relative to `root`.

    Raises:
        ReadError: the file, or a row of it, cannot be read.
    """
    for item in _read(path, root):
        if isinstance(item, Skipped):
            raise ReadError(item.reason)
        yield item


def _files(source: Path) -> list[Path]:
    """Regular files below a folder, sorted; hidden ones and links that lead outside are left out."""
    if source.is_file():
        return [source]
    top = source.resolve()
    found: list[Path] = []
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(folder, name) for name in names if not name.startswith("."))
        found += [path for path in paths if path.is_file() and path.resolve().is_relative_to(top)]
    return sorted(found)


def _first_of_each_id(items: Iterator[Document | Skipped], ids: set[str]) -> Iterator[Document | Skipped]:
    for item in items:
        if isinstance(item, Document) and item.id in ids:
            yield Skipped(item.id, f"编号 {item.id} 已经用过，后一份没有读入")
            continue
        if isinstance(item, Document):
            ids.add(item.id)
        yield item


def _read(path: Path, root: Path) -> Iterator[Document | Skipped]:
    name = path.relative_to(root).as_posix()
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _rows(path, name)
        else:
            yield _one(path, name)
    except ReadError as error:
        yield Skipped(name, str(error))
    except OSError as error:
        yield Skipped(name, f"文件无法打开：{error.strerror}")


def _one(path: Path, name: str) -> Document:
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        raise ReadError(_NEEDS_OCR.format("读取图片"))
    if suffix not in READABLE:
        raise ReadError(f"不支持的文件类型 {suffix or '（无后缀）'}，可读的有：{'、'.join(READABLE)}")
    data = _bytes(path)
    title = ""
    if suffix in HTML_SUFFIXES:
        text, title = read_html(data)
    elif suffix == ".pdf":
        text = read_pdf(data)
        if not text.strip():
            raise ReadError(_NEEDS_OCR.format("PDF 没有文字层，读取扫描页"))
    else:
        text = read_docx(data) if suffix == ".docx" else decode(data)
    if not text.strip():
        raise ReadError("文件是空的，没有可读的文字")
    return Document(id=name, text=text, source=name, title=title)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise ReadError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后再试")
    return path.read_bytes()


def _rows(path: Path, name: str) -> Iterator[Document | Skipped]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MOST_BYTES), b""), 1):
            row = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if row.strip():
                yield _row(row, name, number)


def _row(line: bytes, name: str, number: int) -> Document | Skipped:
    place = f"{name}:{number}"
    try:
        row = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return Skipped(place, "这一行不是有效的 UTF-8 JSON")
    if not isinstance(row, dict):
        return Skipped(place, "这一行不是 JSON 对象")
    identifier, text = row.get("id"), row.get("text")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        return Skipped(place, "这一行缺少 id")
    if not isinstance(text, str) or not text.strip():
        return Skipped(place, "这一行缺少 text")
    if re.search("[\ud800-\udfff]", text):
        return Skipped(place, "这一行的 text 含有残缺字符")
    return Document(
        id=str(identifier),
        text=text,
        source=_field(row, "source") or name,
        is_article=True,
        title=_field(row, "title"),
        date=iso_date(_field(row, "date")),
        url=_field(row, "url"),
    )


def _field(row: dict[str, object], name: str) -> str:
    value = row.get(name)
    text = value if isinstance(value, str) else ""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
