"""An English question in the words of a Chinese collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from rag.index.analyze import terms
from rag.search.dictionary import load_dictionary
from rag.search.english import asking, is_english
from rag.search.romanised import is_pinyin, printed_names
from rag.search.translate import translate

TEXTS = (
    "青石桥全长420米，2019年重新通车，总工程师是陆晓岚。",
    "云河市新增图书馆12座，读者可以免费借书。",
    "北京的医院今年开设夜间门诊，挂号费10元。",
)


def document_frequency(wanted: Sequence[str]) -> dict[str, int]:
    held = [set(terms(text)) for text in TEXTS]
    return {term: sum(term in one for one in held) for term in wanted}


def find_texts(weights: Mapping[str, float]) -> list[str]:
    def score(text: str) -> float:
        return sum(weights.get(term, 0.0) for term in set(terms(text)))

    return sorted(TEXTS, key=score, reverse=True)


@pytest.fixture
def translated() -> Callable[[str], list[str]]:
    return lambda question: translate(question, document_frequency, find_texts).split()


def test_tells_english_from_chinese_with_latin_names() -> None:
    assert is_english("How long is the bridge?")
    assert is_english("Which subdistrict created the 民情日志?")
    assert not is_english("iPhone 15 Pro 多少钱")
    assert not is_english("OpenAI是什么")


def test_takes_the_word_that_the_collection_prints(translated: Callable[[str], list[str]]) -> None:
    assert translated("How many libraries will be added?") == ["新增", "图书馆", "多少"]


def test_keeps_figures_years_and_chinese(translated: Callable[[str], list[str]]) -> None:
    words = translated("In 2019, who worked on 青石桥?")
    assert {"2019", "青石桥", "谁"} <= set(words)


def test_spells_a_romanised_name_as_printed(translated: Callable[[str], list[str]]) -> None:
    assert "陆晓岚" in translated("Who is Lu Xiaolan?")
    assert "青石" in "".join(translated("How long is Qingshi bridge?"))


def test_drops_the_romanised_form_of_a_name_given_in_chinese(translated: Callable[[str], list[str]]) -> None:
    assert translated("Who is Lu Xiaolan (陆晓岚)?") == ["陆晓岚", "谁"]


def test_names_what_the_collection_does_not_print(translated: Callable[[str], list[str]]) -> None:
    assert "新加坡" in translated("How many hospitals does Singapore have?")
    assert "Zorblax" in translated("Who is the director of Zorblax?")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many libraries are there?", "多少"),
        ("When did it open?", "什么时候"),
        ("In which year did it open?", "什么时候"),
        ("Who built it?", "谁"),
        ("Where is it?", "哪里"),
        ("Why was it closed?", "为什么"),
        ("How does one register?", "如何"),
        ("What is the price of a ticket?", "是多少"),
        ("What is a clinic?", "是什么"),
        ("Is the bridge open?", "吗"),
    ],
)
def test_asking_words(question: str, words: str) -> None:
    assert asking(question) == words


def test_which_goes_with_what_it_chooses(translated: Callable[[str], list[str]]) -> None:
    assert translated("Which hospital opened at night?")[-1] == "哪个医院"


def test_dictionary_knows_phrases_places_and_inflections() -> None:
    dictionary = load_dictionary()
    assert "市长" in [one.word for one in dictionary.translations(["mayors"])]
    assert "南京" in dictionary.names["nanjing"]
    assert "世界杯" in [one.word for one in dictionary.translations(["world", "cup"])]


def test_pinyin_is_read_in_syllables() -> None:
    readings = {"qing": "青清", "shi": "石市", "qiao": "桥"}
    assert is_pinyin("qingshiqiao", readings)
    assert not is_pinyin("bridge", readings)
    assert printed_names("qingshiqiao", readings, document_frequency) == ["青石桥"]
