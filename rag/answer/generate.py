"""An answer written by a language model and checked; the extractive answer stands in where nothing is left of it."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace

from rag.answer.composer import sources_of
from rag.answer.conflicts import with_conflicts
from rag.answer.material import Material
from rag.answer.notes import notes_for
from rag.answer.support import Similarity, coverage
from rag.answer.verify import check_answer
from rag.answer.written import Written, verify_draft
from rag.errors import AnswererError
from rag.types import Answer, Answerer, Event, Evidence, EvidenceText, Token

_NAMED = 0.5  # of an item's words, least found in an answer that names it
_SENTENCES = 14  # offered to the model; the prompt keeps as many of the first ones as fit


def generate(
    writer: Answerer, extractive: Answer, material: Material, similarity: Similarity
) -> Generator[Event, None, Answer]:
    """Yield the draft as it is written and return what the check leaves of it.

    A model that cannot be used, or of whose draft nothing holds, leaves the extractive answer with a note.
    """
    evidence = offered(extractive, material)
    draft = ""
    try:
        for piece in writer.stream(extractive.query, evidence):
            draft += piece
            yield Token(piece)
    except AnswererError as error:
        return _instead(extractive, f"语言模型没有写成回答（{error}），这里是直接摘自原文的回答。")
    written = verify_draft(draft, evidence, material.articles, extractive.query, similarity)
    if not written.text and written.declined:
        return _instead(extractive, "语言模型认为资料没有直接回答，这里是直接摘自原文的相关句子。")
    if not written.text:
        return _instead(extractive, "语言模型写的内容没有通过核对，这里是直接摘自原文的回答。", *written.notes)
    if missed := _items_missed(extractive, written):
        return _instead(extractive, f"语言模型列出的少了 {missed} 条，这里是直接摘自原文的完整列举。")
    if missed := sum(part.isdisjoint(sources_of(written.citations)) for part in material.parts):
        return _instead(extractive, f"语言模型漏答了 {missed} 问，这里是直接摘自原文的回答。")
    return _checked(extractive, written, material, writer.name)


def offered(extractive: Answer, material: Material) -> list[EvidenceText]:
    """Return the sentences a model may use, numbered from 1: those of the extractive answer, then the best others."""
    cited = [(one.article_id, one.start, one.end, 1.0) for one in extractive.citations]
    ranked = [(one.article_id, one.start, one.end, one.score) for one in material.ranked]
    first: dict[tuple[str, int, int], float] = {}
    for article_id, start, end, score in [*cited, *ranked]:
        first.setdefault((article_id, start, end), score)
    return [
        EvidenceText(
            number=number,
            evidence=Evidence(article_id, start, end, score),
            text=material.articles[article_id].text[start:end],
            title=material.articles[article_id].title,
            date=material.articles[article_id].date,
        )
        for number, ((article_id, start, end), score) in enumerate(list(first.items())[:_SENTENCES], start=1)
    ]


def _items_missed(extractive: Answer, written: Written) -> int:
    """Return how many items of the list that the sources give a model neither names nor tells."""
    items = [extractive.text[start:end] for start, end in extractive.items]
    heads = [re.split("[:：,，;；]", item)[0] for item in items]
    return sum(
        max(coverage(head, written.text), coverage(item, written.text)) < _NAMED
        for head, item in zip(heads, items, strict=True)
    )


def with_other_accounts(answer: Answer, material: Material) -> Answer:
    """Add what other articles say differently from those an answer cites.

    Raises:
        VerificationError: a citation does not hold.
    """
    told = with_conflicts(answer, offered(answer, material), material.articles)
    check_answer(told)
    return told


def _instead(extractive: Answer, *notes: str) -> Answer:
    return replace(extractive, notes=(*notes, *extractive.notes))


def _checked(extractive: Answer, written: Written, material: Material, name: str) -> Answer:
    answer = replace(
        extractive,
        text=written.text,
        sentences=written.sentences,
        citations=written.citations,
        items=written.items,
        engine=name,
        notes=(),
    )
    told = with_other_accounts(answer, material)
    return replace(told, notes=(*told.notes, *written.notes, *notes_for(told)))
