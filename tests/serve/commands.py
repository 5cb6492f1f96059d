"""Running commands in a test: in this process, in a folder of its own, with a small encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from rag.serve.cli import main
from rag.types import Article, Encoder


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


def make_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str] | None, folder: Path, encoder: Encoder
) -> Run:
    """Return what runs a command in the folder, with this encoder in place of the model; without `capsys`, print."""
    monkeypatch.chdir(folder)
    for place in ("rag.application.load_encoder", "rag.index.encoder.load_encoder"):
        monkeypatch.setattr(place, lambda name, device="": encoder)

    def run(*arguments: object) -> Result:
        code = main([str(argument) for argument in arguments])
        return Result(code, *(capsys.readouterr() if capsys else ("", "")))

    return run


def write_collection(folder: Path, articles: Sequence[Article]) -> Path:
    """Write articles as text files."""
    folder.mkdir()
    for article in articles:
        (folder / article.source).write_text(article.text, encoding="utf-8")
    return folder
