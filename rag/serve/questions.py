"""The JSON interface: ask, search, articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from rag.errors import WenbaoError
from rag.render.rows import answer_row, article_row, hit_rows
from rag.types import Answer, Done, Event, Retrieved, Token, Turn

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant

LISTED_ARTICLES = 100


class Question(BaseModel):
    """A question with the earlier questions of its conversation."""

    question: str
    history: list[str] = Field(default_factory=list, max_length=50)
    answerer: str = "auto"

    def turns(self) -> list[Turn]:
        """Return the history as the assistant reads it."""
        return [Turn(earlier) for earlier in self.history]


class Search(BaseModel):
    """A question whose passages are wanted, the best `limit`."""

    question: str
    history: list[str] = Field(default_factory=list, max_length=50)
    limit: int = Field(default=50, ge=1, le=200)


def question_routes(assistant: Assistant) -> APIRouter:
    """Return the routes under `/api`."""
    router = APIRouter(prefix="/api")

    @router.post("/ask")
    def ask(asked: Question) -> dict[str, Any]:
        """Return the checked answer."""
        answer = _with_suggestions(assistant, assistant.ask(asked.question, asked.turns(), asked.answerer), asked)
        return {"question": asked.question, **answer_row(answer, answer.articles)}

    @router.post("/ask/stream")
    def stream(asked: Question) -> StreamingResponse:
        """Send the events of an answer: retrieved, token, …, done; or error."""
        events = (
            Done(_with_suggestions(assistant, event.answer, asked)) if isinstance(event, Done) else event
            for event in assistant.stream(asked.question, asked.turns(), asked.answerer)
        )
        return StreamingResponse(_sent(events), media_type="text/event-stream")

    @router.post("/search")
    def search(wanted: Search) -> dict[str, Any]:
        """Return the passages alone."""
        found = assistant.search(wanted.question, [Turn(earlier) for earlier in wanted.history])
        return {"question": wanted.question, "hits": hit_rows(found.hits[: wanted.limit], found.articles)}

    @router.get("/articles")
    def articles(offset: int = 0, limit: int = LISTED_ARTICLES) -> dict[str, Any]:
        """Return a part of the collection's articles, without their texts."""
        known = list(assistant.library.articles())
        part = known[max(0, offset) : max(0, offset) + min(max(1, limit), LISTED_ARTICLES)]
        rows = [{name: value for name, value in article_row(article).items() if name != "text"} for article in part]
        return {"total": len(known), "articles": rows}

    @router.get("/articles/{article_id}")
    def article(article_id: str) -> Response:
        """Return one article with its text."""
        found = assistant.library.articles_by_id([article_id]).get(article_id)
        if found is None:
            return JSONResponse({"error": "这篇文章不在资料中"}, status_code=404)
        return JSONResponse(article_row(found))

    return router


def _with_suggestions(assistant: Assistant, answer: Answer, asked: Question) -> Answer:
    return replace(answer, suggestions=assistant.suggest(answer, asked.turns()))


def event_row(event: Event) -> tuple[str, dict[str, Any]]:
    """Return an event's name and its JSON value."""
    match event:
        case Retrieved(query=query, hits=hits, articles=articles):
            return "retrieved", {"query": query.text, "hits": hit_rows(hits, articles)}
        case Token(text=text):
            return "token", {"text": text}
        case Done(answer=answer):
            return "done", answer_row(answer, answer.articles)


def _sent(events: Iterator[Event]) -> Iterator[str]:
    try:
        for event in events:
            yield _line(*event_row(event))
    except WenbaoError as error:
        yield _line("error", {"error": str(error)})


def _line(name: str, value: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
