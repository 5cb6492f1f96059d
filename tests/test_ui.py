"""The page's handlers, without a browser: what is painted, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from rag.answer.assistant import Assistant
from rag.config import Config
from rag.render.conversation import DONE, SEARCHING, WRITING, Exchange
from rag.types import Event, Retrieved, Token, Turn
from tests.scripted import BURDEN, ScriptedAssistant
from ui import Desk


class Watched(ScriptedAssistant):
    """Notes in which state the page was when the first piece of the draft was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[Exchange] = []
        self.before_draft = ""

    def stream(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Iterator[Event]:
        for event in super().stream(question, history, answerer):
            if isinstance(event, Token) and not self.before_draft:
                self.before_draft = self.painted[-1].state
            yield event


@pytest.fixture
def assistant() -> Watched:
    return Watched()


def asked(assistant: Watched, question: str) -> list[Exchange]:
    desk = Desk(cast(Assistant, assistant), Config())
    for _, _, shown, _ in desk.ask({}, question, (), "auto"):
        assistant.painted.append(cast("tuple[Exchange, ...]", shown)[-1])
    return assistant.painted


def test_sources_are_painted_before_the_draft_is_waited_for(assistant: Watched) -> None:
    states = [exchange.state for exchange in asked(assistant, BURDEN)]
    assert assistant.before_draft == WRITING, "however fast the sources were found"
    assert states[0] == SEARCHING
    assert states[-1] == DONE


def test_a_fast_draft_is_not_painted_piece_by_piece(assistant: Watched) -> None:
    events = list(ScriptedAssistant().stream(BURDEN))
    assert sum(isinstance(event, Retrieved) for event in events) == 1
    assert len(asked(assistant, BURDEN)) < len(events)
