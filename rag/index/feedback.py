"""What readers think of answers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from rag.types import Answer


@dataclass(frozen=True, slots=True)
class Feedback:
    """One judgement: `time` is ISO in UTC, `answer` is the JSON of `answer_record`."""

    time: str
    question: str
    answer: str
    verdict: str
    reason: str


def answer_record(answer: Answer) -> str:
    """Return as JSON what is needed to see what the reader saw, and why it was answered so."""
    record = {
        "text": answer.text,
        "refusal": answer.refusal,
        "engine": answer.engine,
        "query": asdict(answer.query),
        "citations": [asdict(citation) for citation in answer.citations],
        "notes": answer.notes,
    }
    return json.dumps(record, ensure_ascii=False)
