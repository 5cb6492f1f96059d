"""The only maker of a Citation, and the check that a whole answer passes before anyone sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import VerificationError
from rag.types import Answer, AnswerSentence, Article, Citation

MARK = re.compile(r"\[(\d+)\]")


def make_citation(marker: int, article: Article, start: int, end: int, quote: str) -> Citation:
    """Return a citation of `article.text[start:end]`, numbered `marker` (from 1).

    Raises:
        VerificationError: the marker or the offsets are out of range, or the text there is not `quote`.
    """
    if marker < 1:
        raise VerificationError(f"引文编号 {marker} 无效：编号从 1 开始")
    if not 0 <= start < end <= len(article.text):
        raise VerificationError(f"引文 [{marker}] 的位置 {start}–{end} 超出文章《{article.title}》，请重新建立索引")
    if article.text[start:end] != quote or not quote.strip():
        raise VerificationError(f"引文 [{marker}] 与文章《{article.title}》的原文不一致，请重新建立索引")
    return Citation(marker, article.id, start, end, quote)


def check_answer(answer: Answer) -> None:
    """Pass only an answer whose every sentence is cited and whose every citation holds.

    Markers count 1, 2, … in the order of their first appearance in the text; a refusal cites nothing.

    Raises:
        VerificationError: names the first thing that does not hold.
    """
    if answer.refusal is not None:
        _check_refusal(answer)
        return
    _check_citations(answer.citations, answer.articles)
    _check_sentences(answer)
    _check_order(answer)


def _check_refusal(answer: Answer) -> None:
    if answer.citations or answer.sentences or MARK.search(answer.text):
        raise VerificationError("拒答不能带引文，请重新提问")


def _check_citations(citations: Sequence[Citation], articles: dict[str, Article]) -> None:
    for position, citation in enumerate(citations, start=1):
        if citation.marker != position:
            raise VerificationError(f"引文编号 [{citation.marker}] 应为 [{position}]，请重新提问")
        article = articles.get(citation.article_id)
        if article is None:
            raise VerificationError(f"引文 [{citation.marker}] 所指的文章不存在，请重新建立索引")
        make_citation(citation.marker, article, citation.start, citation.end, citation.quote)


def _check_sentences(answer: Answer) -> None:
    """Every visible character belongs to a sentence, and a sentence's markers are those printed in it."""
    covered = 0
    for sentence in answer.sentences:
        if not covered <= sentence.start < sentence.end <= len(answer.text):
            raise VerificationError(f"回答中第 {sentence.start} 字处的句子越界或重叠，请重新提问")
        _check_gap(answer.text[covered : sentence.start])
        _check_marks(answer.text[sentence.start : sentence.end], sentence, len(answer.citations))
        covered = sentence.end
    _check_gap(answer.text[covered:])


def _check_gap(text: str) -> None:
    """Between sentences only list numbers, bold marks and white space may stand."""
    if re.sub(r"(?m)^\s*(\d+[.．、)]|[-*•])\s+|[\s*]", "", text):
        raise VerificationError(f"回答中“{text.strip()[:20]}”没有出处，请重新提问")


def _check_marks(text: str, sentence: AnswerSentence, citations: int) -> None:
    printed = tuple(dict.fromkeys(int(mark) for mark in MARK.findall(text)))
    if not printed:
        raise VerificationError(f"回答中“{text[:20]}”没有出处，请重新提问")
    if printed != tuple(sentence.markers):
        raise VerificationError(f"回答中“{text[:20]}”的编号与记录不符，请重新提问")
    if max(printed) > citations or min(printed) < 1:
        raise VerificationError(f"回答中“{text[:20]}”的编号没有对应的引文，请重新提问")


def _check_order(answer: Answer) -> None:
    if not answer.sentences:
        raise VerificationError("回答是空的，请重新提问")
    seen = list(dict.fromkeys(int(mark) for mark in MARK.findall(answer.text)))
    if seen != [citation.marker for citation in answer.citations]:
        raise VerificationError("回答中的编号没有按出现的顺序排列，请重新提问")
