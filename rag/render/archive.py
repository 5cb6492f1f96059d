"""Earlier conversations as a browser keeps them: newest first, each with a title, a time and its exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from rag.render.conversation import Exchange
from rag.render.store import to_store
from rag.render.templates import render

KEPT_CONVERSATIONS = 20


def filed(archive: object, exchanges: Sequence[Exchange], now: datetime) -> list[dict[str, Any]]:
    """Put a conversation in front of the archive; an empty one leaves it as it is."""
    kept = conversations(archive)
    if not exchanges:
        return kept
    entry = {
        "id": uuid4().hex,
        "title": exchanges[0].question[:40],
        "time": now.strftime("%Y-%m-%d %H:%M"),
        "count": len(exchanges),
        "exchanges": to_store(exchanges),
    }
    return [entry, *kept][:KEPT_CONVERSATIONS]


def taken(archive: object, identity: object) -> tuple[object, list[dict[str, Any]]]:
    """Return the stored exchanges of one conversation, and the archive without it."""
    kept = conversations(archive)
    found: object = next((entry["exchanges"] for entry in kept if entry["id"] == identity), [])
    return found, [entry for entry in kept if entry["id"] != identity]


def archive_html(archive: object) -> str:
    """Return the list of earlier conversations."""
    return render("archive", {"conversations": conversations(archive)})


def conversations(archive: object) -> list[dict[str, Any]]:
    """Return the well-formed entries of what the browser handed back."""
    if not isinstance(archive, list):
        return []
    return [entry for entry in archive if isinstance(entry, dict) and _is_entry(entry)]


def _is_entry(entry: dict[str, Any]) -> bool:
    texts = all(isinstance(entry.get(name), str) for name in ("id", "title", "time"))
    return texts and isinstance(entry.get("count"), int) and isinstance(entry.get("exchanges"), list)
