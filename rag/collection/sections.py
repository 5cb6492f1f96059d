"""The section that a page was printed in, from what stands on it besides its stories."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.corpus.furniture import is_furniture
from rag.types import Leftover

_PAGE = re.compile(r"(?:第\s?)?[A-Z]?\d{1,3}\s?版|第[一二三四五六七八九十]{1,3}版|[A-Z]\d{1,3}")
_PAPER = re.compile(r".*(?:报|刊|社)|星期.|周[一二三四五六日]|农历.*")
_NAME = re.compile("[一-鿿]{2,8}")


def sections(leftovers: Iterable[Leftover], document_ids: Iterable[str]) -> dict[str, str]:
    """Return the section of each document: as printed, else its folder; empty when there is neither."""
    printed: dict[str, str] = {}
    for leftover in leftovers:
        if not printed.get(leftover.document_id):
            printed[leftover.document_id] = printed_section(leftover.text)
    return {name: printed.get(name) or _folder(name) for name in document_ids}


def printed_section(text: str) -> str:
    """Return the page number and the section's name, such as A08 社会新闻; empty when there is none."""
    best: list[str] = []
    for line in text.splitlines():
        parts = _parts(line.strip())
        best = parts if len(parts) > len(best) else best
    return " ".join(best)


def _parts(line: str) -> list[str]:
    if not is_furniture(line):
        return []
    parts = [part.strip("【】[]〖〗") for part in re.split(r"[\s·・|丨]+", line)]
    return [part for part in parts if _PAGE.fullmatch(part) or _is_name(part)]


def _is_name(part: str) -> bool:
    return bool(_NAME.fullmatch(part)) and not _PAPER.fullmatch(part) and is_furniture(part)


def _folder(document_id: str) -> str:
    return document_id.rpartition("/")[0] if not document_id.startswith("upload:") else ""
