"""Puts an answer together sentence by sentence, numbering its citations in the order they appear."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer.verify import make_citation
from rag.types import Answer, AnswerSentence, Article, Citation, Span

_BULLET = re.compile(r"^\s*[●■◆▲★◎○•·▪□◇]\s*")
_MARKUP = re.compile(r"\[(?=\d+\])|\*\*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence of the answer comes from: `article.text[start:end]`."""

    article_id: str
    start: int
    end: int


class Composer:
    """Grows one answer; `text`, `sentences`, `citations` and `items` are read at the end."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._markers: dict[Source, int] = {}
        self.text = ""
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self.items: list[Span] = []

    def say(self, words: str, sources: Sequence[Source]) -> None:
        """Append a sentence with the markers of its sources after it."""
        start = len(self.text)
        markers = tuple(dict.fromkeys(self._marker(source) for source in sources))
        self.text += words + "".join(f"[{marker}]" for marker in markers)
        self.sentences.append(AnswerSentence(start, len(self.text), markers))

    def item(self, number: int, words: str, sources: Sequence[Source]) -> None:
        """Append a numbered line."""
        self.break_line()
        self.text += f"{number}. "
        start = len(self.text)
        self.say(words, sources)
        self.items.append((start, len(self.text)))

    def break_line(self) -> None:
        """Begin a new line unless the answer is still empty."""
        self.text += "\n" if self.text else ""

    def told_in(self, answer: Answer) -> Answer:
        """Return the answer with what was composed as its text."""
        return replace(
            answer,
            text=self.text,
            sentences=tuple(self.sentences),
            citations=tuple(self.citations),
            items=tuple(self.items),
        )

    def _marker(self, source: Source) -> int:
        if source not in self._markers:
            marker = len(self._markers) + 1
            article = self._articles[source.article_id]
            quote = article.text[source.start : source.end]
            self.citations.append(make_citation(marker, article, source.start, source.end, quote))
            self._markers[source] = marker
        return self._markers[source]


def sources_of(citations: Sequence[Citation]) -> list[Source]:
    """Return where citations come from, in their order."""
    return [Source(one.article_id, one.start, one.end) for one in citations]


def plain(text: str) -> str:
    """Return source text without a bullet before it, and so that nothing passes for a marker or markup."""
    return _MARKUP.sub(lambda found: "［" if found.group() == "[" else "", _BULLET.sub("", text))
