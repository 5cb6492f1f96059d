"""The form in which a browser keeps a conversation.

What a browser hands back is never trusted: a citation comes back only through `verify.make_citation`
against the article as it stands now; the rest is text, escaped like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.answer.verify import make_citation
from rag.errors import VerificationError
from rag.render.conversation import Exchange, halted
from rag.types import Answer, AnswerSentence, Article, Citation, Evidence, Hit, Passage, Query

Articles = Callable[[Sequence[str]], Mapping[str, Article]]


def to_store(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """Return JSON values for the browser; articles are left out, they are looked up again."""
    return [
        {
            "question": exchange.question,
            "state": exchange.state,
            "draft": exchange.draft,
            "problem": exchange.problem,
            "vote": exchange.vote,
            "found": exchange.found,
            "answer": None if exchange.answer is None else _answer_to_store(exchange.answer),
        }
        for exchange in halted(exchanges)
    ]


def from_store(stored: object, articles: Articles) -> tuple[Exchange, ...]:
    """Rebuild a conversation from what a browser kept; anything malformed is dropped."""
    if not isinstance(stored, list):
        return ()
    rebuilt = (_exchange_from_store(row, articles) for row in stored if isinstance(row, dict))
    return tuple(exchange for exchange in rebuilt if exchange is not None)


def _answer_to_store(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "sentences": [[sentence.start, sentence.end, list(sentence.markers)] for sentence in answer.sentences],
        "citations": [
            [citation.marker, citation.article_id, citation.start, citation.end, citation.quote]
            for citation in answer.citations
        ],
        "hits": [_hit_to_store(hit) for hit in answer.hits],
        "evidence": [[item.article_id, item.start, item.end, round(float(item.score), 4)] for item in answer.evidence],
        "confidence": round(float(answer.confidence), 4),
        "query": [answer.query.text, answer.query.original, [list(pair) for pair in answer.query.corrections]],
        "refusal": answer.refusal,
        "nearest": list(answer.nearest),
        "notes": list(answer.notes),
        "items": [list(item) for item in answer.items],
        "engine": answer.engine,
        "suggestions": list(answer.suggestions),
    }


def _hit_to_store(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "passage": [passage.id, passage.article_id, passage.start, passage.end],
        "score": round(float(hit.score), 4),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "terms": list(hit.matched_terms),
    }


def _exchange_from_store(row: Mapping[str, Any], articles: Articles) -> Exchange | None:
    try:
        answer = row["answer"]
        return Exchange(
            question=_text(row["question"]),
            state=_text(row["state"]),
            draft=_text(row["draft"]),
            answer=None if answer is None else _answer_from_store(answer, articles),
            problem=_text(row["problem"]),
            vote=_text(row["vote"]),
            found=int(row["found"]),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _answer_from_store(row: Mapping[str, Any], articles: Articles) -> Answer:
    hits = tuple(_hit_from_store(hit) for hit in row["hits"])
    nearest = tuple(_text(name) for name in row["nearest"])
    wanted = [*(str(cited[1]) for cited in row["citations"]), *nearest, *(hit.passage.article_id for hit in hits)]
    found = dict(articles(list(dict.fromkeys(wanted))))
    citations, lost = _citations_from_store(row["citations"], found)
    notes = [_text(note) for note in row["notes"]]
    if lost:
        marks = "、".join(f"[{marker}]" for marker in lost)
        notes.append(f"引文 {marks} 的原文已更新或删除，不再能核对，请重新提问")
    typed, original, corrections = row["query"]
    return Answer(
        text=_text(row["text"]),
        sentences=tuple(
            AnswerSentence(int(start), int(end), tuple(int(marker) for marker in markers))
            for start, end, markers in row["sentences"]
        ),
        citations=citations,
        evidence=tuple(
            Evidence(_text(name), int(start), int(end), float(score)) for name, start, end, score in row["evidence"]
        ),
        confidence=float(row["confidence"]),
        hits=tuple(hit for hit in hits if hit.passage.article_id in found),
        query=Query(_text(typed), _text(original), tuple((_text(left), _text(right)) for left, right in corrections)),
        refusal=None if row["refusal"] is None else _text(row["refusal"]),
        nearest=tuple(name for name in nearest if name in found),
        notes=tuple(dict.fromkeys(notes)),
        items=tuple((int(start), int(end)) for start, end in row["items"]),
        articles=found,
        engine=_text(row["engine"]),
        suggestions=tuple(_text(suggestion) for suggestion in row["suggestions"]),
    )


def _citations_from_store(
    rows: Sequence[Sequence[Any]], articles: Mapping[str, Article]
) -> tuple[tuple[Citation, ...], list[int]]:
    """Return the citations that still hold, and the markers of those that do not."""
    held, lost = [], []
    for marker, article_id, start, end, quote in rows:
        try:
            held.append(make_citation(int(marker), articles[article_id], int(start), int(end), _text(quote)))
        except (VerificationError, KeyError):
            lost.append(int(marker))
    return tuple(held), lost


def _hit_from_store(row: Mapping[str, Any]) -> Hit:
    identity, article_id, start, end = row["passage"]
    return Hit(
        passage=Passage(_text(identity), _text(article_id), int(start), int(end), ()),
        score=float(row["score"]),
        dense_rank=None if row["dense_rank"] is None else int(row["dense_rank"]),
        lexical_rank=None if row["lexical_rank"] is None else int(row["lexical_rank"]),
        matched_terms=tuple(_text(term) for term in row["terms"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
