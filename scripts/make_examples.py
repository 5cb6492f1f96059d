"""Run the commands of the READMEs' console blocks again and write what they print below them.

    python scripts/make_examples.py

The commands run in the repository with an index of their own, so the one in index/ is left alone.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"(?<=```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
PROMPT = "$ wenbao "


def commands(block: str) -> list[str]:
    """Return the arguments of the `wenbao` commands in a block."""
    return [line.removeprefix(PROMPT) for line in block.splitlines() if line.startswith(PROMPT)]


def run(arguments: str, index: str) -> str:
    """Return what a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "rag.serve.cli", *shlex.split(arguments)],
        cwd=ROOT,
        env={**os.environ, "WENBAO_INDEX": index},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return done.stdout.replace(index, "index")


def main() -> None:
    """Rewrite the blocks of every README."""
    with tempfile.TemporaryDirectory() as index:
        run("build", index)
        for path in (ROOT / name for name in READMES):
            text = path.read_text(encoding="utf-8")
            path.write_text(BLOCK.sub(lambda match: rewritten(match.group(), index), text), encoding="utf-8")


def rewritten(block: str, index: str) -> str:
    """Return a block with the present output under each command; building starts from nothing."""
    parts = []
    for arguments in commands(block):
        if arguments == "build":
            with tempfile.TemporaryDirectory() as fresh:
                printed = run(arguments, fresh)
        else:
            printed = run(arguments, index)
        parts.append(f"{PROMPT}{arguments}\n{printed}")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
