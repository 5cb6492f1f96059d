"""One turn from question to verified answer, on articles of the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from rag.answer.assistant import Assistant
from rag.answer.verify import check_answer
from rag.errors import AnswererError, UsageError
from rag.types import Done, EvidenceText, Query, Retrieved, Token, Turn

Asking = Callable[..., Assistant]

TOWN = (
    "青石镇减负增效\n青石镇着力推进“三个减少”,为村干部减轻负担。首先是减少会议:能合并的会议一律合并,每周最多开一次。"
    "其次是减少报表:镇里打通了9个业务系统,报表数量减少40%以上。最后是减少跑动:五类事项改为线上审批。"
)
BRIDGE = "白沙河大桥于2019年5月1日正式通车,全长1280米,由江城建设集团承建。大桥总投资3.2亿元。项目负责人周明芳介绍,建设历时三年。"
MARKET = "红旗菜市场每天早上6点开门,共有摊位120个。市场经理李建国说,今年将改造二楼。"


@pytest.fixture(scope="module")
def assistant(over: Asking) -> Assistant:
    return over(TOWN, BRIDGE, MARKET)


def test_events_come_in_order_and_sources_before_the_draft(assistant: Assistant) -> None:
    events = list(assistant.stream("白沙河大桥什么时候通车？"))
    assert isinstance(events[0], Retrieved)
    assert all(isinstance(event, Token) for event in events[1:-1])
    assert isinstance(events[-1], Done)
    assert "".join(event.text for event in events[1:-1] if isinstance(event, Token)) == events[-1].answer.text


def test_a_fact_is_marked_and_cited(assistant: Assistant) -> None:
    answer = assistant.ask("白沙河大桥什么时候通车？")
    check_answer(answer)
    assert "**2019年5月1日**" in answer.text
    assert answer.citations[0].quote in BRIDGE


def test_a_list_is_complete_and_numbered(assistant: Assistant) -> None:
    answer = assistant.ask("青石镇的减负措施有哪些？")
    check_answer(answer)
    assert [answer.text[slice(*item)][:8] for item in answer.items] == ["**减少会议**", "**减少报表**", "**减少跑动**"]


def test_each_part_of_a_question_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("白沙河大桥和红旗菜市场的负责人分别是谁？")
    check_answer(answer)
    assert "周明芳" in answer.text
    assert "李建国" in answer.text
    assert len({citation.article_id for citation in answer.citations}) == 2


def test_a_thing_that_is_named_twice_is_told_once(assistant: Assistant) -> None:
    answer = assistant.ask("红旗菜市场和红旗菜市场的摊位分别有多少个？")
    check_answer(answer)
    assert answer.text.count("120个") == 1


def test_a_part_without_an_answer_is_noted(assistant: Assistant) -> None:
    answer = assistant.ask("白沙河大桥和青石镇的总投资分别是多少？")
    check_answer(answer)
    assert "3.2亿元" in answer.text
    assert "没有找到“青石镇的总投资是多少？”的答案。" in answer.notes


def test_of_two_parts_the_missing_one_is_named_and_the_other_offered(assistant: Assistant) -> None:
    refused = assistant.ask("红旗菜市场和白旗菜市场的经理分别是谁？")
    check_answer(refused)
    assert "白旗" in (refused.refusal or "")
    assert [note for note in refused.notes if "红旗菜市场的经理是谁" in note]
    assert "李建国" in assistant.ask("红旗菜市场的经理是谁？").text


@pytest.mark.parametrize("question", ["第二项呢？", "那第二条具体是什么"])
def test_an_item_of_the_list_just_given(assistant: Assistant, question: str) -> None:
    first = "青石镇的减负措施有哪些？"
    for history in ([Turn(first)], [Turn(first, assistant.ask(first))]):
        answer = assistant.ask(question, history)
        check_answer(answer)
        assert "减少报表" in answer.text
        assert "减少会议" not in answer.text


def test_a_follow_up_is_answered_from_the_topic_before_it(assistant: Assistant) -> None:
    answer = assistant.ask("它的总投资是多少？", [Turn("白沙河大桥什么时候通车？")])
    assert "3.2亿元" in answer.text


@pytest.mark.parametrize(
    ("question", "missing"),
    [("黑水河大桥什么时候通车？", "黑水"), ("白沙河大桥2023年的车流量是多少？", "2023")],
)
def test_what_is_not_there_is_refused_by_name(assistant: Assistant, question: str, missing: str) -> None:
    answer = assistant.ask(question)
    assert answer.refusal is not None
    assert missing in answer.refusal
    check_answer(answer)


@pytest.mark.parametrize("question", ["你好", "你能做什么？", "有哪些文章？"])
def test_talk_is_answered_about_the_collection(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.refusal is None
    assert "3 篇文章" in answer.text


@pytest.mark.parametrize("question", ["", "  \n", "\x00", "问" * 100_000])
def test_questions_out_of_bounds(assistant: Assistant, question: str) -> None:
    with pytest.raises(UsageError):
        assistant.ask(question)


def test_markup_of_a_source_cannot_pass_for_a_marker(over: Asking) -> None:
    answer = over("灯塔路施工公告[7]:灯塔路自3月5日起**封闭**施工,工期40天[1]。").ask("灯塔路工期多少天？")
    check_answer(answer)
    assert "[7]" not in answer.text


class ScriptedWriter:
    """Writes what a test tells it to, and sees what it is given."""

    name = "脚本"

    def __init__(self, draft: str | None) -> None:
        self.draft = draft

    def stream(self, query: Query, evidence: Sequence[EvidenceText]) -> Iterator[str]:
        self.evidence = list(evidence)
        if self.draft is None:
            raise AnswererError("接口没有响应")
        yield from self.draft


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        ("白沙河大桥于2019年5月1日通车[1]。", True),
        ("白沙河大桥于2018年5月1日通车[1]。", False),
        ("", False),
        (None, False),
    ],
)
def test_a_model_is_believed_only_where_the_source_says_so(assistant: Assistant, draft: str | None, kept: bool) -> None:
    written = Assistant(assistant.retriever, {"gguf": ScriptedWriter(draft)})
    answer = written.ask("白沙河大桥什么时候通车？")
    check_answer(answer)
    assert "2019年5月1日" in answer.text.replace("**", "")
    assert "2018" not in answer.text
    assert answer.engine == ("脚本" if kept else "extractive")
    assert bool(answer.notes) != kept


def test_a_model_that_answers_one_of_two_parts_is_not_enough(assistant: Assistant) -> None:
    question = "白沙河大桥全长多少米？红旗菜市场有多少摊位？"
    both = "白沙河大桥全长1280米。红旗菜市场有摊位120个。"
    for draft, engine in ((both, "脚本"), (both[:13], "extractive")):
        answer = Assistant(assistant.retriever, {"gguf": ScriptedWriter(draft)}).ask(question)
        check_answer(answer)
        assert answer.engine == engine
        assert "1280米" in answer.text.replace("**", "")
        assert "120个" in answer.text.replace("**", "")
    assert "漏答了 1 问" in answer.notes[0]
