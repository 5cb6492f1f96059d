"""Answers to what is said to the assistant itself: greetings, what it can do, what it has read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rag.answer.enumerations import find_enumerations
from rag.answer.questions import Kind, numeral
from rag.index.analyze import HAN
from rag.index.library import Library
from rag.types import Answer, Article, Query

CONVERSATION = frozenset({Kind.GREETING, Kind.ABILITY, Kind.CATALOGUE})
_TITLES = 20
_EXAMPLES, _LISTS = 4, 2
_READ = 40  # articles that examples are taken from
_LONGEST_TITLE = 30
_ANNOUNCED = re.compile(
    rf"(?P<name>[“「『\"]?(?P<count>[二三四五六七八九十]|\d{{1,2}})(?:大|个|项|条)[{HAN}]{{2,6}}[”」』\"]?)(?=[：:，,。—、的]|$)"
)


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
    """Return up to four questions: about lists that articles announce, then about articles by title."""
    articles = list(islice(library.articles(), _READ))
    lists = dict(list(_first_of_each((one, next(_announced_lists(one), "")) for one in articles).items())[:_LISTS])
    named = [(one, f"《{one.title}》讲了什么？") for one in articles if 6 <= len(one.title) <= _LONGEST_TITLE]
    titles = _first_of_each((one, question) for one, question in named if one.document_id not in lists)
    return tuple([*lists.values(), *titles.values()][:_EXAMPLES])


def _first_of_each(found: Iterable[tuple[Article, str]]) -> dict[str, str]:
    """Return the first question of each document that has one, by document."""
    first: dict[str, str] = {}
    for article, question in found:
        if question:
            first.setdefault(article.document_id, question)
    return first


def _announced_lists(article: Article) -> Iterator[str]:
    """Yield questions about lists of an article that have as many items as their announcement says: 四个减少."""
    for enumeration in find_enumerations(article.text, article.body_start):
        begin, end = enumeration.introduction or (0, 0)
        for match in _ANNOUNCED.finditer(article.text, begin, end):
            if numeral(match["count"]) == len(enumeration.items):
                yield f"{match['name']}分别是什么？"
