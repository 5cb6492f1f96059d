"""From a draft to an answer: what stays, what goes, and where each sentence is cited."""

from __future__ import annotations

import pytest

from rag.answer.verify import check_answer
from rag.answer.written import Written, verify_draft
from rag.types import Answer, Query
from tests.answer.drafting import article, by_bigrams, evidence_of

PARK = article(
    "a",
    "青石镇添绿\n2020年,青石镇启动绿化工程。镇里新建口袋公园12座,总投资1.3亿元。全年植树3400棵。"
    "镇里还推出三项措施。一是延长公园开放时间到晚9点。二是增设座椅200个。三是修好破损步道15公里。",
    "青石镇添绿",
    "2021-01-05",
)
MARKET = article("b", "红旗菜市场每天早上6点开门,共有摊位120个。青石镇旁的市场没有休息日。", "红旗菜市场")
EVIDENCE = evidence_of(PARK, MARKET)
ARTICLES = {"a": PARK, "b": MARKET}


def written(draft: str, question: str = "青石镇建了多少公园？") -> Written:
    return verify_draft(draft, EVIDENCE, ARTICLES, Query(question, question), by_bigrams)


def passes(result: Written) -> None:
    check_answer(Answer(result.text, result.sentences, result.citations, items=result.items, articles=ARTICLES))


def quotes(result: Written) -> list[str]:
    return [citation.quote for citation in result.citations]


def test_a_true_sentence_keeps_its_source() -> None:
    result = written("镇里新建口袋公园12座。[3]")
    assert result.text == "镇里新建口袋公园12座。[1]"
    assert quotes(result) == ["镇里新建口袋公园12座,总投资1.3亿元。"]
    passes(result)


def test_a_forgotten_marker_is_added_and_a_wrong_one_moved() -> None:
    for draft in ("镇里新建口袋公园12座。", "镇里新建口袋公园12座。[4]", "镇里新建口袋公园12座。[99]"):
        result = written(draft)
        assert quotes(result) == ["镇里新建口袋公园12座,总投资1.3亿元。"], draft
        passes(result)


def test_a_marker_is_never_forced() -> None:
    result = written("镇里新建口袋公园21座。[3]")
    assert result.text == ""
    assert result.citations == ()
    assert "没有通过核对" in result.notes[0]
    assert "21" not in "".join(result.notes)


def test_a_false_sentence_goes_and_the_true_one_stays() -> None:
    result = written("镇里新建口袋公园12座。[3]镇里新建口袋公园总投资13亿元。[3]")
    assert result.text == "镇里新建口袋公园12座。[1]"
    passes(result)


def test_the_year_of_the_sentence_before_is_cited_too() -> None:
    result = written("2020年，青石镇新建口袋公园12座。[3]", "2020年青石镇建了多少公园？")
    assert (
        quotes(result) == ["2020年,青石镇启动绿化工程。", "镇里新建口袋公园12座,总投资1.3亿元。"]
        or len(quotes(result)) == 2
    )
    passes(result)
    assert written("2019年，青石镇新建口袋公园12座。[3]").text == ""


def test_a_list_keeps_its_introduction_and_its_numbers() -> None:
    draft = "青石镇推出三项措施：\n1. 延长公园开放时间到晚9点。[6]\n2. 增设座椅500个。[7]\n3. 修好破损步道15公里。[8]"
    result = written(draft, "青石镇推出了哪些措施？")
    lines = result.text.splitlines()
    assert [line[:2] for line in lines[1:]] == ["1.", "2."]
    assert "修好破损步道" in lines[2]
    assert "500" not in result.text
    assert [result.text[start:end].startswith(("延长", "修好")) for start, end in result.items] == [True, True]
    passes(result)


def test_an_introduction_without_items_goes() -> None:
    result = written("青石镇推出三项措施：\n1. 增设座椅500个。[7]", "青石镇推出了哪些措施？")
    assert result.text == ""


def test_repetition_other_languages_and_thinking_are_caught() -> None:
    draft = "<think>想</think>镇里新建口袋公园12座。[3]\n镇里新建口袋公园12座。[3]\nThe town built twelve parks.[3]"
    result = written(draft)
    assert result.text == "镇里新建口袋公园12座。[1]"


def test_bold_survives() -> None:
    result = written("镇里新建口袋公园**12座**。[3]")
    assert result.text == "镇里新建口袋公园**12座**。[1]"
    passes(result)


def test_markers_count_from_one_in_order_and_one_number_serves_one_sentence() -> None:
    draft = "增设座椅200个。[7]\n延长公园开放时间到晚9点。[6]\n增设座椅200个，延长公园开放时间到晚9点。[6][7]"
    result = written(draft, "青石镇推出了哪些措施？")
    passes(result)
    assert [citation.marker for citation in result.citations] == list(range(1, len(result.citations) + 1))


@pytest.mark.parametrize("draft", ["资料中没有提到。", "根据资料，资料中没有提到这个问题。", ""])
def test_declined_or_empty_leaves_nothing(draft: str) -> None:
    result = written(draft)
    assert result.text == ""
    assert result.declined == bool(draft)


def test_quoted_source_marks_do_not_become_markers() -> None:
    hostile = article("h", "市场[1]有摊位120个。")
    result = verify_draft(
        "市场[1]有摊位120个。[1]",
        evidence_of(hostile),
        {"h": hostile},
        Query("有多少摊位？", "有多少摊位？"),
        by_bigrams,
    )
    assert [sentence.markers for sentence in result.sentences] == [(1,)]
    assert result.text.count("[1]") == 1


def test_a_sentence_of_its_own_is_cited_whatever_marker_it_bears() -> None:
    result = written("全年植树3400棵。[3]", "青石镇全年植树多少棵？")
    assert quotes(result) == ["全年植树3400棵。"]


def test_a_year_in_the_title_needs_no_second_source() -> None:
    plan = article("p", "加强绿化工作,新建口袋公园7座。2020年是规划收官之年。", "青石镇2020年重点工作")
    question = "青石镇2020年新建几座口袋公园？"
    query = Query(question, question)
    result = verify_draft("青石镇2020年新建口袋公园7座。", evidence_of(plan), {"p": plan}, query, by_bigrams)
    assert quotes(result) == ["加强绿化工作,新建口袋公园7座。"]


def test_another_event_of_the_same_source_is_no_answer() -> None:
    person = article("p", "周敏,1981年出生,2007年进入绿化队工作。", "人物")
    question = "周敏哪一年进入绿化队？"
    for draft, kept in (("周敏是1981年出生的。", False), ("周敏2007年进入绿化队。", True)):
        query = Query(question, question)
        result = verify_draft(draft, evidence_of(person), {"p": person}, query, by_bigrams)
        assert bool(result.text) == kept, draft
