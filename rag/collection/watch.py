"""A thread that looks at the sources every few seconds and rebuilds when they have changed."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.application import check_sources
from rag.collection.collection import Collection
from rag.collection.work import FAILED

SECONDS = 2.0
_RETRY_SECONDS = 30.0
State = dict[str, tuple[int, int]]


class Watcher:
    """Watches sources for a collection until it is stopped."""

    def __init__(self, collection: Collection, sources: Sequence[Path], seconds: float = SECONDS) -> None:
        self._collection = collection
        self._sources = tuple(sources)
        self._seconds = seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="wenbao-watch")

    def start(self) -> None:
        """Begin; the first look brings the library up to date."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a rebuild that is running goes on for as long as the process does."""
        self._stopped.set()

    def _watch(self) -> None:
        built: State | None = None
        seen: State | None = None
        retry = 0.0
        while not self._stopped.is_set():
            now = files_below(self._sources)
            if now == seen and (now != built or 0 < retry < time.monotonic()):
                built = now
                retry = 0.0 if self._rebuild() else time.monotonic() + _RETRY_SECONDS
            seen = now
            self._stopped.wait(self._seconds)

    def _rebuild(self) -> bool:
        work = self._collection.rebuild(self._sources)
        if work.message:
            logging.getLogger(__name__).log(logging.WARNING if work.state == FAILED else logging.INFO, work.message)
        return work.state != FAILED


@contextmanager
def watching(collection: Collection, sources: Sequence[Path], seconds: float = SECONDS) -> Iterator[None]:
    """Watch sources until the block ends.

    Raises:
        CollectionError: one of them does not exist.
    """
    check_sources(sources)
    watcher = Watcher(collection, sources, seconds)
    watcher.start()
    try:
        yield
    finally:
        watcher.stop()


def files_below(sources: Sequence[Path]) -> State:
    """Return modification time and size of every file; hidden ones are left out.

    A file that is half written differs from one look to the next: only two equal looks make a change.
    """
    found: State = {}
    for source in sources:
        if source.is_file():
            _note(source, found)
        for folder, folders, names in os.walk(source):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    _note(Path(folder, name), found)
    return found


def _note(path: Path, found: State) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:  # removed since the folder was listed
        return
    found[str(path)] = (status.st_mtime_ns, status.st_size)
