"""A citation that does not hold cannot be made, and an answer that does not hold is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.verify import check_answer, make_citation
from rag.errors import VerificationError
from rag.types import Answer, AnswerSentence, Article

TEXT = "青石镇今年新建公园12座。全年植树3400棵,由镇绿化队完成。"
ARTICLE = Article("a1", "d1", "青石镇添绿", TEXT, "镇报.txt")


def good_answer() -> Answer:
    text = "今年新建公园**12座**。[1]\n植树3400棵。[2][1]"
    first = make_citation(1, ARTICLE, 0, 13, TEXT[0:13])
    second = make_citation(2, ARTICLE, 13, len(TEXT), TEXT[13:])
    sentences = (AnswerSentence(0, 17, (1,)), AnswerSentence(18, len(text), (2, 1)))
    return Answer(text, sentences, (first, second), articles={"a1": ARTICLE})


def test_citation_keeps_the_exact_words() -> None:
    assert make_citation(3, ARTICLE, 3, 13, TEXT[3:13]).quote == "今年新建公园12座。"


@pytest.mark.parametrize(
    ("marker", "start", "end", "quote"),
    [
        (1, 0, 13, "青石镇今年新建公园13座。"),  # one changed digit
        (1, 0, 13, "青石镇去年新建公园12座。"),  # tampered word
        (1, 0, 12, "青石镇今年新建公园12座。"),  # offsets one short
        (0, 0, 13, "青石镇今年新建公园12座。"),  # marker out of range
        (1, 5, 5, ""),
        (1, -2, 13, "青石镇今年新建公园12座。"),
        (1, 0, 99, TEXT),
    ],
)
def test_citation_that_does_not_hold_is_refused(marker: int, start: int, end: int, quote: str) -> None:
    with pytest.raises(VerificationError):
        make_citation(marker, ARTICLE, start, end, quote)


def test_good_answer_passes() -> None:
    check_answer(good_answer())


def test_list_numbers_need_no_marker_of_their_own() -> None:
    answer = good_answer()
    text = "1. " + answer.text
    sentences = tuple(AnswerSentence(s.start + 3, s.end + 3, s.markers) for s in answer.sentences)
    check_answer(replace(answer, text=text, sentences=sentences))


def test_refusal_passes_without_citations_only() -> None:
    check_answer(Answer("资料中没有提到镇长的电话。", refusal="没有提到"))
    with pytest.raises(VerificationError):
        check_answer(replace(good_answer(), refusal="没有提到"))


def test_tampered_quote_in_an_answer_is_refused() -> None:
    answer = good_answer()
    forged = replace(answer.citations[0], quote=answer.citations[0].quote.replace("12", "21"))
    with pytest.raises(VerificationError, match="原文不一致"):
        check_answer(replace(answer, citations=(forged, answer.citations[1])))


def test_wrong_marker_is_refused() -> None:
    answer = good_answer()
    with pytest.raises(VerificationError):
        check_answer(replace(answer, text=answer.text.replace("[2]", "[3]")))
    with pytest.raises(VerificationError):
        check_answer(replace(answer, citations=answer.citations[::-1]))


def test_markers_out_of_order_are_refused() -> None:
    answer = good_answer()
    text = "今年新建公园**12座**。[2]\n植树3400棵。[1][2]"
    sentences = (AnswerSentence(0, 17, (2,)), AnswerSentence(18, len(text), (1, 2)))
    with pytest.raises(VerificationError, match="顺序"):
        check_answer(replace(answer, text=text, sentences=sentences))


def test_sentence_without_a_marker_is_refused() -> None:
    answer = good_answer()
    with pytest.raises(VerificationError, match="没有出处"):
        check_answer(replace(answer, text=answer.text + "\n还有5座在建。"))
    with pytest.raises(VerificationError, match="没有出处"):
        check_answer(replace(answer, text="据了解," + answer.text, sentences=()))


def test_article_that_is_gone_is_refused() -> None:
    with pytest.raises(VerificationError, match="不存在"):
        check_answer(replace(good_answer(), articles={}))
