"""A conversation as a file: Markdown, or a web page that stands alone; every mark keeps its link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from rag.errors import UsageError
from rag.render.answer import cited
from rag.render.article import citation_url
from rag.render.conversation import Exchange
from rag.render.marks import Block, groups
from rag.render.references import reference
from rag.render.templates import ASSETS, render
from rag.types import Answer, Citation

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+\Z")


def checked_origin(origin: object) -> str:
    """Return the address of the server as links begin with it.

    Raises:
        UsageError: it is not an http address without a path.
    """
    if not isinstance(origin, str) or not _ORIGIN.match(origin):
        raise UsageError("导出时的页面地址不对，请刷新页面再试")
    return origin


def to_markdown(exchanges: Sequence[Exchange], origin: str, name: str, now: datetime) -> str:
    """Return the answered exchanges; text of questions and sources is escaped."""
    lines = [f"# {_escape(name)}", "", f"导出于 {now:%Y-%m-%d %H:%M}", ""]
    for exchange in exchanges:
        if exchange.answer is not None:
            lines += [f"## {_escape(exchange.question)}", "", *_answer_lines(exchange.answer, origin)]
    return "\n".join(lines)


def to_html(exchanges: Sequence[Exchange], origin: str, name: str, now: datetime) -> str:
    """Return a page with its styles inside; marks lead to the references below, these to the articles."""
    answered = [exchange for exchange in exchanges if exchange.answer is not None]
    context: dict[str, object] = {
        "name": name,
        "origin": origin,
        "time": f"{now:%Y-%m-%d %H:%M}",
        "style": (ASSETS / "reading.css").read_text(encoding="utf-8"),
        "exchanges": [
            {"question": exchange.question, "answer": answer, "groups": groups(answer), "cited": cited(answer)}
            for exchange in answered
            if (answer := exchange.answer) is not None
        ],
    }
    return render("export", context)


def _answer_lines(answer: Answer, origin: str) -> list[str]:
    links = {citation.marker: origin + citation_url(citation) for citation in answer.citations}
    lines = []
    for group in groups(answer):
        lines += [_block(block, links) for block in group.blocks] if group.kind != "paragraph" else []
        lines += (
            [line for block in group.blocks for line in (_block(block, links), "")][:-1]
            if group.kind == "paragraph"
            else []
        )
        lines.append("")
    if answer.citations:
        lines += ["出处：", "", *(_reference_line(citation, answer, links) for citation in answer.citations), ""]
    return lines


def _block(block: Block, links: dict[int, str]) -> str:
    lead = {"numbered": f"{block.number}. ", "bulleted": "- "}.get(block.kind, "")
    return lead + "".join(
        f"[\\[{piece.marker}\\]]({links[piece.marker]})"
        if piece.marker
        else f"**{_escape(piece.text)}**"
        if piece.strong
        else _escape(piece.text)
        for piece in block.pieces
    )


def _reference_line(citation: Citation, answer: Answer, links: dict[int, str]) -> str:
    line = reference(citation, answer.articles[citation.article_id])
    return f"- [\\[{citation.marker}\\]]({links[citation.marker]}) {_escape(line)}：“{_escape(citation.quote)}”"


def _escape(text: str) -> str:
    """Escape what Markdown or HTML would read as markup; line breaks become blanks."""
    flat = " ".join(text.split("\n")).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", flat)
