"""第三项呢: the answer to a follow-up that points at one item of the list just given."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answer.verify import MARK
from rag.types import Answer, AnswerSentence, Citation

_ONLY_ORDINAL = re.compile(
    r"^(那么?|请问)?第([一二三四五六七八九十]|\d{1,2})(个|项|条|点|种|步|方面)(呢|是什么|是啥|具体是什么|讲什么|的内容)?[?。]*$"
)


def is_only_ordinal(normal: str) -> bool:
    """Tell whether a normalised question names nothing but the number of an item."""
    return bool(_ONLY_ORDINAL.match(normal))


def pick_item(answer: Answer, ordinal: int) -> Answer | None:
    """Return the item with that number (from 1) as an answer of its own; None when there is no such item."""
    if not 1 <= ordinal <= len(answer.items):
        return None
    start, end = answer.items[ordinal - 1]
    text = answer.text[start:end]
    old = list(dict.fromkeys(int(mark) for mark in MARK.findall(text)))
    renumbered = MARK.sub(lambda mark: f"[{old.index(int(mark.group(1))) + 1}]", text)
    return replace(
        answer,
        text=renumbered,
        sentences=(AnswerSentence(0, len(renumbered), tuple(range(1, len(old) + 1))),),
        citations=tuple(_renumber(answer.citations[marker - 1], new) for new, marker in enumerate(old, start=1)),
        items=(),
        notes=(),
    )


def _renumber(citation: Citation, marker: int) -> Citation:
    return replace(citation, marker=marker)
