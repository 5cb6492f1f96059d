from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.index.analyze import bigrams, normalize, tagged_words, term_spans, terms, words

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("臨汾路街道，。１２ＡＢ 3.5%\ud800")))


@given(TEXTS)
def test_normalize_keeps_the_length_and_is_stable(text: str) -> None:
    plain = normalize(text)
    assert len(plain) == len(text)
    assert normalize(plain) == plain


@given(TEXTS)
def test_tagged_words_cover_the_text(text: str) -> None:
    position = 0
    for word in tagged_words(text):
        assert word.start == position
        assert normalize(text)[word.start : word.end] == word.text
        position = word.end
    assert position == len(text)


@given(TEXTS)
def test_terms_hold_no_white_space(text: str) -> None:
    assert not any(character.isspace() for term in terms(text) for character in term)


@given(st.text(alphabet="臨汾路街道減負萬元，。", max_size=30))
def test_a_term_stands_where_it_says(text: str) -> None:
    for term in terms(text):
        spans = term_spans(text, term)
        assert spans
        assert all(normalize(text[start:end]) == term for start, end in spans)


def test_spelling_does_not_matter() -> None:
    assert normalize("臨汾路街道ＡＢＣ１２３，“減負”") == '临汾路街道abc123,"减负"'
    assert sorted(terms("臨汾路街道減負")) == sorted(terms("临汾路街道减负"))
    assert terms("ＧＰＴ４") == terms("gpt4")


def test_marks_that_number_a_list_stay_apart_from_numbers() -> None:
    assert "2022" in words("①2022年")


def test_numbers_and_foreign_words_stay_whole() -> None:
    found = words("减负1,234.5万元，占3.5%，用5G网络和C++、node.js")
    assert {"1234.5", "3.5", "5g", "c++", "node.js"} <= set(found)
    assert "2021" in words("2021，2022")


def test_function_words_and_punctuation_are_no_terms() -> None:
    assert words("他的猫，在这里。") == ["他", "猫", "这里"]


def test_bigrams_stay_inside_a_run() -> None:
    assert bigrams("临汾路，3月") == ["临汾", "汾路", "3"]


def test_nothing_comes_from_nothing() -> None:
    assert terms("") == []
    assert terms("，。 \n") == []
    assert term_spans("临汾路", "") == []
