"""One item of a list is told as far as there is room."""

from __future__ import annotations

from rag.answer.composer import Composer
from rag.answer.enumerations import find_enumerations
from rag.answer.lists import say_item
from rag.types import Article


def told(*sentences: str) -> str:
    text = f"镇里推进两项工作。一是{''.join(sentences)}\n二是整修道路。"
    article = Article("a", "a.txt", "青石镇", text, "a.txt")
    (found,) = find_enumerations(text)
    composer = Composer({"a": article})
    say_item(composer, (article, found.items[0]))
    return composer.text


def test_sentences_follow_one_another() -> None:
    assert told("新建公园。", "种植树木。") == "一是新建公园。[1]种植树木。[2]"


def test_what_does_not_fit_after_a_long_sentence_is_left_out() -> None:
    first, second = "修桥铺路," * 60 + "便利出行。", "种植树木," * 60 + "美化环境。"
    whole = "修桥铺路," * 90 + "便利出行。"
    assert "种植" not in told(first, second)
    assert "种植" not in told(whole, second)
