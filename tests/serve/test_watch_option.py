from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.config import Config
from rag.serve.cli import main


@pytest.mark.parametrize(
    ("arguments", "watched"),
    [([], None), (["--watch"], []), (["--watch", "seeds", "更多"], [Path("seeds"), Path("更多")])],
)
def test_what_is_watched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], watched: list[Path] | None
) -> None:
    calls: list[Sequence[Path] | None] = []

    def serve(_: Config, sources: Sequence[Path] | None = None) -> None:
        calls.append(sources)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rag.serve.api.serve", serve)
    assert main(["serve", *arguments]) == 0
    assert calls == [watched]
