"""Rare characters of a question that the articles found do not print: what they name is not there."""

from __future__ import annotations

from rag.answer.questions import Question
from rag.index.analyze import bigrams, normalize
from rag.search.retriever import Retrieval

_SECOND_LEVEL = 0xD8  # first byte of the first of GB/T 2312's 3,008 less common characters
_HAN_FIRST, _HAN_LAST = "\u4e00", "\u9fff"


def is_rare(character: str) -> bool:
    """Tell whether a Han character is none of the 3,755 of the first level of GB/T 2312-1980."""
    if not _HAN_FIRST <= character <= _HAN_LAST:
        return False
    try:
        return character.encode("gb2312")[0] >= _SECOND_LEVEL
    except UnicodeEncodeError:
        return True


def unprinted(question: Question, retrieval: Retrieval) -> list[str]:
    """Return the rare characters that no article found prints and that stand in no pair that the collection prints.

    1 of 3,452 answerable questions has one, and 4 of 205 unanswerable ones: docs/lab-notes.md.
    """
    rare = [character for character in dict.fromkeys(question.content) if is_rare(character)]
    if not rare:
        return []
    pairs = [pair for pair in bigrams(question.content) if any(one in pair for one in rare)]
    printed = "".join(pair for pair, count in retrieval.document_frequency(pairs).items() if count)
    printed += "".join(normalize(article.title + article.text) for article in retrieval.articles.values())
    return [character for character in rare if character not in printed]
