from __future__ import annotations

import io
import struct
import zipfile

import pytest

from rag.collection import archive
from rag.collection.archive import Member, unpack
from rag.errors import ReadError

LONGEST = 50 * 1024 * 1024


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return buffer.getvalue()


def test_files_come_in_order_without_what_systems_add() -> None:
    data = packed(("甲.txt", b"1"), ("__MACOSX/._x.txt", b"2"), ("d/.DS_Store", b"3"), ("d/乙.txt", b"4"))
    assert list(unpack(data, LONGEST)) == [Member("甲.txt", b"1"), Member("d/乙.txt", b"4")]


def test_a_name_that_windows_wrote_is_read_as_gbk() -> None:
    wanted = "要闻.txt"
    data = packed((wanted, b"1")).replace(wanted.encode(), wanted.encode("gb18030").ljust(len(wanted.encode()), b"_"))
    flagged = bytearray(data)
    flagged[6:8] = b"\x00\x00"  # flags of the entry, and of the directory's row
    at = data.index(b"PK\x01\x02")
    flagged[at + 8 : at + 10] = b"\x00\x00"
    assert [member.name for member in unpack(bytes(flagged), LONGEST)] == ["要闻.txt__"]


def test_a_bomb_is_named_and_not_unpacked() -> None:
    data = packed(("bomb.txt", b"0" * 30_000_000), ("good.txt", "好".encode()))
    bomb, good = unpack(data, LONGEST)
    assert bomb.problem
    assert bomb.data == b""
    assert good.data == "好".encode()


def test_what_swells_in_total_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 10_000)
    with pytest.raises(ReadError, match="解开后"):
        list(unpack(packed(*((f"{number}.txt", b"0" * 3000) for number in range(5))), LONGEST))


def test_a_lie_about_the_size_does_not_help() -> None:
    data = bytearray(packed(("bomb.txt", b"0" * 30_000_000)))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    struct.pack_into("<I", data, 22, 10)
    with pytest.raises(ReadError, match="损坏"):
        list(unpack(bytes(data), LONGEST))


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    with pytest.raises(ReadError, match="500"):
        list(unpack(packed(*((f"{number}.txt", b"") for number in range(501))), LONGEST))
    crowded = packed(*((f"{number}" * 30 + ".txt", b"") for number in range(8000)), method=zipfile.ZIP_STORED)
    with pytest.raises(ReadError, match="500"):
        archive._check_directory(crowded)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", packed(("a.txt", b"abc"))[:-30], b"PK\x05\x06" * 9])
def test_what_is_no_archive_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(ReadError, match="压缩包"):
        list(unpack(data, LONGEST))


def test_a_damaged_entry_is_refused() -> None:
    data = bytearray(packed(("a.txt", bytes(range(256)) * 20)))
    data[60:90] = b"\xff" * 30
    with pytest.raises(ReadError, match="损坏"):
        list(unpack(bytes(data), LONGEST))


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(packed(("a.txt", b"abc")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReadError, match="密码"):
        list(unpack(bytes(data), LONGEST))


def test_other_methods_are_not_tried() -> None:
    (member,) = unpack(packed(("a.txt", b"abc" * 100), method=zipfile.ZIP_LZMA), LONGEST)
    assert "压缩方式" in member.problem
