"""Files that readers added through the page: they stand in a folder of their own and have ids of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.corpus.read import read_collection
from rag.types import Document, Skipped

_MARK = "upload:"


def read_uploads(folder: Path, images: Path | None = None) -> Iterator[Document | Skipped]:
    """Read all uploaded files of a folder, sorted; none when it does not exist.

    `images` is the folder where the images of scanned pages are kept.
    """
    for path in upload_files(folder):
        yield from read_upload(path, path.relative_to(folder).as_posix(), images)


def upload_files(folder: Path) -> list[Path]:
    """Return the uploaded files of a folder, sorted; hidden ones are not among them."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def read_upload(path: Path, name: str, images: Path | None = None) -> Iterator[Document | Skipped]:
    """Read one file under the name that it has among the uploads, wherever it lies now."""
    for item in read_collection([path], images):
        if isinstance(item, Skipped):
            yield replace(item, path=name + item.path.removeprefix(path.name))
            continue
        if "\x00" in item.text:
            yield Skipped(name, "文字里含有空字节，没有读入")
            continue
        row = f":{item.id}" if item.is_article else ""
        source = name if item.source == path.name else item.source
        yield replace(item, id=f"{_MARK}{name}{row}", source=source)


def uploaded_name(document_id: str) -> str:
    """Return the name of the uploaded file that a document was read from; names hold no colon."""
    return document_id.removeprefix(_MARK).split(":", 1)[0]
