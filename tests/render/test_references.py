from dataclasses import replace

from rag.render.references import answer_with_references, references
from tests.scripted import BURDEN, burden_answer, refusal


def test_a_reference_names_title_source_date_and_paragraph() -> None:
    assert references(burden_answer())[2] == (
        "[3] 《临汾路街道『四减三增』促进基层减负增能》，000_4a714461ea9678be.txt，2021年1月28日，第4段"
    )


def test_what_is_not_known_is_left_out() -> None:
    answer = burden_answer()
    undated = replace(answer.articles["burden"], date="")
    assert references(replace(answer, articles={"burden": undated}))[0].endswith(".txt，第3段")


def test_the_copied_text_holds_question_answer_and_references() -> None:
    copied = answer_with_references(BURDEN, burden_answer()).split("\n")
    assert copied[0] == f"问：{BURDEN}"
    assert copied[1].startswith("答：临汾路街道着力推进")
    assert copied[-6] == "出处："
    assert [line[:3] for line in copied[-5:]] == ["[1]", "[2]", "[3]", "[4]", "[5]"]


def test_a_refusal_has_no_references() -> None:
    assert "出处" not in answer_with_references("门票", refusal())
