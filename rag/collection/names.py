"""Names of uploaded files: whatever a browser or an archive calls them, they stay inside one folder."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 80  # characters
_MOST_BYTES = 200  # of UTF-8; file systems end at 255
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_BETWEEN_FOLDERS = "／"


def file_name(name: str) -> str:
    """Return a name without folders, invisible and forbidden characters, of bounded length.

    `a/../b\\c.txt` becomes `c.txt`; a name of which nothing is left becomes 未命名.
    """
    parts = _parts(name)
    return _bounded(parts[-1] if parts else "")


def archived_name(archive: str, member: str) -> str:
    """Return the name of an archive's member, folders joined into one name below the archive's own."""
    return f"{file_name(archive)}/{_bounded(_BETWEEN_FOLDERS.join(_parts(member)))}"


def suffix_of(name: str) -> str:
    """Return a name's ending with its dot, in lower case; empty without one."""
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def visible(text: str, longest: int) -> str:
    """Return a text of one line without invisible characters, cut to a length."""
    shown = "".join(" " if character.isspace() else character for character in text)
    kept = "".join(character for character in shown if unicodedata.category(character) not in _INVISIBLE)
    return " ".join(kept.split())[:longest].strip()


def _parts(name: str) -> list[str]:
    pieces = re.split(r"[/\\]", unicodedata.normalize("NFC", name))
    cleaned = (_FORBIDDEN.sub("_", visible(piece, 4096)).strip(". ") for piece in pieces)
    return [piece for piece in cleaned if piece]


def _bounded(name: str) -> str:
    """Cut the stem, keep the ending as it is written."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending[:12]) if stem else (name, "")
    while len(stem) + len(ending) > LONGEST_NAME or len((stem + ending).encode()) > _MOST_BYTES:
        stem = stem[:-1]
    whole = (stem.strip(". ") or "未命名") + ending
    return f"_{whole}" if _RESERVED.match(whole) else whole
