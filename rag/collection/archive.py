"""Zip archives, unpacked within bounds: entries, bytes and how much they swell."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import ReadError

MOST_ENTRIES = 500
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_SWELLING = 200  # unpacked bytes for each packed one; text stays below 30
_SMALL_BYTES = 1024 * 1024  # what may swell as it likes
_DIRECTORY_BYTES = MOST_ENTRIES * 1024
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes of memory
_BROKEN = "压缩包已损坏，无法解开"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `problem` is a Chinese sentence, and `data` empty, when it was not unpacked."""

    name: str
    data: bytes = b""
    problem: str = ""


def unpack(data: bytes, longest: int) -> Iterator[Member]:
    """Yield the files of an archive; one of more than `longest` bytes is named as a problem.

    Raises:
        ReadError: the archive is damaged, locked, or too large when unpacked.
    """
    _check_directory(data)
    left = min(MOST_UNPACKED_BYTES, max(len(data) * MOST_SWELLING, _SMALL_BYTES))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in _entries(archive):
                if left <= 0:
                    raise ReadError("压缩包解开后太大，没有读入")
                member = _member(archive, entry, min(longest, left))
                left -= len(member.data)
                yield member
    except _FAULTS as error:
        raise ReadError(_BROKEN) from error


def _check_directory(data: bytes) -> None:
    """See that the list of entries is short before it is read into memory."""
    at = len(data) - 22
    if at < 0 or not (data[at:].startswith(_END) and data.endswith(b"\x00\x00")):
        at = data.rfind(_END, max(0, len(data) - 22 - 65535))
    if at < 0 or len(data) - at < 22:
        raise ReadError("这不是一个 zip 压缩包，或者它已损坏")
    (size,) = struct.unpack_from("<I", data, at + 12)
    if size > _DIRECTORY_BYTES or data[max(0, at - 20) : at].startswith(_END_64):
        raise ReadError(f"压缩包里的文件超过 {MOST_ENTRIES} 个，请分成几个压缩包")


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(_name(entry))]
    if len(entries) > MOST_ENTRIES:
        raise ReadError(f"压缩包里的文件超过 {MOST_ENTRIES} 个，请分成几个压缩包")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ReadError("压缩包设了密码，请解开后再上传")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise ReadError(f"压缩包解开后超过 {MOST_UNPACKED_BYTES // 1024 // 1024} MB，没有读入")
    return entries


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, longest: int) -> Member:
    name = _name(entry)
    if entry.compress_type not in _METHODS:
        return Member(name, problem="压缩方式不支持，没有读入")
    with archive.open(entry) as file:
        data = file.read(longest + 1)
    if len(data) > longest:
        return Member(name, problem="解开后太大，没有读入")
    return Member(name, data)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; without the UTF-8 flag it is in what Windows wrote, mostly GBK."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        written = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_clutter(name: str) -> bool:
    """Whether an entry is what a system puts beside the files."""
    parts = name.replace("\\", "/").split("/")
    return (
        parts[0] == "__MACOSX"
        or (parts[-1].startswith(".") and parts[-1] not in (".", ".."))
        or parts[-1] == "Thumbs.db"
    )
