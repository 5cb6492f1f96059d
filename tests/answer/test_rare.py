"""A rare character that nothing prints tells that what it names is not there; a common one tells nothing."""

from __future__ import annotations

import pytest

from rag.answer.rare import is_rare
from tests.answer.conftest import Asking

TEXT = "白沙河里的鱼\n白沙河里常见的青鳉鱼长约3厘米，栖息在水草丛生的浅滩，以浮游生物为食，每年五月产卵。"


@pytest.mark.parametrize(
    ("character", "rare"),
    [("鱼", False), ("鳉", True), ("珺", True), ("瘰", True), ("的", False), ("a", False), ("，", False)],
)
def test_rare_characters(character: str, rare: bool) -> None:
    assert is_rare(character) is rare


def test_a_name_with_a_character_that_nothing_prints_is_refused(over: Asking) -> None:
    answer = over(TEXT).ask("白沙河里的鳜鱼栖息在什么地方？")
    assert answer.refusal == "资料里没有出现“鳜鱼”。"


def test_a_rare_character_that_is_printed_is_answered(over: Asking) -> None:
    assert "浅滩" in over(TEXT).ask("白沙河里的青鳉鱼栖息在什么地方？").text


def test_common_characters_may_be_the_readers_own(over: Asking) -> None:
    assert "浅滩" in over(TEXT).ask("白沙河里的青鳉鱼喜欢住在哪里？").text


def test_a_verb_may_be_told_otherwise(over: Asking) -> None:
    assert "浅滩" in over(TEXT).ask("白沙河里的青鳉鱼蜷缩在哪里？").text
