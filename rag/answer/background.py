"""A model that pushes its pieces from a thread, read as a stream that can be closed."""

from __future__ import annotations

from collections.abc import Callable, Generator
from queue import Empty, Queue
from threading import Event, Thread, main_thread

from rag.errors import AnswererError, WenbaoError

Push = Callable[[str], None]
Stopped = Callable[[], bool]
_READING = 5  # times as long as between pieces may pass before the first one, while a local model reads the prompt


def pushed(generate: Callable[[Push, Stopped], None], timeout_seconds: float) -> Generator[str]:
    """Run `generate(push, stopped)` in a thread and yield what it pushes.

    `stopped()` turns true when this is closed or the process ends; the thread is no daemon, because native code
    that runs on while the interpreter goes away takes the process down.

    Raises:
        AnswererError: no piece came for `timeout_seconds` (five times that for the first), or the model failed.
    """
    pieces: Queue[str | BaseException | None] = Queue()
    closed = Event()

    def stopped() -> bool:
        return closed.is_set() or not main_thread().is_alive()

    def work() -> None:
        try:
            generate(pieces.put, stopped)
        except Exception as error:  # handed to the reader's thread, which raises it
            pieces.put(error)
        else:
            pieces.put(None)

    Thread(target=work, name="wenbao-model").start()
    try:
        piece = _next(pieces, timeout_seconds * _READING)
        while piece is not None:
            yield piece
            piece = _next(pieces, timeout_seconds)
    finally:
        closed.set()


def _next(pieces: Queue[str | BaseException | None], timeout_seconds: float) -> str | None:
    try:
        piece = pieces.get(timeout=timeout_seconds)
    except Empty as error:
        raise slow(timeout_seconds) from error
    if isinstance(piece, WenbaoError):
        raise piece
    if isinstance(piece, BaseException):
        raise AnswererError(f"本地语言模型运行出错（{type(piece).__name__}）：请换用原文摘录或其他模型") from piece
    return piece


def slow(timeout_seconds: float) -> AnswererError:
    """Return the error of a model that says nothing for too long."""
    return AnswererError(
        f"语言模型 {timeout_seconds:g} 秒没有回应：请稍后重试，或调大配置 timeout_seconds", retryable=True
    )
