"""What the reader should know beside the answer: doubts, printed variants, dates, relative days, a list's length."""

from __future__ import annotations

import re

from rag.index.analyze import as_typed, normalize
from rag.types import Answer

UNSURE = 0.55  # confidence below which .63 of the answers are right, .83 above: docs/lab-notes.md
_RELATIVE_YEAR = {"今年": 0, "去年": -1, "明年": 1, "前年": -2}
_RELATIVE_DAY = re.compile(r"昨天|昨日|今天|今日|前天|明天|近日|日前|本月|上月|上月底")


def notes_for(answer: Answer) -> tuple[str, ...]:
    """Return one Chinese sentence for each thing worth knowing about an answer."""
    return (*_doubts(answer), *_variants(answer), *_length(answer), *_relative_times(answer), *_dates(answer))


def _doubts(answer: Answer) -> list[str]:
    return ["依据不够有力，请对照原文核实。"] if answer.confidence < UNSURE else []


def _variants(answer: Answer) -> list[str]:
    """Say how the source prints a name that was typed, or printed, with another character."""
    cited = normalize("\n".join(citation.quote for citation in answer.citations))
    context = normalize("\n".join(answer.articles[one.article_id].text for one in answer.citations))
    pairs = [(typed, other) for typed, other in answer.query.corrections if other in cited or other in context]
    return [f"原文作“{other}”（问的是“{as_typed(typed, answer.query.original)}”）。" for typed, other in pairs]


def _length(answer: Answer) -> list[str]:
    return [f"共 {len(answer.items)} 条，按原文顺序列出。"] if answer.items else []


def _dates(answer: Answer) -> list[str]:
    """State the date of what is cited, where the articles have one."""
    dated = dict.fromkeys(
        (article.title, article.date)
        for citation in answer.citations
        if (article := answer.articles[citation.article_id]).date
    )
    return [f"《{title}》的日期是 {date}。" for title, date in dated]


def _relative_times(answer: Answer) -> list[str]:
    """Resolve 今年, 去年 against the date of the article that says so; point out days that cannot be resolved."""
    found: dict[str, None] = {}
    for citation in answer.citations:
        date = answer.articles[citation.article_id].date
        for word, shift in _RELATIVE_YEAR.items():
            if date and word in citation.quote:
                found[f"文中“{word}”指 {int(date[:4]) + shift} 年。"] = None
        for match in _RELATIVE_DAY.finditer(citation.quote):
            if date:
                found[f"文中“{match.group()}”以文章日期 {date} 为准。"] = None
    return list(found)
