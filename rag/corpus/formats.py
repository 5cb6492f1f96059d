"""What lies in a file of each kind: one text, headings marked with `#` as in Markdown."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.corpus.decode import decode, decode_as
from rag.errors import ReadError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from docx.document import Document as WordDocument

_DECLARED = {"big5": "cp950", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "tr", "pre", "blockquote", "figcaption", "dt", "dd", "div")
_DROPPED = ("script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "iframe", "svg")
MOST_UNPACKED_BYTES = 200 * 1024 * 1024


def read_html(data: bytes) -> tuple[str, str]:
    """Return (text, title) of a web page: the article where one is marked, else the body.

    Raises:
        ReadError: there is no visible text.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_html_text(data), "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    for tag in soup(_DROPPED):
        tag.decompose()
    text = "\n\n".join(_html_blocks(_main_part(soup)))
    if not text.strip():
        raise ReadError("网页里没有可读的正文")
    return text, title


def _html_text(data: bytes) -> str:
    """Decode a page by the Chinese encoding that it declares, else by its bytes."""
    from bs4 import UnicodeDammit

    declared = (UnicodeDammit(data[:4096], is_html=True).declared_html_encoding or "").lower()
    text = decode_as(data, _DECLARED[declared]) if declared in _DECLARED else None
    return decode(data) if text is None else text


def _main_part(soup: BeautifulSoup) -> Tag:
    articles = soup.find_all("article")
    if len(articles) == 1:
        return articles[0]
    return soup.find("main") or soup.body or soup


def _html_blocks(root: Tag) -> Iterator[str]:
    """Yield the text of each innermost block, in page order."""
    from bs4.element import NavigableString, Tag

    pieces: list[str] = []
    level = 0
    for node in root.descendants:
        if isinstance(node, NavigableString):
            if type(node) is NavigableString:
                pieces.append(str(node))
        elif isinstance(node, Tag) and node.name in (*_BLOCKS, "br"):
            yield from _flush(pieces, level)
            level = int(node.name[1]) if node.name in _BLOCKS[:6] else 0
    yield from _flush(pieces, level)


def _flush(pieces: list[str], level: int) -> Iterator[str]:
    text = " ".join("".join(pieces).split())
    pieces.clear()
    if text:
        yield "#" * level + " " * bool(level) + text


def read_pdf(data: bytes) -> list[str]:
    """Return the text layer of each page; empty for a page that has none.

    Raises:
        ReadError: the file is damaged or locked.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(data))
        return [page.extract_text().replace("\x00", "").strip("\n") for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise ReadError("PDF 文件已损坏或加密，无法读取") from error


def read_docx(data: bytes) -> str:
    """Return paragraphs and table rows in order.

    Raises:
        ReadError: the file is damaged, unpacks to too much, or holds no text.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        _check_unpacked_size(data)
        document = docx.Document(io.BytesIO(data))
        text = "\n\n".join(_docx_blocks(document))
    except (PackageNotFoundError, zipfile.BadZipFile, LookupError, ValueError, SyntaxError, AttributeError) as error:
        raise ReadError("DOCX 文件已损坏，无法读取") from error
    if not text.strip():
        raise ReadError("DOCX 文件里没有文字")
    return text


def _check_unpacked_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise ReadError(f"DOCX 文件解压后超过 {MOST_UNPACKED_BYTES // 1024 // 1024} MB，没有读入")


def _docx_blocks(document: WordDocument) -> Iterator[str]:
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            name = (block.style.name or "") if block.style else ""
            mark = "# " if name in ("Title", "Heading 1") else "## " if name.startswith("Heading") else ""
            text = " ".join(block.text.split())
            if text:
                yield mark + text
        else:
            for row in block.rows:
                yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)
