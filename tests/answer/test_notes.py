"""What a reader is told beside an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.composer import Composer, Source
from rag.answer.notes import UNSURE, notes_for
from rag.types import Answer
from tests.answer.drafting import article

TEXT = "今年青石镇新建公园12座。"


def answer(date: str = "", confidence: float = 0.9) -> Answer:
    of = article("a", TEXT, "青石镇办实事", date)
    composer = Composer({of.id: of})
    composer.say(TEXT, [Source(of.id, 0, len(TEXT))])
    return composer.told_in(Answer("", articles={of.id: of}, confidence=confidence))


@pytest.mark.parametrize(("confidence", "doubted"), [(UNSURE, False), (UNSURE - 0.01, True)])
def test_weak_evidence_is_said_to_be_weak(confidence: float, doubted: bool) -> None:
    assert ("依据不够有力，请对照原文核实。" in notes_for(answer(confidence=confidence))) is doubted


def test_a_relative_year_is_that_of_the_article() -> None:
    assert notes_for(answer("2021-03-05")) == ("文中“今年”指 2021 年。", "《青石镇办实事》的日期是 2021-03-05。")


def test_nothing_is_said_of_an_article_without_a_date() -> None:
    assert notes_for(answer()) == ()


def test_the_length_of_a_list() -> None:
    listed = replace(answer(), items=((0, len(TEXT)),))
    assert notes_for(listed) == ("共 1 条，按原文顺序列出。",)
