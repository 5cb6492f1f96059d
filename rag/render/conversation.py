"""One conversation as the page shows it: its exchanges, and how each event of the assistant changes the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.types import Answer, Article, Done, Event, Hit, Retrieved, Token, Turn

SEARCHING, WRITING, DONE, STOPPED, FAILED = "searching", "writing", "done", "stopped", "failed"
KEPT_HITS = 10
READING_TITLES = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it.

    `state` is searching, writing, done, stopped or failed; `draft` is what was written before the check;
    `found` counts the passages, `articles` are theirs, `reading` the titles of the best; `problem` is the Chinese sentence of a failure;
    `vote` is up, down or empty.
    """

    question: str
    state: str = SEARCHING
    draft: str = ""
    found: int = 0
    reading: tuple[str, ...] = ()
    answer: Answer | None = None
    problem: str = ""
    vote: str = ""
    articles: Mapping[str, Article] = field(default_factory=dict)


def advance(exchange: Exchange, event: Event) -> Exchange:
    """Return the exchange after one event of the assistant."""
    match event:
        case Retrieved(hits=hits, articles=articles):
            reading = _titles(hits, articles)
            return replace(exchange, state=WRITING, found=len(hits), reading=reading, articles=articles)
        case Token(text=text):
            return replace(exchange, state=WRITING, draft=exchange.draft + text)
        case Done(answer=answer):
            return replace(exchange, state=DONE, draft="", answer=_slim(answer, exchange.articles), articles={})


def failed(exchange: Exchange, problem: str) -> Exchange:
    """Return the exchange with the Chinese sentence that says what went wrong."""
    return replace(exchange, state=FAILED, problem=problem)


def history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """Return the finished exchanges as the assistant reads them."""
    return [Turn(exchange.question, exchange.answer) for exchange in exchanges if exchange.answer is not None]


def halted(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Mark a running exchange as stopped by the reader."""
    return tuple(
        replace(exchange, state=STOPPED) if exchange.state in (SEARCHING, WRITING) else exchange
        for exchange in exchanges
    )


def _titles(hits: Sequence[Hit], articles: Mapping[str, Article]) -> tuple[str, ...]:
    names = dict.fromkeys(hit.passage.article_id for hit in hits if hit.passage.article_id in articles)
    return tuple(articles[name].title for name in list(names)[:READING_TITLES])


def _slim(answer: Answer, found: Mapping[str, Article]) -> Answer:
    """Keep what the page shows: the best hits with their articles."""
    hits = answer.hits[:KEPT_HITS]
    of_hits = {hit.passage.article_id: found[hit.passage.article_id] for hit in hits if hit.passage.article_id in found}
    return replace(answer, hits=hits, articles={**of_hits, **answer.articles})
