"""The one long work that a collection does at a time, in a thread of its own, and how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rag.errors import LibraryError, UsageError, WenbaoError

IDLE, RUNNING, DONE, FAILED = "idle", "running", "done", "failed"
Report = Callable[[int, int], None]
Task = Callable[[Report], str]


@dataclass(frozen=True, slots=True)
class Work:
    """The latest work: `number` counts them from 1; `done` of `count` passages are encoded.

    `message` is a Chinese sentence: what is being done, what came of it, or why it failed.
    """

    number: int = 0
    state: str = IDLE
    message: str = ""
    done: int = 0
    count: int = 0


class Worker:
    """Runs one task at a time. A task reports its progress and returns the sentence that says what it did."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._work = Work()
        self._closed = False

    @property
    def work(self) -> Work:
        """How far the latest task is."""
        return self._work

    def start(self, message: str, task: Task) -> Work:
        """Run a task in a thread of its own and return at once.

        Raises:
            UsageError: another one is running.
        """
        self._claim()
        self._work = Work(self._work.number + 1, RUNNING, message)
        threading.Thread(target=self._run, args=(task,), daemon=True, name="wenbao-collection").start()
        return self._work

    def run(self, message: str, task: Task) -> Work:
        """Run a task in this thread, after the one that is running."""
        self._busy.acquire()
        self._work = Work(self._work.number + 1, RUNNING, message)
        self._run(task)
        return self._work

    def wait(self, seconds: float) -> None:
        """Wait for the running task, but not for ever."""
        if self._busy.acquire(timeout=seconds):
            self._busy.release()

    def close(self, seconds: float) -> None:
        """Let the running task end at its next report, and wait for that."""
        self._closed = True
        self.wait(seconds)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep tasks from starting.

        Raises:
            UsageError: one is running.
        """
        self._claim()
        try:
            yield
        finally:
            self._busy.release()

    def _claim(self) -> None:
        if not self._busy.acquire(blocking=False):
            raise UsageError("资料正在更新，请等它完成后再试")

    def _run(self, task: Task) -> None:
        try:
            message = task(self._report)
            self._work = replace(self._work, message=message, state=DONE)
        except WenbaoError as error:
            self._work = replace(self._work, message=str(error), state=FAILED)
        except Exception:
            logging.getLogger(__name__).exception("the collection was not updated")
            message = "出错了，资料没有更新。请再试一次；若仍不行，请看终端里的错误记录。"
            self._work = replace(self._work, message=message, state=FAILED)
        finally:
            self._busy.release()

    def _report(self, done: int, count: int) -> None:
        if self._closed:
            raise LibraryError("服务停止了，资料还没有更新完；再次更新会接着做")
        self._work = replace(self._work, done=done, count=count)
