import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from rag.render.answer import exchange_html
from rag.render.archive import KEPT_CONVERSATIONS, conversations, filed, taken
from rag.render.conversation import DONE, STOPPED, WRITING, Exchange, advance, history
from rag.render.store import from_store, to_store
from rag.types import Article, Done, Retrieved, Token
from tests.scripted import BURDEN, ScriptedAssistant, burden_answer, refusal

ASSISTANT = ScriptedAssistant()


def articles(identities: Sequence[str]) -> Mapping[str, Article]:
    return ASSISTANT.library.articles_by_id(identities)


def finished() -> Exchange:
    exchange = Exchange(BURDEN)
    for event in ASSISTANT.stream(BURDEN):
        exchange = advance(exchange, event)
    return exchange


def stored() -> list[dict[str, Any]]:
    """What a browser hands back: the same values after a way through JSON."""
    rows: list[dict[str, Any]] = json.loads(json.dumps(to_store([finished()])))
    return rows


def test_events_lead_from_a_search_to_a_checked_answer() -> None:
    states = [Exchange(BURDEN)]
    for event in ASSISTANT.stream(BURDEN):
        states.append(advance(states[-1], event))
    assert isinstance(next(iter(ASSISTANT.stream(BURDEN))), Retrieved)
    assert [states[0].state, states[1].state, states[-2].state, states[-1].state] == [
        "searching",
        "writing",
        "writing",
        "done",
    ]
    assert states[-2].draft == burden_answer().text
    assert states[1].reading == ("临汾路街道『四减三增』促进基层减负增能",)
    assert (states[-1].draft, states[-1].answer is not None) == ("", True)


def test_a_reload_shows_the_same_citations() -> None:
    before = finished()
    (after,) = from_store(stored(), articles)
    assert after.answer is not None and before.answer is not None
    assert after.answer.citations == before.answer.citations
    assert after.answer.sentences == before.answer.sentences
    assert exchange_html(after, 0) == exchange_html(before, 0)


def test_a_refusal_comes_back_with_its_reading() -> None:
    exchange = advance(Exchange("门票"), Done(refusal()))
    (after,) = from_store(json.loads(json.dumps(to_store([exchange]))), articles)
    assert after.answer is not None
    assert (after.answer.refusal, after.answer.nearest) == (refusal().refusal, ("burden",))


@pytest.mark.parametrize("field", ["quote", "start", "article"])
def test_a_citation_that_no_longer_holds_is_dropped_and_said_so(field: str) -> None:
    rows = stored()
    citation = rows[0]["answer"]["citations"][2]
    if field == "quote":
        citation[4] = citation[4].replace("50%", "60%")
    elif field == "start":
        citation[2] += 1
    else:
        citation[1] = "gone"
    (after,) = from_store(rows, articles)
    assert after.answer is not None
    assert [citation.marker for citation in after.answer.citations] == [1, 2, 4, 5]
    assert after.answer.notes == ("引文 [3] 的原文已更新或删除，不再能核对，请重新提问",)
    assert 'data-marker="3"' not in exchange_html(after, 0)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        [1],
        [{}],
        [{"question": 1}],
        [{"question": "q", "state": "done", "draft": "", "problem": "", "vote": "", "found": 0, "answer": {}}],
    ],
)
def test_what_is_malformed_is_ignored(broken: object) -> None:
    assert from_store(broken, articles) == ()


def test_a_running_answer_is_kept_as_stopped() -> None:
    running = Exchange("问", WRITING, draft="半句")
    (after,) = from_store(to_store([running]), articles)
    assert (after.state, after.draft) == (STOPPED, "半句")
    assert history([after]) == []


def test_only_answered_exchanges_are_history() -> None:
    turns = history([finished(), Exchange("停", STOPPED)])
    assert [turn.question for turn in turns] == [BURDEN]
    assert turns[0].answer is not None


def test_a_token_lengthens_the_draft() -> None:
    assert advance(Exchange("问", WRITING, draft="甲"), Token("乙")).draft == "甲乙"


def test_conversations_are_filed_newest_first_and_limited(now: datetime) -> None:
    archive: object = []
    for number in range(KEPT_CONVERSATIONS + 3):
        archive = filed(archive, [replace(finished(), question=f"第{number}问")], now)
    kept = conversations(archive)
    assert [entry["title"] for entry in kept[:2]] == [f"第{KEPT_CONVERSATIONS + 2}问", f"第{KEPT_CONVERSATIONS + 1}问"]
    assert len(kept) == KEPT_CONVERSATIONS
    assert filed(archive, [], now) == kept


def test_a_conversation_is_taken_out_once(now: datetime) -> None:
    archive = filed([], [finished()], now)
    exchanges, rest = taken(archive, archive[0]["id"])
    assert from_store(exchanges, articles)[0].state == DONE
    assert rest == []
    assert taken(rest, archive[0]["id"]) == ([], [])
