"""Telephone numbers, e-mail and web addresses: the questions that want one, and where a text prints one.

Both functions read normalised text (simplified, half width, lower case).
"""

from __future__ import annotations

import re

from rag.types import Span

_DASH = r"[-—－ ]*"
_TELEPHONE = re.compile(
    rf"(?<![\d.,])(?:\(?0\d{{2,3}}\)?{_DASH}\d{{7,8}}|1[3-9]\d{{9}}|[48]00{_DASH}\d{{3}}{_DASH}\d{{4}}|\d{{7,8}}"
    r"|1[02]\d{3}|9[56]\d{3,4}|11\d|12\d)(?:[-转]\d{1,4})?(?![\d.%元年月日人个项万亿])"
)
_CALL = re.compile(r"电话|热线|拨打|致电|来电|咨询|手机|传真|专线|联系|tel|phone|hotline")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WEB = re.compile(
    r"https?://[\w.~:/?#@!$&*+=%-]+|www\.[\w-]+(?:\.[\w/-]+)+|(?<![\w@.-])[a-z][\w-]*(?:\.[\w-]+)*\.(?:com|cn|org|net)\b",
    re.ASCII,
)

_ASKED = r"\s*(?:是|为|有)?\s*(?:多少|什么|哪个|哪些|几号)?[?。!]*$"
_WANTED = (
    ("电话号码", re.compile(rf"(?:(?:电话|手机|传真)号码?|(?:联系|咨询|举报|热线|投诉|服务|预约|值班)电话|(?:服务|咨询|投诉|举报)热线){_ASKED}")),
    ("电话号码", re.compile(r"(?:电话|手机|热线|传真)\s*(?:是|为)\s*(?:多少|什么|哪个|几号)|打(?:什么|哪个|多少)(?:电话|号码|热线)")),
    ("电话号码", re.compile(r"\b(?:phone|telephone|fax|hotline) number\b|\bwhat (?:is|was) the hotline\b")),
    ("邮箱", re.compile(rf"(?:邮箱|电子邮件|邮件地址)(?:地址)?{_ASKED}|\be-?mail address\b")),
    ("网址", re.compile(rf"(?:网址|网站地址|网页地址){_ASKED}|\b(?:web address|url)\b")),
    ("联系方式", re.compile(rf"联系方式{_ASKED}|\bcontact (?:details|information)\b")),
)  # fmt: skip


def wanted_contact(question: str) -> str:
    """Return what kind of contact a question asks for, in Chinese; nothing when it asks for something else."""
    return next((kind for kind, pattern in _WANTED if pattern.search(question)), "")


def find_contacts(kind: str, text: str) -> list[Span]:
    """Return where a text prints a contact of a kind that `wanted_contact` names.

    Digits are a telephone number only where the text speaks of calling.
    """
    mails = [found.span() for found in _MAIL.finditer(text)]
    calls = [found.span() for found in _TELEPHONE.finditer(text)] if _CALL.search(text) else []
    if kind == "邮箱":
        return mails
    if kind == "网址":
        return [found.span() for found in _WEB.finditer(text)]
    return calls if kind == "电话号码" else sorted([*mails, *calls])
