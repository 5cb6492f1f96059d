"""An answer's text taken apart: paragraphs and lists of plain pieces, facts in bold, and citation marks.

Only three things in an answer's text are markup: `**facts**`, list numbers at the start of a line, and
the `[n]` of a sentence that names marker n. Whatever a quoted source prints is text, even when it looks alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Answer

_BOLD = re.compile(r"\*\*(?=\S)([^\n]+?)(?<=\S)\*\*")
_MARK = re.compile(r"\[(\d{1,4})\]")
_NUMBER = re.compile(r"[ \t]*(\d{1,3})[.．、)]\s*(?=\S)")
_BULLET = re.compile(r"[ \t]*[-•]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one style; `marker` is the number of a citation mark, 0 for text."""

    text: str
    strong: bool = False
    marker: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or an item of a list; `number` is what is printed before a numbered item."""

    kind: str
    pieces: tuple[Piece, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one kind: `paragraph`, `numbered` or `bulleted`."""

    kind: str
    blocks: tuple[Block, ...]


def groups(answer: Answer) -> tuple[Group, ...]:
    """Return the answer's text as paragraphs and lists, in order."""
    joined: list[Group] = []
    for block in _blocks(answer):
        if joined and joined[-1].kind == block.kind:
            joined[-1] = Group(block.kind, (*joined[-1].blocks, block))
        else:
            joined.append(Group(block.kind, (block,)))
    return tuple(joined)


def plain_text(answer: Answer) -> str:
    """Return the answer's text without bold marks; citation marks and list numbers stay."""
    return "\n".join(_plain(block) for block in _blocks(answer))


def _plain(block: Block) -> str:
    lead = {"numbered": f"{block.number}. ", "bulleted": "• "}.get(block.kind, "")
    return lead + "".join(piece.text for piece in block.pieces)


def _blocks(answer: Answer) -> Iterator[Block]:
    start = 0
    for line in answer.text.split("\n"):
        if line.strip():
            yield _block(answer, line, start)
        start += len(line) + 1


def _block(answer: Answer, line: str, start: int) -> Block:
    kind, number, lead = "paragraph", "", 0
    if match := _NUMBER.match(line):
        kind, number, lead = "numbered", match.group(1), match.end()
    elif match := _BULLET.match(line):
        kind, lead = "bulleted", match.end()
    body = line[lead:].rstrip()
    return Block(kind, tuple(_pieces(answer, body, start + lead)), number)


def _pieces(answer: Answer, text: str, start: int) -> Iterator[Piece]:
    done = 0
    for match in _BOLD.finditer(text):
        if any(match.group(0) in citation.quote for citation in answer.citations):
            continue
        yield from _marked(answer, text[done : match.start()], start + done, strong=False)
        yield from _marked(answer, match.group(1), start + match.start(1), strong=True)
        done = match.end()
    yield from _marked(answer, text[done:], start + done, strong=False)


def _marked(answer: Answer, text: str, start: int, *, strong: bool) -> Iterator[Piece]:
    done = 0
    for match in _MARK.finditer(text):
        marker = int(match.group(1))
        if not _is_mark(answer, marker, start + match.start()):
            continue
        if match.start() > done:
            yield Piece(text[done : match.start()], strong)
        yield Piece(match.group(0), strong, marker)
        done = match.end()
    if done < len(text):
        yield Piece(text[done:], strong)


def _is_mark(answer: Answer, marker: int, position: int) -> bool:
    """A mark stands in a sentence that names its number, and its citation exists."""
    if all(citation.marker != marker for citation in answer.citations):
        return False
    return any(
        sentence.start <= position < sentence.end and marker in sentence.markers for sentence in answer.sentences
    )
