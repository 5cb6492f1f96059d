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
from rag.corpus.layout import PAGE_BREAK
from rag.corpus.scan import ScannedPage, Scanner
from rag.errors import CollectionError, MissingExtra, ReadError
from rag.types import Document, Skipped

MOST_BYTES = 50 * 1024 * 1024
TEXT_SUFFIXES = (".txt", ".md", ".markdown")
HTML_SUFFIXES = (".html", ".htm")
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
READABLE = (*TEXT_SUFFIXES, *HTML_SUFFIXES, ".pdf", ".docx", ".jsonl")


def read_collection(sources: Sequence[Path], images: Path | None = None) -> Iterator[Document | Skipped]:
    """Read files and folders (recursively, in sorted order); what cannot be read is yielded as Skipped.

    A document's id is its path below the source it was found in. The same file is read once; a second
    document with an id already used is skipped. `images` is the folder where the images of scanned pages
    are kept; without it scans give their text alone.

    Raises:
        CollectionError: a source does not exist.
    """
    files: set[Path] = set()
    ids: set[str] = set()
    scanner = Scanner(images)
    for source in sources:
        if not source.exists():
            raise CollectionError(f"找不到 {source}，请检查路径")
        root = source if source.is_dir() else source.parent
        for path in _files(source):
            if path.resolve() not in files:
                files.add(path.resolve())
                yield from _first_of_each_id(_read(path, root, scanner), ids)


def read_file(path: Path, root: Path, images: Path | None = None) -> Iterator[Document]:
    """Read one file; ids are relative to `root`, `images` is the folder of page images.

    Raises:
        ReadError: the file, or a part of it, cannot be read.
    """
    for item in _read(path, root, Scanner(images)):
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


def _read(path: Path, root: Path, scanner: Scanner) -> Iterator[Document | Skipped]:
    name = path.relative_to(root).as_posix()
    suffix = path.suffix.lower()
    try:
        if suffix == ".jsonl":
            yield from _rows(path, name)
        elif suffix == ".pdf":
            yield from _pdf(_bytes(path), name, scanner)
        elif suffix in IMAGE_SUFFIXES:
            yield _scan(scanner.read_image(_bytes(path)), name)
        else:
            yield _text_file(path, name)
    except (ReadError, MissingExtra) as error:
        yield Skipped(name, str(error))
    except OSError as error:
        yield Skipped(name, f"文件无法打开：{error.strerror}")


def _text_file(path: Path, name: str) -> Document:
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise ReadError(f"不支持的文件类型 {suffix or '（无后缀）'}，可读的有：{'、'.join(READABLE)}")
    data = _bytes(path)
    title = ""
    if suffix in HTML_SUFFIXES:
        text, title = read_html(data)
    else:
        text = read_docx(data) if suffix == ".docx" else decode(data)
    if not text.strip():
        raise ReadError("文件是空的，没有可读的文字")
    return Document(id=name, text=text, source=name, title=title)


def _pdf(data: bytes, name: str, scanner: Scanner) -> Iterator[Document | Skipped]:
    """Read the text layer; pages without one are read as scans."""
    pages = [ScannedPage(text) for text in read_pdf(data)]
    blank = [number for number, page in enumerate(pages, 1) if not page.text.strip()]
    if blank:
        try:
            for number, page in zip(blank, scanner.read_pdf_pages(data, blank), strict=True):
                pages[number - 1] = page
        except MissingExtra as error:
            if len(blank) == len(pages):
                raise
            yield Skipped(f"{name}:{blank[0]}", f"有 {len(blank)} 页没有文字层，没有读入；{error}")
    yield _scan(pages, name)


def _scan(pages: Sequence[ScannedPage], name: str) -> Document:
    text = PAGE_BREAK.join(page.text for page in pages)
    if not text.strip():
        raise ReadError("没有认出文字")
    images = tuple(page.image for page in pages)
    return Document(id=name, text=text, source=name, page_images=images if any(images) else ())


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
    if re.search("[\x00\ud800-\udfff]", text):
        return Skipped(place, "这一行的 text 含有空字节或残缺字符")
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
