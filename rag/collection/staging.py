"""Uploaded files that wait for the reader's word: checked, unpacked, and not yet part of the collection.

Each upload lies in a hidden folder of its own within the uploads: `.staged/<token>/<number>.<kind>`, with the
names that the files shall have in `names.json`. No name that came from outside is ever a path here.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.collection.archive import unpack
from rag.collection.names import archived_name, file_name, suffix_of
from rag.corpus.read import IMAGE_SUFFIXES, MOST_BYTES, READABLE
from rag.errors import ReadError, UsageError

ARCHIVE_SUFFIX = ".zip"
ACCEPTED = (*READABLE, *IMAGE_SUFFIXES, ARCHIVE_SUFFIX)
MOST_STAGED_BYTES = 500 * 1024 * 1024
_MOST_STAGED = 200
_KEPT_SECONDS = 86400.0
_NAMES = "names.json"
_TOKEN = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file of an upload: where it lies, what it will be called, or the Chinese reason why it is no use."""

    path: Path
    name: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """One upload; an archive has several files."""

    token: str
    name: str
    files: tuple[StagedFile, ...]


class Receipt:
    """An upload while its bytes arrive."""

    def __init__(self, folder: Path, name: str) -> None:
        """Use `Staging.receive`."""
        self.folder = folder
        self.name = name
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            ReadError: they are too many; what has arrived is dropped.
        """
        self._size += len(data)
        if self._size > MOST_BYTES:
            self.drop()
            raise ReadError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后再上传")
        with _place(self.folder, 0, self.name).open("ab") as file:
            file.write(data)

    def finish(self) -> Staged:
        """Unpack an archive, note the names, and return the upload.

        Raises:
            ReadError: it is empty, or an archive that cannot be unpacked; what has arrived is dropped.
        """
        try:
            if not self._size:
                raise ReadError("文件是空的，没有可读的文字")
            names = _unpacked(self.folder, self.name) if _is_archive(self.name) else [[self.name, ""]]
        except ReadError:
            self.drop()
            raise
        row = {"name": self.name, "files": names}
        (self.folder / _NAMES).write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        return _read(self.folder)

    def drop(self) -> None:
        """Remove what has arrived."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Staging:
    """The uploads that wait, in a folder within the uploads."""

    def __init__(self, uploads: Path) -> None:
        self.folder = uploads / ".staged"

    def receive(self, name: str) -> Receipt:
        """Make room for a file that is about to arrive.

        Raises:
            ReadError: nothing can be read from a file of this kind.
            UsageError: too much waits already.
        """
        called = file_name(name)
        if suffix_of(called) not in ACCEPTED:
            kinds = "、".join(suffix.removeprefix(".") for suffix in (*READABLE, ARCHIVE_SUFFIX))
            raise ReadError(f"不支持的文件类型，可以上传的有：{kinds}")
        self._sweep()
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return Receipt(folder, called)

    def find(self, token: str) -> Staged:
        """Return an upload.

        Raises:
            UsageError: there is none of this token.
        """
        folder = self.folder / token if _TOKEN.match(token) else None
        if folder is None or not (folder / _NAMES).is_file():
            raise UsageError("这次上传已经收录或放弃，请重新上传")
        return _read(folder)

    def drop(self, token: str) -> None:
        """Forget an upload with its files.

        Raises:
            UsageError: there is none of this token.
        """
        self.find(token)
        shutil.rmtree(self.folder / token, ignore_errors=True)

    def _sweep(self) -> None:
        """Drop what was left a day ago, and see that the rest is not too much."""
        waiting = [folder for folder in self.folder.iterdir() if folder.is_dir()] if self.folder.is_dir() else []
        for folder in [folder for folder in waiting if time.time() - folder.stat().st_mtime > _KEPT_SECONDS]:
            shutil.rmtree(folder, ignore_errors=True)
            waiting.remove(folder)
        size = sum(path.stat().st_size for folder in waiting for path in folder.iterdir())
        if len(waiting) >= _MOST_STAGED or size > MOST_STAGED_BYTES:
            raise UsageError("等待收录的文件太多，请先收录或放弃已经上传的")


def _is_archive(name: str) -> bool:
    return suffix_of(name) == ARCHIVE_SUFFIX


def _place(folder: Path, number: int, name: str) -> Path:
    """Return where a file lies; its ending, one of those accepted, is all that its name gives to the path."""
    ending = suffix_of(name)
    return folder / f"{number}{ending if ending in ACCEPTED else ''}"


def _unpacked(folder: Path, name: str) -> list[list[str]]:
    """Put an archive's files in its place; return their names and problems in order."""
    packed = _place(folder, 0, name)
    data = packed.read_bytes()
    packed.unlink()
    rows: list[list[str]] = []
    for member in unpack(data, MOST_BYTES):
        called = _unused(archived_name(name, member.name), [row[0] for row in rows])
        problem = member.problem or ("" if suffix_of(called) in ACCEPTED[:-1] else "压缩包里的这种文件不能读")
        if not problem:
            _place(folder, len(rows), called).write_bytes(member.data)
        rows.append([called, problem])
    if not rows:
        raise ReadError("压缩包里没有文件")
    return rows


def _unused(name: str, taken: Sequence[str]) -> str:
    length = len(name) - len(suffix_of(name))
    stem, ending, number, found = name[:length], name[length:], 1, name
    while found.lower() in (other.lower() for other in taken):
        number += 1
        found = f"{stem}({number}){ending}"
    return found


def _read(folder: Path) -> Staged:
    row = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    files = [
        StagedFile(_place(folder, number, name), name, problem) for number, (name, problem) in enumerate(row["files"])
    ]
    return Staged(folder.name, row["name"], tuple(files))
