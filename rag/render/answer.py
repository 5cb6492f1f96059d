"""One exchange of the conversation as HTML: the question, the draft or the checked answer, its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.render.article import article_url, chinese_date, citation_url, paragraph_number
from rag.render.conversation import Exchange
from rag.render.marks import groups
from rag.render.references import answer_with_references, reference
from rag.render.templates import render
from rag.types import Answer, Article, Citation, Evidence, Hit, Passage

ENGINES = {"extractive": "摘自原文"}


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a card shows it."""

    citation: Citation
    article: Article
    url: str
    date: str
    paragraph: int
    reference: str


@dataclass(frozen=True, slots=True)
class Card:
    """Neighbouring citations of one article."""

    article: Article
    date: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a passage was found, and what became of it.

    `place`, from 1, and `score` are those of its best sentence among all that were weighed; None: not among the best.
    """

    title: str
    url: str
    hit: Hit
    text: str
    place: int | None
    score: float
    use: str


def exchange_html(exchange: Exchange, index: int) -> str:
    """Return one exchange; `index` counts from 0 within the conversation."""
    context: dict[str, object] = {"exchange": exchange, "index": index, "answer": exchange.answer}
    if exchange.answer is not None:
        context |= _answer_view(exchange.question, exchange.answer)
    return render("exchange", context)


def welcome_html(articles: int, examples: Sequence[str]) -> str:
    """Return what stands in an empty conversation; `articles` counts the collection."""
    return render("welcome", {"articles": articles, "examples": list(examples)})


def cited(answer: Answer) -> tuple[Cited, ...]:
    """Return the citations in the order of their marks."""
    return tuple(_cited(citation, answer.articles[citation.article_id]) for citation in answer.citations)


def cards(answer: Answer) -> tuple[Card, ...]:
    """Return the source cards in the order of the marks; neighbours of one article share a card."""
    made: list[Card] = []
    for item in cited(answer):
        if made and made[-1].article.id == item.article.id:
            made[-1] = Card(item.article, item.date, (*made[-1].cited, item))
        else:
            made.append(Card(item.article, item.date, (item,)))
    return tuple(made)


def reasons(answer: Answer) -> tuple[Reason, ...]:
    """Return why the best passages were found, best first, and which of them the answer uses."""
    return tuple(
        _reason(hit, answer.articles[hit.passage.article_id], answer)
        for hit in answer.hits
        if hit.passage.article_id in answer.articles
    )


def _answer_view(question: str, answer: Answer) -> dict[str, object]:
    return {
        "groups": groups(answer),
        "cards": cards(answer),
        "cited": {item.citation.marker: item for item in cited(answer)},
        "reasons": reasons(answer),
        "nearest": [answer.articles[name] for name in answer.nearest if name in answer.articles],
        "engine": ENGINES.get(answer.engine, f"由 {answer.engine} 撰写"),
        "copied": answer_with_references(question, answer),
        "article_url": article_url,
        "chinese_date": chinese_date,
    }


def _cited(citation: Citation, article: Article) -> Cited:
    return Cited(
        citation,
        article,
        citation_url(citation),
        chinese_date(article.date),
        paragraph_number(article, citation.start),
        reference(citation, article),
    )


def _reason(hit: Hit, article: Article, answer: Answer) -> Reason:
    passage = hit.passage
    span = (passage.start, passage.end)
    text = article.text[passage.start : passage.end]
    ranked = enumerate(answer.evidence, 1)
    place, score = next(((place, item.score) for place, item in ranked if _within(item, passage)), (None, 0.0))
    use = _use(passage, place is not None, answer)
    return Reason(article.title, article_url(article.id, span), hit, text, place, score, use)


def _use(passage: Passage, has_candidate: bool, answer: Answer) -> str:
    """Say whether a passage is cited, or why it was cut."""
    cited_here = [citation.marker for citation in answer.citations if _within(citation, passage)]
    if cited_here:
        return "引用 " + "".join(f"[{marker}]" for marker in cited_here)
    if not has_candidate:
        return "没有切题的句子"
    return "有候选句，未写进答案" if answer.refusal is None else "有相近的句子，不足以回答"


def _within(place: Citation | Evidence, passage: Passage) -> bool:
    return place.article_id == passage.article_id and place.start < passage.end and place.end > passage.start
