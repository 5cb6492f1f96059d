"""What becomes of a model's draft inside a whole turn: other accounts, short lists, follow-ups, failures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.answer.assistant import Assistant
from rag.answer.conflicts import NOTE
from rag.answer.verify import check_answer
from rag.errors import AnswererError
from rag.evaluate.metrics import contains
from rag.types import Answer, Done, Event, EvidenceText, Query, Retrieved, Token, Turn

Asking = Callable[..., Assistant]

BRIDGE = (
    "白沙河大桥于2019年5月1日正式通车,全长1280米,由江城建设集团承建。白沙河大桥工程总投资3.2亿元,比预算少用600万元。"
    "项目负责人周明芳介绍,建设历时三年。"
)
EDITED = BRIDGE.replace("3.2亿元", "4.7亿元").replace("周明芳", "郑立秋")
TOWN = (
    "青石镇减负增效\n青石镇着力推进“三个减少”,为村干部减轻负担。首先是减少会议:能合并的会议一律合并,每周最多开一次。"
    "其次是减少报表:镇里打通了9个业务系统,报表数量减少40%以上。最后是减少跑动:五类事项改为线上审批。"
)


class Writer:
    """Writes a fixed draft, and completes any chat with a fixed reply."""

    name = "脚本"

    def __init__(self, draft: str, reply: str = "") -> None:
        self.draft = draft
        self.reply = reply
        self.questions: list[str] = []

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        """See `rag.types.Answerer`."""
        self.questions.append(query.text)
        for piece in self.draft:
            if piece == "✗":
                raise AnswererError("语言模型的回答中途断开：请重试", retryable=True)
            yield piece

    def complete(self, chat: Sequence[dict[str, str]], tokens: int) -> Iterator[str]:
        """See `rag.answer.rewrite.Completer`."""
        yield self.reply


def with_writer(assistant: Assistant, writer: Writer) -> Assistant:
    return Assistant(assistant.retriever, {"gguf": writer})


def done(events: Sequence[Event]) -> Answer:
    last = events[-1]
    assert isinstance(last, Done)
    check_answer(last.answer)
    return last.answer


@pytest.fixture(scope="module")
def both(over: Asking) -> Assistant:
    return over(BRIDGE, EDITED)


@pytest.fixture(scope="module")
def assistant(over: Asking) -> Assistant:
    return over(BRIDGE, TOWN)


@pytest.mark.parametrize("known", [BRIDGE, EDITED])
def test_the_answer_follows_the_source_that_is_there(over: Asking, known: str) -> None:
    answer = over(known, TOWN).ask("白沙河大桥总投资是多少？")
    check_answer(answer)
    assert ("3.2亿元" in answer.text) == (known == BRIDGE)
    assert ("4.7亿元" in answer.text) == (known == EDITED)
    assert NOTE not in answer.notes


def test_two_accounts_are_both_told_and_cited(both: Assistant) -> None:
    answer = both.ask("白沙河大桥总投资是多少？")
    check_answer(answer)
    assert "3.2亿元" in answer.text
    assert "4.7亿元" in answer.text
    assert len({citation.article_id for citation in answer.citations}) == 2
    assert answer.notes[0] == NOTE


@pytest.mark.parametrize("draft", ["大桥总投资3.2亿元。[1]", "大桥总投资4.7亿元。"])
def test_a_model_that_tells_one_account_does_not_hide_the_other(both: Assistant, draft: str) -> None:
    answer = with_writer(both, Writer(draft)).ask("白沙河大桥总投资是多少？")
    check_answer(answer)
    assert answer.engine == "脚本"
    assert "3.2亿元" in answer.text
    assert "4.7亿元" in answer.text
    assert answer.notes[0] == NOTE


def test_a_list_cut_short_yields_to_the_whole_one(assistant: Assistant) -> None:
    question = "青石镇的减负措施有哪些？"
    short = "青石镇的减负措施有：\n1. 减少会议:能合并的会议一律合并。\n2. 减少跑动:五类事项改为线上审批。"
    whole = short.replace("2.", "3.").replace("\n3.", "\n2. 减少报表:报表数量减少40%以上。\n3.")
    cut = with_writer(assistant, Writer(short)).ask(question)
    check_answer(cut)
    assert len(cut.items) == 3
    assert "少了 1 条" in cut.notes[0]
    full = with_writer(assistant, Writer(whole)).ask(question)
    assert full.engine == "脚本"
    assert len(full.items) == 3


def test_an_introduction_without_its_list_is_no_answer(assistant: Assistant) -> None:
    answer = with_writer(assistant, Writer("青石镇的减负措施有：[1]")).ask("青石镇的减负措施有哪些？")
    check_answer(answer)
    assert answer.engine == "extractive"
    assert "减少会议" in answer.text


def test_a_model_that_finds_nothing_is_overruled_with_a_note(assistant: Assistant) -> None:
    answer = with_writer(assistant, Writer("资料中没有提到。")).ask("白沙河大桥总投资是多少？")
    assert "3.2亿元" in answer.text
    assert "没有直接回答" in answer.notes[0]


def test_sources_are_there_before_the_model_is_asked(assistant: Assistant) -> None:
    writer = Writer("大桥总投资3.2亿元。")
    stream = with_writer(assistant, writer).stream("白沙河大桥总投资是多少？")
    first = next(iter(stream))
    assert isinstance(first, Retrieved)
    assert first.hits
    assert writer.questions == []


def test_a_stream_cut_in_the_middle_leaves_the_sources_own_words(assistant: Assistant) -> None:
    events = list(with_writer(assistant, Writer("大桥总投资✗")).stream("白沙河大桥总投资是多少？"))
    assert "".join(event.text for event in events if isinstance(event, Token)) == "大桥总投资"
    answer = done(events)
    assert answer.engine == "extractive"
    assert "3.2亿元" in answer.text
    assert "中途断开" in answer.notes[0]


FIRST = [Turn("白沙河大桥什么时候通车？")]


def test_a_follow_up_is_completed_by_the_model_after_the_first_sources(assistant: Assistant) -> None:
    writer = Writer("大桥总投资3.2亿元。", reply="白沙河大桥的总投资是多少？")
    events = list(with_writer(assistant, writer).stream("那总投资呢？", FIRST))
    queries = [event.query for event in events if isinstance(event, Retrieved)]
    assert [query.text for query in queries][1:] == ["白沙河大桥的总投资是多少？"]
    assert all(query.original == "那总投资呢？" for query in queries)
    assert writer.questions == ["白沙河大桥的总投资是多少？"]
    assert "3.2亿元" in done(events).text


@pytest.mark.parametrize("reply", ["黑水河大桥的总投资是多少？", ""])
def test_a_rewrite_that_adds_something_is_not_taken(assistant: Assistant, reply: str) -> None:
    writer = Writer("大桥总投资3.2亿元。", reply=reply)
    events = list(with_writer(assistant, writer).stream("那总投资呢？", FIRST))
    assert sum(isinstance(event, Retrieved) for event in events) == 1
    assert "白沙河大桥" in writer.questions[0]


def test_a_question_that_stands_alone_is_not_rewritten(assistant: Assistant) -> None:
    writer = Writer("大桥总投资3.2亿元。", reply="白沙河大桥什么时候通车？")
    list(with_writer(assistant, writer).stream("白沙河大桥总投资是多少？", FIRST))
    assert writer.questions == ["白沙河大桥总投资是多少？"]


BENCH = os.environ.get("WENBAO_BENCH", "")
PASSAGES = 3


def listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.bench
@pytest.mark.skipif(not BENCH, reason="WENBAO_BENCH is not set")
@pytest.mark.parametrize(("name", "least"), [("rgb", 0.8), ("domainrag_counterfactual", 0.55)])
def test_edited_passages_are_followed_and_set_beside_the_true_ones(over: Asking, name: str, least: float) -> None:
    path = Path(BENCH, f"{name}.passages.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("positive_wrong")]
    follows = both = noted = 0
    for row in rows:
        title = f"{row['title']}\n" if row.get("title") else ""
        true, edited = ([title + one for one in row[key][:PASSAGES]] for key in ("positive", "positive_wrong"))
        alone, beside = over(*edited).ask(row["question"]), over(*true, *edited).ask(row["question"])
        follows += alone.refusal is None and contains(alone.text, listed(row["fake_answer"]))
        both += all(contains(beside.text, listed(row[key])) for key in ("answers", "fake_answer"))
        noted += NOTE in beside.notes
    print(f"{name}: {follows} of {len(rows)} follow the edited passage, {both} tell both, {noted} say so")
    assert min(follows, both, noted) >= least * len(rows)
