"""An abbreviation is taken for what it stands for only where that alone is printed."""

from __future__ import annotations

from rag.search.abbreviations import written_otherwise
from tests.search.shelf import Shelf


def test_the_printed_way_is_found_in_both_directions() -> None:
    assert written_otherwise("GDP增长多少？", Shelf("地区生产总值增长5%")) == (("gdp", "生产总值"),)
    assert written_otherwise("生产总值增长多少？", Shelf("全区GDP增长5%")) == (("生产总值", "gdp"),)


def test_what_is_printed_as_typed_stays() -> None:
    assert written_otherwise("GDP增长多少？", Shelf("GDP即生产总值,增长5%")) == ()


def test_nothing_is_promised_that_is_not_printed() -> None:
    assert written_otherwise("GDP增长多少？", Shelf("财政收入增长5%")) == ()


def test_letters_within_a_word_are_no_abbreviation() -> None:
    assert written_otherwise("Paris在哪？", Shelf("人工智能园在巴黎")) == ()
