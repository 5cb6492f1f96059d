"""An answer made of source sentences: what is told once is told with all who say it."""

from __future__ import annotations

import pytest

from rag.answer.evidence import Ranked
from rag.answer.extractive import compose
from rag.answer.material import Material
from rag.answer.questions import understand
from rag.answer.signals import Weights
from rag.index.analyze import bigrams
from tests.answer.drafting import article

QUESTION = "大会在哪里举行？"


def told(*sentences: str) -> str:
    """The answer from articles of one sentence each, none of them sure."""
    articles = {str(at): article(str(at), text) for at, text in enumerate(sentences)}
    question = understand(QUESTION)
    weights = Weights(question, dict.fromkeys(bigrams(QUESTION), 1.0), question.content)
    ranked = [Ranked(key, 0, len(one.text), 0.5, at) for at, (key, one) in enumerate(articles.items())]
    return compose(Material(question, weights, ranked, articles)).text.replace("**", "")


def test_a_sentence_of_two_articles_is_told_once_and_cites_both() -> None:
    twice = "2023年7月6日,世界茶叶大会将在青石镇举行。"
    assert told(twice, f"据悉,{twice}") == f"{twice}[1][2]"


def test_a_sentence_that_says_less_is_not_told_and_not_cited() -> None:
    whole = "2023年7月6日,世界茶叶大会将在青石镇举行,会期三天。"
    assert told(whole, "世界茶叶大会将在青石镇举行。") == f"{whole}[1]"


@pytest.mark.parametrize(
    "other",
    [
        "2023年7月8日,世界茶叶大会将在青石镇举行。",
        "2023年7月6日,世界茶叶大会将在白桥镇举行。",
        "2023年7月6日,世界茶叶大会将不在青石镇举行。",
    ],
)
def test_another_figure_or_name_or_a_negation_makes_another_sentence(other: str) -> None:
    one = "2023年7月6日,世界茶叶大会将在青石镇举行。"
    assert told(one, other).startswith(f"{one}[1]")
    assert "[1][2]" not in told(one, other)
    assert len(told(one, other)) > len(f"{one}[1]")
