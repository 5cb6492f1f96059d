"""References as Chinese newspapers print them: 《标题》，来源，日期，段落."""

from __future__ import annotations

from rag.render.article import chinese_date, paragraph_number
from rag.render.marks import plain_text
from rag.types import Answer, Article, Citation


def reference(citation: Citation, article: Article) -> str:
    """Return one reference without its number; what is not known is left out."""
    paragraph = paragraph_number(article, citation.start)
    place = f"第{paragraph}段" if paragraph else "标题"
    return "，".join(
        part for part in (f"《{article.title}》", article.source, chinese_date(article.date), place) if part
    )


def references(answer: Answer) -> list[str]:
    """Return the numbered references of an answer, in the order of its marks."""
    return [
        f"[{citation.marker}] {reference(citation, answer.articles[citation.article_id])}"
        for citation in answer.citations
    ]


def answer_with_references(question: str, answer: Answer) -> str:
    """Return what the copy button copies: question, answer, references."""
    lines = [f"问：{question}", f"答：{plain_text(answer)}"]
    if answer.citations:
        lines += ["", "出处：", *references(answer)]
    return "\n".join(lines)
