"""One conversation turn, as a stream of events: find, weigh, answer or refuse, check."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answer.followup import is_only_ordinal, pick_item
from rag.answer.found import Found, weigh
from rag.answer.generate import generate
from rag.answer.joined import refuse, tell
from rag.answer.material import Material
from rag.answer.model import load_models
from rag.answer.parts import parts
from rag.answer.questions import Question, understand
from rag.answer.rewrite import Completer, rewrite
from rag.answer.suggestions import suggest
from rag.answer.talk import CONVERSATION, example_questions, reply
from rag.answer.verify import MARK
from rag.errors import UsageError
from rag.index.analyze import normalize
from rag.index.library import Library
from rag.search.english import is_english
from rag.search.query import LONGEST_QUESTION
from rag.search.retriever import Retrieval, Retriever
from rag.types import Answer, Answerer, Done, Event, Query, Retrieved, Token, Turn

THRESHOLD = 0.37  # of the refusal model's probability: least errors on both sides, docs/lab-notes.md
TRANSLATED = 0.42  # power of the threshold for a question put into Chinese word by word: 0.66 for 0.37
EVENS = 0.5  # that each part needs where the whole is too little: docs/lab-notes.md
_PIECE = 24  # characters of an extractive answer shown at a time


class Assistant:
    """Answers questions from one library; keeps nothing between turns."""

    def __init__(
        self,
        retriever: Retriever,
        answerers: Mapping[str, Answerer] | None = None,
        threshold: float = THRESHOLD,
    ) -> None:
        self.retriever = retriever
        self.answerers = dict(answerers or {})
        self.threshold = threshold
        self._models = load_models()

    @property
    def library(self) -> Library:
        """The collection that is asked."""
        return self.retriever.library

    def examples(self) -> tuple[str, ...]:
        """Return up to four questions that the collection can be asked."""
        return example_questions(self.library)

    def ask(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Answer:
        """Return the verified answer of one turn.

        Raises:
            UsageError: the question is empty or too long.
        """
        return next(event.answer for event in self.stream(question, history, answerer) if isinstance(event, Done))

    def search(self, question: str, history: Sequence[Turn] = ()) -> Retrieval:
        """Return the hits alone."""
        return self.retriever.retrieve(_checked(question), [turn.question for turn in history])

    def stream(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Iterator[Event]:
        """Yield Retrieved, then Token pieces of the draft, then Done with the verified answer.

        Retrieved comes a second time where a language model has completed a follow-up better than the rules.
        `answerer` is "auto", "extractive" or a name in `answerers`; auto prefers a language model.

        Raises:
            UsageError: the question is empty or too long, or there is no such answerer.
        """
        started = time.perf_counter()
        checked = _checked(question)
        writer = self._writer(answerer)
        asked = understand(checked)
        if asked.kind in CONVERSATION:
            yield Done(_timed(reply(asked.kind, checked, self.library), started, {}))
            return
        if item := self._item_of_list(asked, history):
            yield Done(_timed(item, started, {}))
            return
        retrieval = self.retriever.retrieve(checked, [turn.question for turn in history])
        yield Retrieved(retrieval.query, retrieval.hits, retrieval.articles)
        if completed := _completed(retrieval.query, history, writer):
            found = self.retriever.retrieve(completed)
            retrieval = replace(found, query=replace(found.query, original=checked))
            yield Retrieved(retrieval.query, retrieval.hits, retrieval.articles)
        yield from self._answer(retrieval, writer, started)

    def suggest(self, answer: Answer, history: Sequence[Turn] = ()) -> tuple[str, ...]:
        """Return up to three questions to ask next, each tried: the collection answers it. A refusal has none.

        `history` holds the turns before the answer.
        """
        if answer.refusal is not None or not answer.citations:
            return ()
        asked = [*(turn.question for turn in history), answer.query.original]
        return suggest(
            answer,
            asked,
            lambda question: weigh(self.retriever.retrieve(question), self._models).sure >= self.threshold,
        )

    def _writer(self, name: str) -> Answerer | None:
        if name == "extractive" or (name == "auto" and not self.answerers):
            return None
        if name == "auto":
            return next(iter(self.answerers.values()))
        if name not in self.answerers:
            raise UsageError(f"没有名为 {name} 的回答方式，可用的有：extractive {' '.join(self.answerers)}".rstrip())
        return self.answerers[name]

    def _answer(self, retrieval: Retrieval, writer: Answerer | None, started: float) -> Iterator[Event]:
        answering = time.perf_counter()
        found = weigh(retrieval, self._models)
        enough, each = self._is_enough(found), self._parts(found)
        told = [part for part in each if self._is_enough(part) and (enough or part.sure >= EVENS)]
        untold = [part for part in each if part not in told]
        if enough or (told and not untold):
            extractive, material = tell(found, told, untold)
            answer = yield from self._write(extractive, material, writer)
        else:
            answer = refuse(found, told, untold)
        spent = {**retrieval.timings_ms, "answer": 1000 * (time.perf_counter() - answering)}
        yield Done(_timed(answer, started, spent))

    def _parts(self, found: Found) -> list[Found]:
        """Look for each part of a question of several; nothing for a question of one."""
        if is_english(found.retrieval.query.original):
            return []
        return [weigh(self.retriever.retrieve(part), self._models) for part in parts(found.question, found.is_printed)]

    def _is_enough(self, found: Found) -> bool:
        """A translation is made of words that the collection prints, so it must fit better than a question as typed."""
        translated = is_english(found.retrieval.query.original)
        return found.sure >= (self.threshold**TRANSLATED if translated else self.threshold)

    def _write(self, extractive: Answer, material: Material, writer: Answerer | None) -> Generator[Event, None, Answer]:
        if writer is None:
            yield from (Token(piece) for piece in _pieces(extractive.text))
            return extractive
        return (yield from generate(writer, extractive, material, self._similarity))

    def _similarity(self, statement: str, sentences: Sequence[str]) -> list[float]:
        """Cosines of a statement with sentences, in order."""
        vectors = self.retriever.encoder.encode_queries([statement, *sentences])
        return [float(value) for value in vectors[1:] @ vectors[0]]

    def _item_of_list(self, asked: Question, history: Sequence[Turn]) -> Answer | None:
        """Answer 第三项呢 from the list just given; None when the question is no such thing."""
        if asked.ordinal is None or not history or not is_only_ordinal(asked.normal):
            return None
        last = history[-1]
        earlier = last.answer or self.ask(last.question, history[:-1], "extractive")
        return pick_item(earlier, asked.ordinal)


def _completed(query: Query, history: Sequence[Turn], writer: Answerer | None) -> str | None:
    """Return what the language model makes of a follow-up; None where there is none, or its words cannot be trusted."""
    if query.text == query.original or is_english(query.original) or not isinstance(writer, Completer):
        return None
    last = history[-1].answer if history else None
    said = [turn.question for turn in history] + ([MARK.sub("", last.text)] if last and last.refusal is None else [])
    rewritten = rewrite(query.original, said, writer)
    return None if rewritten is None or normalize(rewritten) == normalize(query.text) else rewritten


def _checked(question: str) -> str:
    text = question.replace("\x00", "").strip()
    if not text:
        raise UsageError("问题是空的，请输入要问的内容")
    if len(text) > LONGEST_QUESTION:
        raise UsageError(f"问题太长（{len(text)} 字），请缩短到 {LONGEST_QUESTION} 字以内")
    return text


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))


def _timed(answer: Answer, started: float, spent: Mapping[str, float]) -> Answer:
    total = 1000 * (time.perf_counter() - started)
    return replace(answer, timings_ms={"encode": 0.0, "search": 0.0, "answer": 0.0, **spent, "total": total})
