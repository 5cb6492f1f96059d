"""Follow-ups rewritten by a model are trusted only as far as they can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.answer.rewrite import Completer, rewrite
from rag.errors import AnswererError

HISTORY = ["青石镇今年新建了几座公园？", "青石镇新建口袋公园12座,由绿化队负责。"]


class Scripted:
    """Says one fixed thing, or fails."""

    def __init__(self, says: str, fails: bool = False) -> None:
        self._says = says
        self._fails = fails
        self.prompts: list[str] = []

    def complete(self, chat: Sequence[dict[str, str]], tokens: int) -> Iterator[str]:
        """See `rag.answer.rewrite.Completer`."""
        self.prompts.append(chat[-1]["content"])
        if self._fails:
            raise AnswererError("不行")
        yield from self._says


@pytest.mark.parametrize(
    ("followup", "says"),
    [
        ("由谁负责？", "青石镇新建的公园由谁负责？"),
        ("那什么时候建的？", "改写后的问题：青石镇今年新建的公园是什么时候建的？"),
        ("它们由谁负责？", "<think>公园</think>青石镇的公园由谁负责？"),
    ],
)
def test_a_rewrite_from_the_words_of_the_history_is_taken(followup: str, says: str) -> None:
    result = rewrite(followup, HISTORY, Scripted(says))
    assert result is not None
    assert "青石镇" in result
    assert ":" not in result and "：" not in result


@pytest.mark.parametrize(
    ("followup", "says"),
    [
        ("由谁负责？", "白沙镇新建的公园由谁负责？"),  # another town
        ("由谁负责？", "青石镇2019年新建的公园由谁负责？"),  # a year of its own
        ("由谁负责？", "青石镇新建口袋公园12座。"),  # an answer, the question is lost
        ("由谁负责？", ""),
        ("由谁负责？", "青石镇" * 60),
    ],
)
def test_a_rewrite_that_adds_or_loses_something_is_not(followup: str, says: str) -> None:
    assert rewrite(followup, HISTORY, Scripted(says)) is None


def test_without_a_history_or_with_a_dead_model_nothing_is_rewritten() -> None:
    assert rewrite("由谁负责？", [], Scripted("青石镇由谁负责？")) is None
    assert rewrite("由谁负责？", HISTORY, Scripted("", fails=True)) is None


def test_the_scripted_model_is_a_completer() -> None:
    assert isinstance(Scripted(""), Completer)
