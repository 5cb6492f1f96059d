"""Files that are small on disk and endless to read are refused before their readers see them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from rag.corpus.read import HTML_SUFFIXES
from rag.errors import ReadError
from rag.types import Document

MOST_TAGS = 400_000
MOST_LINES = 300_000
MOST_XML_BYTES = 40 * 1024 * 1024


def check_file(path: Path) -> None:
    """See that a web page has not too many tags, and a Word file not too much markup.

    Raises:
        ReadError: it has.
    """
    if path.suffix in HTML_SUFFIXES and path.read_bytes().count(b"<") > MOST_TAGS:
        raise ReadError("网页里的标签太多，请只留正文再上传")
    if path.suffix == ".docx" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels")))
        if size > MOST_XML_BYTES:
            raise ReadError("DOCX 文件里的文字太多，请拆分后再上传")


def check_document(document: Document) -> None:
    """See that a page has not too many lines to be cut into articles.

    Raises:
        ReadError: it has.
    """
    if not document.is_article and document.text.count("\n") > MOST_LINES:
        raise ReadError(f"文字超过 {MOST_LINES // 10_000} 万行，请拆分后再上传")
