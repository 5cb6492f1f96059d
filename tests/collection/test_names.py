from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.collection.names import LONGEST_NAME, archived_name, file_name, visible


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("临江日报.txt", "临江日报.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\我\\新闻.docx", "新闻.docx"),
        ("/etc/cron.d/x.md", "x.md"),
        ("a\x00b\n.txt", "ab.txt"),
        ("txt.\u202efdp.exe", "txt.fdp.exe"),
        ("<img src=x onerror=alert(1)>.html", "_img src=x onerror=alert(1)_.html"),
        ("..", "未命名"),
        ("", "未命名"),
        ("con.txt", "_con.txt"),
        ("upload:x:1.txt", "upload_x_1.txt"),
        ("长" * 500 + ".txt", "长" * 65 + ".txt"),
    ],
)
def test_a_name_becomes_one_harmless_name(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept


def test_folders_of_an_archive_become_part_of_the_name() -> None:
    assert archived_name("资料.zip", "一月/../../../要闻.txt") == "资料.zip/一月／要闻.txt"


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name: str) -> None:
    kept = file_name(name)
    assert kept
    assert len(kept) <= LONGEST_NAME + 1
    assert len(kept.encode()) < 255
    assert not set(kept) & set('/\\:<>"|?*')
    assert kept not in (".", "..")
    assert not kept.startswith(".")
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in kept)
    assert file_name(kept).lstrip("_") == kept.lstrip("_")
    assert "/" not in archived_name("x.zip", name).removeprefix("x.zip/")


def test_a_title_is_one_visible_line() -> None:
    assert visible(" 甲\n\u202e乙\x07\t丙 ", 10) == "甲 乙 丙"
    assert visible("长" * 20, 5) == "长" * 5
