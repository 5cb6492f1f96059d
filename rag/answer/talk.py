"""Answers to what is said to the assistant itself: greetings, what it can do, what it has read."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.questions import Kind
from rag.index.library import Library
from rag.types import Answer, Article, Query

CONVERSATION = frozenset({Kind.GREETING, Kind.ABILITY, Kind.CATALOGUE})
_TITLES = 20
_EXAMPLES = 4


def reply(kind: Kind, question: str, library: Library) -> Answer:
    """Return an answer about the collection; it makes no claim that needs a citation."""
    counts = library.counts()
    size = f"{counts.articles} 篇文章（来自 {counts.documents} 份文件）"
    match kind:
        case Kind.GREETING:
            text = f"你好！我读过库里的{size}，可以就这些文章回答问题，并给出每句话的原文出处。请直接提问。"
        case Kind.ABILITY:
            text = (
                f"我根据库里的{size}回答问题：每句话后面的编号可以点开，看到原文中对应的句子；"
                "资料里没有的内容我会直说没有，不会编造。可以问某件事、某个数字、有哪些措施，也可以接着上一个问题追问。"
            )
        case _:
            text = f"库里有{size}：\n" + _titles(list(library.articles()))
    return Answer(text=text, query=Query(question, question), confidence=1.0)


def _titles(articles: Sequence[Article]) -> str:
    lines = [f"《{article.title}》（{article.source}）" for article in articles[:_TITLES]]
    more = [f"……另有 {len(articles) - _TITLES} 篇。"] if len(articles) > _TITLES else []
    return "\n".join(lines + more)


def example_questions(library: Library) -> tuple[str, ...]:
    """Return up to four questions made from titles of the collection."""
    found: list[str] = []
    for article in library.articles():
        if 6 <= len(article.title) <= 30:
            found.append(f"《{article.title}》讲了什么？")
        if len(found) == _EXAMPLES:
            break
    return tuple(found)
