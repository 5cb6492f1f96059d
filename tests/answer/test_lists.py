"""Items of a list: one alone as far as there is room, all of them each with its own words."""

from __future__ import annotations

from rag.answer.composer import Composer
from rag.answer.enumerations import find_enumerations
from rag.answer.evidence import Ranked
from rag.answer.lists import say_item, say_list
from rag.answer.material import Material
from rag.answer.questions import understand
from rag.answer.signals import Weights
from rag.answer.verify import MARK
from rag.index.analyze import bigrams
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


def listed(text: str, question: str) -> list[str]:
    """The items of the answer to a question for a list, without marks."""
    article = Article("a", "a.txt", "青石镇", text, "a.txt")
    asked = understand(question)
    weights = Weights(asked, dict.fromkeys(bigrams(question), 1.0), asked.content)
    material = Material(asked, weights, [Ranked("a", 0, len(text), 0.9, 0)], {"a": article})
    composer = Composer({"a": article})
    say_list(composer, material, (article, find_enumerations(text)[0]))
    return [MARK.sub("", composer.text[start:end]).replace("**", "") for start, end in composer.items]


def test_items_of_one_sentence_do_not_hold_one_another() -> None:
    text = "申请要具备三点要素:一是有住所;二要年满十八岁,身体健康;三就是没有欠费。"
    assert listed(text, "申请有哪些要素？") == ["有住所。", "年满十八岁,身体健康。", "没有欠费。"]


def test_remarks_in_brackets_that_end_alike_are_no_list() -> None:
    remark = "(责任单位:镇民政办)"
    assert find_enumerations(f"{remark}提高津贴。{remark}发放补助。{remark}修缮房屋。") == []
