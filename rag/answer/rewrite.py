"""With a language model at hand: a follow-up made to stand alone, and questions to ask next. Both are guarded."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Protocol, runtime_checkable

from rag.answer.prompt import Message, plain
from rag.answer.questions import understand
from rag.answer.streaming import readable
from rag.answer.support import coverage
from rag.errors import AnswererError
from rag.index.analyze import FUNCTION_CHARACTERS, normalize, words
from rag.types import EvidenceText

_REWRITE_TOKENS, _SUGGEST_TOKENS = 80, 160
_TURNS, _TURN_CHARACTERS = 3, 200
_LONGEST = 120
_KEPT = 0.5  # of the follow-up's own words that a rewrite must keep
_SUGGESTIONS, _CANDIDATES = 3, 6
_POINTING = re.compile(r"^(?:它们?|[他她]们?|这个?|那个?|其|该|此|呢|那么?|还有|这里|那里|上述|前者|后者)$")
_LIST_MARK = re.compile(r"^\s*(?:\d{1,2}[.．、)）]|[-*•])\s*")

_REWRITE_RULES = (
    "把用户最后的追问改写成一个完整的问题：补上省略的人、事、地点或年份，代词换成它指的名字。"
    "只用对话里出现过的词，不回答问题，不加新内容。只输出改写后的一句问题。"
)
_SUGGEST_RULES = "根据【资料】写出读者接着会问的六个问题，每行一个。每个问题都能用资料里的一句话回答，要写全人名、地名和事名，不用代词。"


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


def suggest(
    evidence: Sequence[EvidenceText], asked: Sequence[str], model: Completer, answerable: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return at most three next questions that `answerable` has found an answer to in the collection.

    `asked` are the questions of the conversation so far; none of them is suggested again.
    """
    material = "\n".join(plain(one.text) for one in evidence)
    chat = [
        {"role": "system", "content": _SUGGEST_RULES},
        {"role": "user", "content": f"【资料】\n{material}\n【资料完】\n已经问过：{'；'.join(map(plain, asked))}"},
    ]
    found: list[str] = []
    for line in _whole(model, chat, _SUGGEST_TOKENS).splitlines()[:_CANDIDATES]:
        proposed = _LIST_MARK.sub("", line).strip()
        if _is_question(proposed) and not _said_before(proposed, [*asked, *found]) and answerable(proposed):
            found.append(proposed)
        if len(found) == _SUGGESTIONS:
            break
    return tuple(found)


def _whole(model: Completer, chat: Sequence[Message], tokens: int) -> str:
    """Return the model's whole reply; nothing when it fails, for neither task is worth an error."""
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


def _is_question(text: str) -> bool:
    return 5 <= len(text) <= _LONGEST and bool(re.search(r"[?？]$|吗$|呢$|多少|哪|什么|谁|几|如何|怎么", text))


def _said_before(proposed: str, asked: Sequence[str]) -> bool:
    return any(coverage(proposed, earlier) > 0.8 for earlier in asked)
