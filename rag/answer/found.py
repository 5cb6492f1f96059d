"""What was found for one question, how sure it is that it answers, and the answer in the sources' own words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.answer.evidence import Selection, select
from rag.answer.extractive import compose
from rag.answer.generate import with_other_accounts
from rag.answer.material import Material
from rag.answer.missing import nearest_articles, refusal_reason, refusal_text
from rag.answer.model import Models
from rag.answer.questions import Question, understand
from rag.answer.refuse import confidence, question_signals
from rag.index.analyze import normalize
from rag.search.query import apply
from rag.search.retriever import Retrieval
from rag.types import Answer, Query

_EVIDENCE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A question with its hits, their sentences ranked, and the refusal model's probability."""

    question: Question
    retrieval: Retrieval
    selection: Selection
    sure: float

    def is_printed(self, phrase: str) -> bool:
        """Tell whether one of the articles found prints a normalised phrase."""
        return any(phrase in normalize(article.title + article.text) for article in self.retrieval.articles.values())

    def answer(self) -> Answer:
        """Return an answer that says nothing yet."""
        return Answer(
            text="",
            evidence=tuple(ranked.evidence() for ranked in self.selection.ranked[:_EVIDENCE]),
            hits=self.retrieval.hits,
            query=self.retrieval.query,
            articles=self.retrieval.articles,
            confidence=self.sure,
        )

    def material(self) -> Material:
        """Return what an answer is written from; there must be a ranked sentence."""
        return Material(self.question, self.selection.weights, self.selection.ranked, self.retrieval.articles)

    def refusal(self) -> Answer:
        """Return the answer that says what is missing."""
        nearest = nearest_articles(self.retrieval)
        reason = refusal_reason(self.question, self.retrieval)
        text = refusal_text(reason, nearest)
        return replace(self.answer(), text=text, refusal=reason, nearest=tuple(article.id for article in nearest))

    def extractive(self) -> Answer:
        """Return the answer made of source sentences, with what other articles say differently."""
        material = self.material()
        answer = compose(material).told_in(self.answer())
        return with_other_accounts(answer, material)


def weigh(retrieval: Retrieval, models: Models) -> Found:
    """Rank the sentences of the hits and judge whether they are enough."""
    question = understood(retrieval.query)
    selection = select(question, retrieval, models.evidence)
    signals = question_signals(question, retrieval, selection) if selection.ranked else None
    return Found(question, retrieval, selection, confidence(models.refusal, signals) if signals else 0.0)


def understood(query: Query) -> Question:
    """Take apart the question as the collection spells it."""
    return understand(apply(query.text, query.corrections) if query.corrections else query.text)
