"""Telephone numbers and addresses: who asks for one, where one is printed, and an answer that has it."""

from __future__ import annotations

import pytest

from rag.answer.assistant import Assistant
from rag.answer.contacts import find_contacts, wanted_contact
from rag.index.analyze import normalize
from tests.answer.conftest import Asking

TELEPHONE, MAIL, WEB, ANY = "电话号码", "邮箱", "网址", "联系方式"

NOTICE = """青石镇政务服务中心搬迁公告

青石镇政务服务中心5月6日起搬至青石路88号办公，共设窗口20个，方便群众办理各类业务。
为方便群众，青石镇政务服务中心实行预约办理，工作日上午九点到下午五点受理。
预约办理电话：021-65551234
材料可发至：qingshi@example.com
"""


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("青石镇服务中心的电话是多少？", TELEPHONE),
        ("青石镇服务中心联系电话", TELEPHONE),
        ("举报要打什么电话", TELEPHONE),
        ("What is the phone number of the centre?", TELEPHONE),
        ("材料发到哪里，邮箱是什么？", MAIL),
        ("报名的网址", WEB),
        ("捐赠的联系方式是什么？", ANY),
        ("电话是谁发明的？", ""),
        ("专线电话为哪些车辆提供帮助？", ""),
        ("是谁接了电话？", ""),
        ("网站有哪些栏目？", ""),
    ],
)
def test_what_is_asked_for(question: str, kind: str) -> None:
    assert wanted_contact(normalize(question)) == kind


@pytest.mark.parametrize(
    ("kind", "text", "printed"),
    [
        (TELEPHONE, "咨询电话:021-65551234转8003。", ["021-65551234转8003"]),
        (TELEPHONE, "请拨打12345,手机13800000000。", ["12345", "13800000000"]),
        (TELEPHONE, "联系电话:65551234、65551235。", ["65551234", "65551235"]),
        (TELEPHONE, "全年产值12345678元。", []),
        (TELEPHONE, "电话费共12345元,于20200203日结清。", []),
        (MAIL, "邮箱:a.b@example.com。", ["a.b@example.com"]),
        (WEB, "登录https://example.com/a办理。", ["https://example.com/a"]),
        (WEB, "登录 www.example.com 办理。", ["www.example.com"]),
        (MAIL, "登录 www.example.com 办理。", []),
        (ANY, "电话12345,邮箱a@example.com。", ["12345", "a@example.com"]),
    ],
)
def test_what_is_printed(kind: str, text: str, printed: list[str]) -> None:
    assert [text[start:end] for start, end in find_contacts(kind, text)] == printed


@pytest.mark.parametrize("run", ["a", "a-", "a.", "0", "021-", "www.", "a@"])
@pytest.mark.parametrize("kind", [TELEPHONE, MAIL, WEB, ANY])
def test_long_runs_are_read_in_one_pass(kind: str, run: str) -> None:
    """A pattern that starts anew at every character would need minutes."""
    assert isinstance(find_contacts(kind, "电话" + run * 100_000), list)


@pytest.fixture(scope="module")
def assistant(over: Asking) -> Assistant:
    return over(NOTICE)


def test_the_line_that_prints_the_number_answers(assistant: Assistant) -> None:
    assert "021-65551234" in assistant.ask("青石镇政务服务中心的预约电话是多少？").text
    assert "qingshi@example.com" in assistant.ask("青石镇政务服务中心的邮箱是什么？").text


def test_what_is_not_printed_is_refused(assistant: Assistant) -> None:
    answer = assistant.ask("青石镇政务服务中心的网址是什么？")
    assert answer.refusal == "找到的文章里没有写网址。"


def test_a_telephone_number_is_not_made_up_for_an_english_question(seeds_assistant: Assistant) -> None:
    assert seeds_assistant.ask("What is the phone number of the Xuhui district government?").refusal is not None
