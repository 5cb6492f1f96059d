"""What the command line prints: JSON on a standard output that nothing else writes to, or plain text."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from rag.evaluate.cases import QUERIES, UNFINISHED
from rag.index.feedback import Feedback
from rag.render.article import chinese_date, paragraph_number
from rag.render.marks import plain_text
from rag.types import Answer, Article, Citation, Hit

SNIPPET = 80  # characters of a passage in a list of hits


@contextmanager
def clean_output() -> Iterator[TextIO]:
    """Yield the standard output; whatever else writes to it meanwhile, C libraries included, goes to stderr."""
    wanted = sys.stdout
    wanted.flush()
    with redirect_stdout(sys.stderr):
        if wanted is not sys.__stdout__:  # a test or an embedding program has its own
            yield wanted
            return
        with os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            os.dup2(2, 1)
            try:
                yield stream
            finally:
                os.dup2(stream.fileno(), 1)


def write_row(stream: TextIO, row: object) -> None:
    """Write one JSON value on a line of its own, at once."""
    stream.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
    stream.flush()


def write_lines(stream: TextIO, lines: Iterable[str]) -> None:
    """Write lines of text."""
    for line in lines:
        stream.write(line + "\n")
    stream.flush()


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield an answer as text: what it says, its references, notes, and what else to read."""
    yield plain_text(answer)
    if answer.citations:
        yield "\n出处："
    for article_id, citations in groupby(answer.citations, key=lambda citation: citation.article_id):
        article = answer.articles[article_id]
        yield _source(article)
        yield from (f"  [{one.marker}] {_place(article, one)}：{_one_line(one.quote)}" for one in citations)
    if answer.nearest:
        yield "\n相近的文章："
    for name in answer.nearest:
        yield f"  {article_line(answer.articles[name])}"
    if answer.notes:
        yield ""
    for note in answer.notes:
        yield f"注：{note}"


def hit_lines(hits: Sequence[Hit], articles: Mapping[str, Article]) -> Iterator[str]:
    """Yield two lines a hit: where it is, and how it begins."""
    for rank, hit in enumerate(hits, start=1):
        article = articles[hit.passage.article_id]
        text = _one_line(article.text[hit.passage.start : hit.passage.end])
        yield f"{rank:2}. {hit.score:.3f}  {article_line(article)}"
        yield f"    {text[:SNIPPET]}{'…' if len(text) > SNIPPET else ''}"


def article_line(article: Article) -> str:
    """Return an article's id, title, date and source on one line."""
    return f"{article.id}  {_source(article)}"


def article_lines(article: Article) -> Iterator[str]:
    """Yield a whole article: what is known about it, then its text."""
    known = {
        "标题": article.title,
        "副题": article.subtitle,
        "作者": article.byline,
        "日期": chinese_date(article.date),
        "来源": article.source,
        "网址": article.url,
        "编号": article.id,
    }
    yield from (f"{name}：{value}" for name, value in known.items() if value)
    yield ""
    yield article.text


def feedback_lines(judgements: Sequence[Feedback]) -> Iterator[str]:
    """Yield one line a judgement, newest last."""
    if not judgements:
        yield "还没有评价；读者可以在网页上的每条回答下面评价"
    for one in judgements:
        time = one.time[:16].replace("T", " ")
        reason = f"（{_one_line(one.reason)}）" if one.reason else ""
        yield f"{time}  {'有帮助' if one.verdict == 'up' else '有问题'}{reason}  {_one_line(one.question)}"


def case_lines(folder: Path, queries: int, unanswerable: int, unfinished: int) -> Iterator[str]:
    """Yield what was written for `wenbao eval`, by counts of cases."""
    yield f"{folder} 中写入 {queries} 道有答案的题、{unanswerable} 道应当拒答的题；运行 wenbao eval {folder} 评测"
    if unfinished:
        yield f"另有 {unfinished} 道评为有问题的，在 {UNFINISHED} 里：补上 answers 和 gold_ids 后移到 {QUERIES}"


def error_row(row: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    """Return the row of a question that could not be answered."""
    return {"id": row.get("id"), "question": row.get("question"), "error": str(error) or type(error).__name__}


def _source(article: Article) -> str:
    return "，".join(part for part in (f"《{article.title}》", article.source, chinese_date(article.date)) if part)


def _place(article: Article, citation: Citation) -> str:
    paragraph = paragraph_number(article, citation.start)
    return f"第 {paragraph} 段" if paragraph else "标题"


def _one_line(text: str) -> str:
    return " ".join(text.split())
