"""The answers to the parts of a question, told as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeVar

from rag.answer.composer import Composer, sources_of
from rag.answer.found import Found
from rag.answer.material import Material, gathered
from rag.answer.notes import notes_for
from rag.answer.verify import MARK, check_answer
from rag.types import Answer

Item = TypeVar("Item")


def tell(found: Found, told: Sequence[Found], untold: Sequence[Found]) -> tuple[Answer, Material]:
    """Return the answer in the sources' own words and what a language model may write it from.

    `told` are the parts of the question that were found, `untold` those that were not; without parts that were
    found the question is answered as a whole.
    """
    if told:
        answers = [part.extractive() for part in told]
        answer = join(found.answer(), answers)
        material = gathered(found.material(), [part.material() for part in told])
        material = replace(material, parts=[frozenset(sources_of(one.citations)) for one in answers])
        missing = [f"没有找到“{part.question.text}”的答案。" for part in untold]
    else:
        answer, material, missing = found.extractive(), found.material(), []
    return replace(answer, notes=(*answer.notes, *missing, *notes_for(answer))), material


def refuse(found: Found, told: Sequence[Found], untold: Sequence[Found]) -> Answer:
    """Return the refusal; of a question of parts it says which one is missing and which can be asked alone."""
    if not told:
        return found.refusal()
    missing = untold[0].refusal()
    notes = tuple(f"“{part.question.text}”在资料里有答案，可以单独提问。" for part in told)
    return replace(
        found.refusal(),
        text=missing.text,
        refusal=missing.refusal,
        nearest=missing.nearest,
        articles=missing.articles | found.retrieval.articles,
        notes=notes,
    )


def join(whole: Answer, answers: Sequence[Answer]) -> Answer:
    """Return `whole` with what the answers say, each sentence once, its citations and items numbered anew.

    Raises:
        VerificationError: a citation does not hold.
    """
    articles = {key: article for answer in (*answers, whole) for key, article in answer.articles.items()}
    composer = Composer(articles)
    said: list[str] = []
    for answer in answers:
        said += _retell(composer, answer, said)
    by_turns = [one for turn in zip_longest(*(answer.evidence for answer in answers)) for one in turn if one]
    evidence = _once([*by_turns, *whole.evidence], lambda one: (one.article_id, one.start, one.end))
    hits = _once([hit for answer in (whole, *answers) for hit in answer.hits], lambda hit: hit.passage.id)
    joined = replace(
        composer.told_in(whole),
        evidence=evidence[: max(len(answer.evidence) for answer in (*answers, whole))],
        hits=hits,
        articles=articles,
        confidence=min(answer.confidence for answer in answers),
        notes=_once([note for answer in answers for note in answer.notes], lambda note: note),
    )
    check_answer(joined)
    return joined


def _retell(composer: Composer, answer: Answer, said: Sequence[str]) -> list[str]:
    """Say what an answer says that was not yet said; return its sentences without marks."""
    items, told = set(answer.items), []
    before: int | None = None
    for sentence in answer.sentences:
        words = MARK.sub("", answer.text[sentence.start : sentence.end])
        sources = sources_of([answer.citations[marker - 1] for marker in sentence.markers])
        told.append(words.replace("**", ""))
        if any(told[-1] in earlier for earlier in said):
            continue
        if (sentence.start, sentence.end) in items:
            composer.item(len(composer.items) + 1, words, sources)
        else:
            if before is None or "\n" in answer.text[before : sentence.start]:
                composer.break_line()
            composer.say(words, sources)
        before = sentence.end
    return told


def _once(items: Iterable[Item], key: Callable[[Item], object]) -> tuple[Item, ...]:
    """Return the first of the items that share a key."""
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return tuple(found.values())
