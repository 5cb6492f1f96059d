"""Everything that can go wrong in a way a reader can act on.

    WenbaoError
    ├── UsageError              the call itself is wrong: an empty question, an unknown option
    │   └── ForeignRequest      a page of another site tried to change the collection
    ├── ConfigError             a setting is unknown or out of range
    ├── ReadError               a file cannot be read; the build skips it and goes on
    ├── CollectionError         there is nothing to build from
    ├── LibraryError
    │   ├── IndexMissing        no library in the folder yet
    │   ├── IndexDamaged        the library cannot be opened
    │   └── EncoderMismatch     the library was made with another encoder
    ├── EncoderUnavailable      the embedding model cannot be loaded
    ├── MissingExtra            an optional package is not installed
    ├── VerificationError       a citation does not hold
    ├── AnswererError           the language model gave no usable answer; `retryable` says whether to try again
    └── ServeError              the port is in use, the address cannot be bound

The message of each is one line in plain Chinese that says what to do next.
"""

from __future__ import annotations


class WenbaoError(Exception):
    """Base of the tree; its text is shown to the reader as it is."""


class UsageError(WenbaoError):
    """The call itself is wrong."""


class ForeignRequest(UsageError):
    """A page of another site tried to change the collection."""


class ConfigError(WenbaoError):
    """A setting is unknown or out of range."""


class ReadError(WenbaoError):
    """A file cannot be read."""


class CollectionError(WenbaoError):
    """There is nothing to build from."""


class LibraryError(WenbaoError):
    """The library on disk cannot be used."""


class IndexMissing(LibraryError):
    """No library in the folder yet."""


class IndexDamaged(LibraryError):
    """The library cannot be opened."""


class EncoderMismatch(LibraryError):
    """The library was made with another encoder."""


class EncoderUnavailable(WenbaoError):
    """The embedding model cannot be loaded."""


class MissingExtra(WenbaoError):
    """An optional package is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        message = f"{purpose}需要可选组件：请运行 pip install 'wenbao[{extra}]'，在源码文件夹里则是 pip install -e '.[{extra}]'"
        super().__init__(message)
        self.extra = extra


class VerificationError(WenbaoError):
    """A citation does not hold."""


class AnswererError(WenbaoError):
    """The language model gave no usable answer."""

    def __init__(self, message: str, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class ServeError(WenbaoError):
    """The page cannot be served."""
