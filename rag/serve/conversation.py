"""Questions typed one after the other at a terminal, or piped in one a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rag.application import open_assistant
from rag.config import Config
from rag.errors import UsageError
from rag.render.rows import answer_row
from rag.serve.batch import answer_of
from rag.serve.output import answer_lines, clean_output, write_lines, write_row
from rag.types import Turn

PROMPT = "\n问："


def converse(config: Config, as_json: bool) -> None:
    """Answer every line of the input, each with those before it as its history, until it ends."""
    with clean_output() as output:
        assistant = open_assistant(config)
        history: list[Turn] = []
        for question in _questions():
            try:
                answer, articles = answer_of(assistant, question, history, config.answerer)
            except UsageError as error:
                sys.stderr.write(f"wenbao: {error}\n")
                continue
            history.append(Turn(question, answer))
            if as_json:
                write_row(output, {"question": question, **answer_row(answer, articles)})
            else:
                write_lines(output, answer_lines(answer))


def _questions() -> Iterator[str]:
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    sys.stderr.write("输入问题后按回车；空行或 Ctrl-D 结束。\n")
    while True:
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        line = sys.stdin.readline().strip()
        if not line:
            return
        yield line
