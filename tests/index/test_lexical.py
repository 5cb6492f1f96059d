from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.lexical import LexicalIndex

ROWS = [
    (1, "青石桥重新通车", "大桥全长420米。"),
    (2, "春茶采摘", "茶园面积2.3万亩，青石桥边也有茶园。"),
    (3, "夜间门诊", "挂号费10元。"),
]


@pytest.fixture(params=["memory", "folder"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> LexicalIndex:
    made = LexicalIndex(tmp_path if request.param == "folder" else None)
    made.add(ROWS)
    return made


def found(index: LexicalIndex, weights: dict[str, float], title_weight: float = 1.0) -> list[int]:
    return [number for number, _ in index.search(weights, 10, title_weight)]


def test_finds_terms_in_text_and_title(index: LexicalIndex) -> None:
    assert set(found(index, {"青石": 1.0})) == {1, 2}
    assert found(index, {"青石": 1.0}, title_weight=0) == [2]
    assert found(index, {"青石": 1.0}, title_weight=5)[0] == 1
    assert found(index, {"没有": 1.0}) == []
    assert found(index, {}) == []


def test_weights_decide(index: LexicalIndex) -> None:
    assert found(index, {"茶园": 1.0, "挂号": 0.1})[0] == 2
    assert found(index, {"茶园": 0.1, "挂号": 1.0})[0] == 3
    assert found(index, {"茶园": 0.0, "挂号": 1.0}) == [3]


def test_scores_grow_with_rarity(index: LexicalIndex) -> None:
    rare, common = index.search({"挂号": 1.0}, 1)[0][1], index.search({"青石": 1.0}, 1, 0)[0][1]
    assert rare > 0
    assert index.document_frequency("挂号") == 1
    assert index.document_frequency("茶园") == 1
    assert index.document_frequency("没有") == 0
    assert common > 0


def test_spelling_does_not_matter(index: LexicalIndex) -> None:
    index.add([(4, "", "臨汾路街道ＡＢＣ")])
    assert found(index, {"临汾": 1.0}) == [4]
    assert found(index, {"abc": 1.0}) == [4]


def test_add_remove_add(index: LexicalIndex) -> None:
    index.remove([3, 99])
    assert found(index, {"挂号": 1.0}) == []
    assert len(index) == 2
    index.add([(3, "", "挂号费涨了")])
    index.add([(3, "", "挂号费又涨了")])
    assert found(index, {"挂号": 1.0}) == [3]
    assert len(index) == 3


def test_answers_the_same_after_closing(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    first.add(ROWS)
    expected = first.search({"青石": 1.0, "茶园": 0.5}, 10)
    del first
    assert LexicalIndex(tmp_path).search({"青石": 1.0, "茶园": 0.5}, 10) == expected
