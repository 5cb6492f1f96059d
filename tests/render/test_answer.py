from dataclasses import replace

from bs4 import BeautifulSoup

from rag.render.answer import cards, exchange_html, welcome_html
from rag.render.conversation import DONE, FAILED, STOPPED, WRITING, Exchange
from rag.types import Answer, Evidence
from tests.scripted import BURDEN, HOSTILE, burden_answer, hostile_answer, outlets_answer, refusal


def page(answer: Answer, question: str = BURDEN) -> BeautifulSoup:
    return BeautifulSoup(exchange_html(Exchange(question, DONE, answer=answer), 0), "html.parser")


def test_every_mark_links_to_its_place() -> None:
    answer = burden_answer()
    links = [mark["href"] for mark in page(answer).select(".cite")]
    assert links == [
        f"/articles/burden?start={citation.start}&end={citation.end}#cite" for citation in answer.citations
    ]


def test_cards_stand_in_the_order_of_the_marks() -> None:
    shown = page(burden_answer())
    assert [card.text for card in shown.select(".quote-number")] == ["1", "2", "3", "4", "5"]
    assert len(shown.select(".card")) == 1, "neighbours of one article share a card"


def test_citations_of_alternating_articles_keep_their_order() -> None:
    first, second = burden_answer(), outlets_answer()
    citations = (first.citations[0], replace(second.citations[0], marker=2), replace(first.citations[1], marker=3))
    mixed = replace(first, citations=citations, articles={**first.articles, **second.articles})
    assert [[item.citation.marker for item in card.cited] for card in cards(mixed)] == [[1], [2], [3]]


def test_only_a_cited_answer_bears_the_badge() -> None:
    assert page(burden_answer()).select_one(".badge")
    for bare in (refusal(), Answer("你好，我可以回答关于这些文章的问题。")):
        assert not page(bare).select(".badge, .cite, .card")


def test_notes_tell_what_was_dropped() -> None:
    shown = page(replace(burden_answer(), notes=("有1句未通过核对，已删去",)))
    assert shown.select_one(".note").text == "有1句未通过核对，已删去"


def test_the_reasons_show_ranks_terms_and_use() -> None:
    row = page(burden_answer()).select(".why tbody tr")[0]
    cells = [cell.get_text(" ", strip=True) for cell in row.select("td")]
    assert cells[1:] == ["1", "2", "—", "临汾路、减负", "引用 [1]"]
    first = burden_answer().citations[0]
    unused = replace(burden_answer(), citations=burden_answer().citations[1:])
    assert page(unused).select(".why tbody tr")[0].select("td")[-1].text == "没有切题的句子"
    weighed = replace(unused, evidence=(Evidence("burden", first.start, first.end, 0.5),))
    cells = [cell.text for cell in page(weighed).select(".why tbody tr")[0].select("td")]
    assert cells[3:] == ["1 · 50%", "临汾路、减负", "有候选句，未写进答案"]
    refused = replace(weighed, refusal="没有", citations=())
    assert page(refused).select(".why tbody tr")[0].select("td")[-1].text == "有相近的句子，不足以回答"


def test_hostile_text_is_shown_as_it_is() -> None:
    html = exchange_html(Exchange(HOSTILE, DONE, answer=hostile_answer()), 0)
    shown = BeautifulSoup(html, "html.parser")
    assert not shown.select("script, img, b, i, h1, [onclick], [onerror], a[href^=javascript]")
    assert "**不是粗体**" in shown.select_one(".answer-text").text
    assert not shown.select(".answer-text strong")


def test_states_before_and_beside_an_answer() -> None:
    draft = exchange_html(Exchange("问", WRITING, draft="**草**稿[1]"), 0)
    assert "尚未核对" in draft
    assert "草稿[1]" in draft
    assert 'class="cite"' not in draft
    assert "未经核对" in exchange_html(Exchange("问", STOPPED, draft="半句"), 0)
    failure = exchange_html(Exchange("问", FAILED, problem="问题太长，请缩短"), 0)
    assert "问题太长，请缩短" in failure
    assert 'data-command="retry"' in failure


def test_an_empty_collection_says_what_to_do() -> None:
    assert "wenbao build" in welcome_html(0, ())
    assert "已收录 16 篇" in welcome_html(16, ["问题"])
