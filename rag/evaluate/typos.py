"""One confusable character put into the name that a question asks about."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from rag.evaluate.suites import Question, Suite
from rag.index.alike import variants
from rag.index.analyze import normalize

COUNT = 200
SEED = 7
SHORTEST_NAME = 2


def typo_questions(suite: Suite, titles: Mapping[str, str]) -> list[Question]:
    """At most COUNT questions that name their document's title, each as it is and with one slip.

    `titles` maps document ids to titles. Every second slip is a character that sounds the same, the
    others are of the table of alike characters. Nothing is answered: documents are found only.
    """
    named = [question for question in suite.questions if question.gold and _name(question, titles)]
    drawn = random.Random(SEED).sample(named, min(COUNT, len(named)))
    pairs = [(question, _slip(question, titles, number)) for number, question in enumerate(drawn)]
    return [
        replace(one, id=f"{one.id}/{kind}", dataset=f"{suite.name}-typos", kind=kind, search_only=True)
        for question, slipped in pairs
        if slipped
        for kind, one in (("as asked", question), ("one slip", slipped))
    ]


def _name(question: Question, titles: Mapping[str, str]) -> str:
    """The title of a gold document that stands in the question, or nothing."""
    plain = normalize(question.question)
    names = (normalize(titles.get(document, "")) for document in sorted(question.gold))
    return next((name for name in names if len(name) >= SHORTEST_NAME and name in plain), "")


def _slip(question: Question, titles: Mapping[str, str], number: int) -> Question | None:
    """The question with one character of the name replaced; None when no character of it can be mistaken."""
    name = _name(question, titles)
    start = normalize(question.question).index(name)
    generator = random.Random(number)
    choices = [(at, other) for at, character in enumerate(name) for other in _mistaken(character, number % 2 == 0)]
    if not choices:
        return None
    place = generator.choice(sorted({at for at, _ in choices}))
    other = generator.choice([character for at, character in choices if at == place])
    text = question.question
    return replace(question, question=text[: start + place] + other + text[start + place + 1 :])


def _mistaken(character: str, by_sound: bool) -> Sequence[str]:
    return _homophones().get(character, []) if by_sound else sorted(variants(character))


@cache
def _homophones() -> dict[str, list[str]]:
    """Common characters by common character, of the same reading and tone."""
    from pypinyin import Style, pinyin

    codes = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    common = [text for code in codes if (text := bytes(code).decode("gb2312", errors="ignore"))]
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in common:
        by_sound[pinyin(character, style=Style.TONE3)[0][0]].append(character)
    return {one: [other for other in group if other != one] for group in by_sound.values() for one in group}
