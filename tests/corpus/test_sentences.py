"""Sentences stand alone, stay short, and leave no character out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.sentences import HARD_CHARACTERS, LONG_CHARACTERS, split_sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("新馆开门了。读者很多！座位够吗？够……", ["新馆开门了。", "读者很多！", "座位够吗？", "够……"]),
        ("新馆开门,读者很多;座位不够。", ["新馆开门,读者很多;座位不够。"]),
        ("他说：“新馆好。座位多。”大家都笑了。", ["他说：“新馆好。座位多。”", "大家都笑了。"]),
        ("“新馆好。座位多。”王勇说。大家都笑了。", ["“新馆好。座位多。”王勇说。", "大家都笑了。"]),
        ("新馆（周一闭馆。）很大。", ["新馆（周一闭馆。）很大。"]),
        ("第一行没有句号\n第二行", ["第一行没有句号", "第二行"]),
        ("增长3.5%。同比下降5.7%。", ["增长3.5%。", "同比下降5.7%。"]),
        ("It opened in 2020. It is big. T. T. Tsui came.", ["It opened in 2020.", "It is big.", "T. T. Tsui came."]),
        ("没有合上的“引号。后面还有。", ["没有合上的“引号。", "后面还有。"]),
        ("“开门了!”", ["“开门了!”"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert _split(text) == sentences


def test_a_long_quotation_is_cut_inside() -> None:
    speech = "“" + "新馆的座位很多,读者也很多。" * 20 + "”王勇说。"
    assert max(map(len, _split(speech))) < LONG_CHARACTERS


def test_a_long_list_is_cut_at_semicolons() -> None:
    text = "新馆要做三件事:" + "办好读书节,请作家来讲课,让每个社区都有自己的书屋和书友;" * 6 + "办好流动车。"
    pieces = _split(text)
    assert len(pieces) == 7
    assert all(piece.endswith((";", "。")) for piece in pieces)


def test_nothing_is_longer_than_the_hard_limit() -> None:
    assert max(map(len, _split("长" * 5000))) <= HARD_CHARACTERS
    assert max(map(len, _split("长长长长," * 1000))) <= HARD_CHARACTERS


def test_a_range_of_the_text_is_split_alone() -> None:
    text = "甲甲。乙乙。丙丙。"
    assert [text[start:end] for start, end in split_sentences(text, 3, 8)] == ["乙乙。", "丙丙"]


@given(st.text(alphabet="甲乙。！？；;，,.…“”「」（）()《》 \nAb1说道", max_size=400))
def test_spans_cover_every_visible_character_in_order(text: str) -> None:
    spans = split_sentences(text)
    covered = [position for start, end in spans for position in range(start, end)]
    assert covered == sorted(set(covered))
    assert {position for position, mark in enumerate(text) if not mark.isspace()} <= set(covered)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(end - start <= HARD_CHARACTERS for start, end in spans)
    assert all("\n" not in text[start:end] for start, end in spans)


@pytest.mark.bench
def test_few_gold_answers_span_two_sentences() -> None:
    folder = Path(os.environ.get("WENBAO_BENCH", ""))
    if not (folder / "cmrc.corpus.jsonl").is_file():
        pytest.skip("WENBAO_BENCH is not set")
    rows = [json.loads(line) for line in (folder / "cmrc.corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    sentences = {row["id"]: _split(row["text"]) for row in rows}
    queries = [json.loads(line) for line in (folder / "cmrc.queries.jsonl").read_text(encoding="utf-8").splitlines()]
    broken = sum(
        not any(answer in sentence for answer in query["answers"] for sentence in sentences[query["gold_ids"][0]])
        for query in queries
    )
    assert broken / len(queries) < 0.025
