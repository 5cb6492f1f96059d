"""What an extractive answer is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from rag.answer.composer import Source, plain
from rag.answer.contacts import find_contacts
from rag.answer.evidence import Ranked
from rag.answer.questions import Question
from rag.answer.signals import Weights
from rag.answer.trim import tidy, trim
from rag.index.analyze import normalize
from rag.types import Article

_FINAL = "。！？!?…”’」』）)"
_HEADING_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Material:
    """The question, its weights, the ranked sentences (never empty) and their articles.

    `parts` holds, for each part of a question of several, the sentences that answer it.
    """

    question: Question
    weights: Weights
    ranked: Sequence[Ranked]
    articles: dict[str, Article]
    parts: Sequence[frozenset[Source]] = ()

    def text(self, ranked: Ranked) -> str:
        """Return a sentence's text."""
        return self.articles[ranked.article_id].text[ranked.start : ranked.end]

    def quoted(self, ranked: Ranked, limit: int) -> tuple[str, Source]:
        """Return the clauses of a sentence that bear most on the question, within `limit`, and its source."""
        sentence = self.text(ranked)
        start, end = trim(self.question, self.weights, sentence, limit)
        return finish(plain(sentence[start:end])), Source(ranked.article_id, ranked.start, ranked.end)

    def is_heading(self, ranked: Ranked) -> bool:
        """Tell whether a sentence is a line without a full stop: it names what follows and answers nothing."""
        text = self.text(ranked)
        ends_open = len(text) <= _HEADING_CHARACTERS and text[-1] not in _FINAL + "；;：:—，,"
        return ends_open and not self._prints_contact(text)

    def _prints_contact(self, text: str) -> bool:
        """Tell whether a line is what a question for a telephone number or an address wants."""
        contact = self.question.contact
        return bool(contact) and bool(find_contacts(contact, normalize(text)))


def gathered(whole: Material, each: Sequence[Material]) -> Material:
    """Return the whole question's material with what was found for its parts before it, the parts by turns."""
    turns = [one for turn in zip_longest(*(part.ranked for part in each)) for one in turn if one]
    spans = {(one.article_id, one.start, one.end): one for one in [*turns, *whole.ranked]}
    articles = {key: article for part in [*each, whole] for key, article in part.articles.items()}
    return replace(whole, ranked=tuple(spans.values()), articles=articles)


def finish(words: str) -> str:
    """Make clauses stand as a sentence."""
    words = tidy(words)
    return words if words and words[-1] in _FINAL else f"{words}。"
