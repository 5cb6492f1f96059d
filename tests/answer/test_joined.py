from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.composer import Composer, Source
from rag.answer.joined import join
from rag.answer.verify import check_answer
from rag.errors import VerificationError
from rag.types import Answer, Article, Evidence
from tests.answer.drafting import article

LONG = article("桥", "青石桥长420米。青石桥由李青设计。")
WIDE = article("另一座桥", "白石桥长90米。白石桥有三个桥孔。")


def answer(of: Article, *sentences: str, items: bool = False, sure: float = 0.9) -> Answer:
    composer = Composer({of.id: of})
    for number, sentence in enumerate(sentences, start=1):
        start = of.text.index(sentence)
        source = Source(of.id, start, start + len(sentence))
        composer.item(number, sentence, [source]) if items else composer.say(sentence, [source])
    found = Answer("", evidence=(Evidence(of.id, 0, 3, sure),), articles={of.id: of}, confidence=sure)
    return composer.told_in(replace(found, notes=("同一条说明。",)))


WHOLE = Answer("", confidence=0.2)


def test_both_answers_are_told_with_marks_counted_on() -> None:
    joined = join(WHOLE, [answer(LONG, "青石桥长420米。"), answer(WIDE, "白石桥长90米。", sure=0.6)])
    check_answer(joined)
    assert joined.text == "青石桥长420米。[1]\n白石桥长90米。[2]"
    assert [one.article_id for one in joined.citations] == [LONG.id, WIDE.id]
    assert joined.confidence == 0.6
    assert joined.notes == ("同一条说明。",)
    assert {one.article_id for one in joined.evidence} <= set(joined.articles)


def test_a_sentence_that_answers_both_parts_is_said_once() -> None:
    both = answer(LONG, "青石桥长420米。", "青石桥由李青设计。")
    joined = join(WHOLE, [both, answer(LONG, "青石桥由李青设计。")])
    assert joined.text == both.text


def test_items_are_numbered_through() -> None:
    first = answer(LONG, "青石桥长420米。", "青石桥由李青设计。", items=True)
    joined = join(WHOLE, [first, answer(WIDE, "白石桥有三个桥孔。", items=True)])
    check_answer(joined)
    assert joined.text.splitlines() == [
        "1. 青石桥长420米。[1]",
        "2. 青石桥由李青设计。[2]",
        "3. 白石桥有三个桥孔。[3]",
    ]
    assert [joined.text[start:end] for start, end in joined.items][-1] == "白石桥有三个桥孔。[3]"


def test_a_citation_that_does_not_hold_is_not_passed_on() -> None:
    broken = answer(LONG, "青石桥长420米。")
    moved = replace(broken, articles={LONG.id: replace(LONG, text="很短")})
    with pytest.raises(VerificationError):
        join(WHOLE, [moved])
