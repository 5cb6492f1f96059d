"""What a reader may see of a model's stream, and when the model is stopped."""

from __future__ import annotations

import time
from collections.abc import Generator
from threading import Event

import pytest

from rag.answer.background import Push, Stopped, pushed
from rag.answer.streaming import readable
from rag.errors import AnswererError


def pieces(*texts: str) -> Generator[str]:
    yield from texts


@pytest.mark.parametrize(
    ("texts", "seen"),
    [
        (("新增", "800家。"), "新增800家。"),
        (("<think>先看看</think>", "新增800家。"), "新增800家。"),
        (("<th", "ink>先看", "看</thi", "nk>新增", "800家。"), "新增800家。"),
        (("新增<", "5家。"), "新增<5家。"),
        (("新增<think>嗯",), "新增"),
        (("", "a<b 且 c>d"), "a<b 且 c>d"),
    ],
)
def test_thinking_is_hidden_however_it_is_cut(texts: tuple[str, ...], seen: str) -> None:
    assert "".join(readable(pieces(*texts))) == seen


def test_a_model_that_goes_in_circles_is_stopped() -> None:
    closed = Event()

    def circling() -> Generator[str]:
        try:
            while True:
                yield "新增首店八百家。"
        finally:
            closed.set()

    assert len("".join(readable(circling()))) < 200
    assert closed.is_set()


def test_closing_stops_the_thread() -> None:
    stopped_at: list[int] = []
    done = Event()

    def generate(push: Push, stopped: Stopped) -> None:
        for number in range(1000):
            if stopped():
                stopped_at.append(number)
                break
            push(str(number))
            time.sleep(0.005)
        done.set()

    stream = pushed(generate, 5)
    assert next(stream) == "0"
    stream.close()
    assert done.wait(5)
    assert stopped_at[0] < 1000


def test_a_silent_model_is_given_up() -> None:
    release = Event()

    def silent(push: Push, stopped: Stopped) -> None:
        release.wait(10)

    with pytest.raises(AnswererError, match="没有回应") as caught:
        next(pushed(silent, 0.02))
    release.set()
    assert caught.value.retryable


def test_a_failing_model_is_an_error_of_the_tree() -> None:
    def failing(push: Push, stopped: Stopped) -> None:
        raise RuntimeError("secret detail")

    with pytest.raises(AnswererError) as caught:
        next(pushed(failing, 5))
    assert "secret" not in str(caught.value)
