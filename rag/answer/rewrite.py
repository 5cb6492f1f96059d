"""With a language model at hand, a follow-up is made to stand alone by it; its words are guarded."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from typing import Protocol, runtime_checkable

from rag.answer.prompt import Message, plain
from rag.answer.questions import understand
from rag.answer.streaming import readable
from rag.errors import AnswererError
from rag.index.analyze import FUNCTION_CHARACTERS, normalize, words

_REWRITE_TOKENS = 80
_TURNS, _TURN_CHARACTERS = 3, 200
_LONGEST = 120
_KEPT = 0.5  # of the follow-up's own words that a rewrite must keep
_POINTING = re.compile(r"^(?:它们?|[他她]们?|这个?|那个?|其|该|此|呢|那么?|还有|这里|那里|上述|前者|后者)$")

_REWRITE_RULES = (
    "把用户最后的追问改写成一个完整的问题：补上省略的人、事、地点或年份，代词换成它指的名字。"
    "只用对话里出现过的词，不回答问题，不加新内容。只输出改写后的一句问题。"
)


@runtime_checkable
class Completer(Protocol):
    """A language model that completes any chat; what the providers offer beside `Answerer`."""

    def complete(self, chat: Sequence[Message], tokens: int) -> Iterator[str]:
        """Yield pieces of a reply of at most `tokens` tokens. Raises AnswererError."""
        ...


def rewrite(question: str, history: Sequence[str], model: Completer) -> str | None:
    """Return a follow-up as a question that stands alone; None when the model's rewrite cannot be trusted.

    `history` are earlier questions, oldest first; their answers may stand among them. A rewrite may add no
    word, asking words aside, that occurs neither there nor in the follow-up, and must keep most of its words.
    """
    if not history:
        return None
    turns = "\n".join(f"{number}. {plain(turn)[:_TURN_CHARACTERS]}" for number, turn in enumerate(history[-_TURNS:], 1))
    chat = [
        {"role": "system", "content": _REWRITE_RULES},
        {"role": "user", "content": "对话：\n1. 青石镇有几座公园？\n追问：什么时候建的？"},
        {"role": "assistant", "content": "青石镇的公园是什么时候建的？"},
        {"role": "user", "content": f"对话：\n{turns}\n追问：{plain(question)}"},
    ]
    proposed = _first_line(_whole(model, chat, _REWRITE_TOKENS))
    return proposed if proposed and _adds_nothing(proposed, question, history) else None


def _whole(model: Completer, chat: Sequence[Message], tokens: int) -> str:
    """Return the model's whole reply; nothing when it fails, for this is not worth an error."""
    pieces: list[str] = []
    try:
        pieces += readable(_closable(model.complete(chat, tokens)))
    except AnswererError:
        return ""
    return "".join(pieces)


def _closable(pieces: Iterator[str]) -> Generator[str]:
    yield from pieces


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = re.sub(r"^(?:改写后?(?:的问题)?|问题|完整的?问题)[:：]\s*", "", line).strip("“”\"' ")
    return line if len(line) <= _LONGEST else ""


def _adds_nothing(proposed: str, question: str, history: Sequence[str]) -> bool:
    known = normalize("\n".join([*history, question]))
    if any(word not in known for word in words(understand(proposed).content)):
        return False
    if set(re.findall(r"\d+", normalize(proposed))) - set(re.findall(r"\d+", known)):
        return False
    own = [word for word in words(question) if not _POINTING.match(word) and word not in FUNCTION_CHARACTERS]
    kept = sum(word in normalize(proposed) for word in own)
    return not own or kept >= _KEPT * len(own)
