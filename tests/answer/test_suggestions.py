"""Next questions are about what the articles name, are new, and have an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answer.assistant import Assistant
from rag.answer.suggestions import suggest
from rag.answer.verify import make_citation
from rag.types import Answer, Article, Query, Turn

Asking = Callable[..., Assistant]

TEXT = "镇里推出“一码办事”服务,是办事大厅的“稳定器”。“三张清单”列明事项,“十五”期间完成,“一码办事”覆盖9个村。"
ARTICLE = Article("a", "a.txt", "青石镇办事更方便", TEXT, "a.txt")


def answer(question: str = "青石镇办事如何？") -> Answer:
    citation = make_citation(1, ARTICLE, 0, 24, TEXT[:24])
    return Answer("", citations=(citation,), query=Query(question, question), articles={"a": ARTICLE})


def test_coined_names_come_first_then_the_article() -> None:
    assert suggest(answer(), [], lambda _: True) == (
        "“一码办事”是什么？",
        "“三张清单”是什么？",
        "《青石镇办事更方便》讲了什么？",
    )


def test_nothing_that_was_asked_is_suggested_again() -> None:
    assert suggest(answer("“一码办事”是什么？"), ["《青石镇办事更方便》讲了什么？"], lambda _: True) == (
        "“三张清单”是什么？",
    )


def test_what_has_no_answer_is_not_suggested() -> None:
    assert suggest(answer(), [], lambda question: "清单" in question) == ("“三张清单”是什么？",)
    assert suggest(answer(), [], lambda _: False) == ()


@pytest.fixture(scope="module")
def assistant(over: Asking) -> Assistant:
    return over(
        "青石镇办事更方便\n青石镇推出“一码办事”服务,村民扫码就能办理28项业务。镇里还建立“三张清单”,列明村干部的职责。",
        "红旗菜市场每天早上6点开门,共有摊位120个。",
    )


def test_every_suggestion_of_the_assistant_is_answered(assistant: Assistant) -> None:
    question = "青石镇的村民扫码能办理多少项业务？"
    found = assistant.suggest(assistant.ask(question))
    assert found
    assert all(assistant.ask(one, [Turn(question)]).refusal is None for one in found)


def test_a_refusal_has_none(assistant: Assistant) -> None:
    refused = assistant.ask("黑水河大桥什么时候通车？")
    assert refused.refusal is not None
    assert assistant.suggest(refused) == ()
