"""Follow-ups rewritten by a model, and next questions, are trusted only as far as they can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.answer.rewrite import Completer, rewrite, suggest
from rag.errors import AnswererError
from tests.answer.drafting import article, evidence_of

HISTORY = ["青石镇今年新建了几座公园？", "青石镇新建口袋公园12座,由绿化队负责。"]
EVIDENCE = evidence_of(article("a", "青石镇新建口袋公园12座。绿化队队长周敏介绍了情况。"))


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


def test_only_new_questions_with_an_answer_are_suggested() -> None:
    model = Scripted(
        "1. 绿化队队长是谁？\n2. 青石镇今年新建了几座公园？\n这不是问题。\n- 月亮有多远？\n3. 口袋公园有几座？\n4. 队长介绍了什么？\n5. 谁介绍了情况？"
    )
    asked: list[str] = []

    def answerable(question: str) -> bool:
        asked.append(question)
        return "月亮" not in question

    found = suggest(EVIDENCE, HISTORY[:1], model, answerable)
    assert found == ("绿化队队长是谁？", "口袋公园有几座？", "队长介绍了什么？")
    assert "月亮有多远？" in asked
    assert all("青石镇今年新建了几座公园" not in question for question in asked)
    assert suggest(EVIDENCE, [], Scripted("", fails=True), answerable) == ()


def test_the_scripted_model_is_a_completer() -> None:
    assert isinstance(Scripted(""), Completer)
