"""Says, in Chinese, what was looked for and not found, and which articles come nearest."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.composer import plain
from rag.answer.contacts import find_contacts
from rag.answer.questions import Question
from rag.answer.rare import unprinted
from rag.answer.refuse import names_of
from rag.index.analyze import as_typed, bigrams, normalize
from rag.search.query import topic
from rag.search.retriever import Retrieval
from rag.types import Article

_NEAREST = 3


def refusal_reason(question: Question, retrieval: Retrieval) -> str:
    """Return one sentence: what the collection does not print, or that it does not answer."""
    absent = [name for name in names_of(question) if _is_absent(name, retrieval)]
    if absent:
        return f"资料里没有出现{_quoted([as_typed(name, question.text) for name in absent])}。"
    if strange := unprinted(question, retrieval):
        return f"资料里没有出现{_quoted([as_typed(word, question.text) for word in strange])}。"
    top = retrieval.articles[retrieval.hits[0].passage.article_id] if retrieval.hits else None
    years = [year for year in question.years if top and year not in top.text + top.title + top.date]
    if years and top:
        stated = _years_of(top)
        told = f"，最接近的文章说的是{'、'.join(stated)}年" if stated else ""
        return f"资料里没有{'、'.join(years)}年的相关内容{told}。"
    if question.contact and not _prints(question.contact, retrieval):
        return f"找到的文章里没有写{question.contact}。"
    return f"资料中没有提到“{_wanted(question)}”。"


def refusal_text(reason: str, nearest: Sequence[Article]) -> str:
    """Return the whole refusal as the reader sees it."""
    text = f"资料中没有找到这个问题的答案。{plain(reason)}"
    if nearest:
        text += "以下文章内容相近，可作参考，但不能回答这个问题：" + "、".join(
            f"《{article.title}》" for article in nearest
        )
        text += "。"
    return text


def nearest_articles(retrieval: Retrieval) -> list[Article]:
    """Return the articles of the best hits, at most three, best first."""
    ordered = dict.fromkeys(hit.passage.article_id for hit in retrieval.hits)
    return [retrieval.articles[article_id] for article_id in list(ordered)[:_NEAREST]]


def _is_absent(name: str, retrieval: Retrieval) -> bool:
    """A name is absent when one of its pairs of characters is printed nowhere, or no hit holds it whole."""
    pairs = bigrams(name)
    counts = retrieval.document_frequency(pairs)
    if any(counts.get(pair, 0) == 0 for pair in pairs):
        return True
    return not any(name in normalize(article.title + article.text) for article in retrieval.articles.values())


def _prints(contact: str, retrieval: Retrieval) -> bool:
    return any(find_contacts(contact, normalize(article.text)) for article in retrieval.articles.values())


def _quoted(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names[:3])


def _years_of(article: Article) -> list[str]:
    import re

    found = re.findall(r"(?<!\d)((?:19|20)\d\d)(?=年|-)", f"{article.title} {article.date}- {article.text}")
    return sorted(dict.fromkeys(found), key=lambda year: -found.count(year))[:2]


def _wanted(question: Question) -> str:
    """The question's own words, without the asking ones."""
    words = " ".join(question.content.split()).strip("的是有 ")
    return (words or topic(question.text) or question.text)[:40]
