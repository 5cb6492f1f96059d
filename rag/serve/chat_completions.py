"""`/v1/chat/completions` in the form of OpenAI's interface, so that other chat programs can ask."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from rag.errors import UsageError
from rag.render.references import references
from rag.render.rows import answer_row
from rag.types import Answer, Turn

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant

MODEL = "wenbao"


class Message(BaseModel):
    """One message; a list of content parts counts by its texts."""

    role: str
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """Return the message's text."""
        if isinstance(self.content, list):
            return "".join(str(part.get("text", "")) for part in self.content)
        return self.content or ""


class Completion(BaseModel):
    """A request for the next message."""

    messages: list[Message]
    stream: bool = False
    model: str = MODEL


def completion_routes(assistant: Assistant) -> APIRouter:
    """Return `/v1/models` and `/v1/chat/completions`."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}

    @router.post("/chat/completions")
    def complete(wanted: Completion) -> Response:
        """Answer the last user message; earlier ones are the history. Only a checked answer is sent."""
        questions = [message.text() for message in wanted.messages if message.role == "user"]
        if not questions:
            raise UsageError("消息里没有问题：请在 messages 中放一条 role 为 user 的消息")
        answer = assistant.ask(questions[-1], [Turn(question) for question in questions[:-1]])
        if wanted.stream:
            return StreamingResponse(_chunks(answer), media_type="text/event-stream")
        message = {"role": "assistant", "content": _content(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        reply = {**_envelope("chat.completion"), "choices": [choice], "usage": usage, "wenbao": _row(answer)}
        return JSONResponse(reply)

    return router


def _content(answer: Answer) -> str:
    lines = [answer.text]
    if answer.citations:
        lines += ["", "出处：", *references(answer)]
    return "\n".join(lines)


def _row(answer: Answer) -> dict[str, Any]:
    return answer_row(answer, answer.articles)


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _chunks(answer: Answer) -> Iterator[str]:
    envelope = _envelope("chat.completion.chunk")
    steps: Sequence[tuple[dict[str, str], str | None]] = (
        ({"role": "assistant"}, None),
        ({"content": _content(answer)}, None),
        ({}, "stop"),
    )
    for delta, reason in steps:
        chunk = {**envelope, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        if reason:
            chunk["wenbao"] = _row(answer)
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"
