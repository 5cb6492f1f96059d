"""Names and nouns of a question with a rare character that nothing prints: what they name is not there."""

from __future__ import annotations

from rag.answer.questions import Question
from rag.index.analyze import bigrams, normalize, tagged_words
from rag.search.retriever import Retrieval

_SECOND_LEVEL = 0xD8  # first byte of the first of GB/T 2312's 3,008 less common characters
_SAID_OTHERWISE = ("v", "a", "d")  # tags of what a text may put in other words
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
    """Return the words that are no verbs and have a rare character that is printed nowhere.

    That is by no article found and in no pair of characters that the collection prints. None of 3,452 answerable
    questions has such a word, 4 of 205 unanswerable ones do: docs/lab-notes.md.
    """
    words = [word for word in tagged_words(question.content) if not word.tag.startswith(_SAID_OTHERWISE)]
    rare = {one for word in words for one in word.text if is_rare(one)}
    if not rare:
        return []
    pairs = [pair for pair in bigrams(question.content) if not rare.isdisjoint(pair)]
    printed = {one for pair, count in retrieval.document_frequency(pairs).items() if count for one in pair}
    printed |= {one for article in retrieval.articles.values() for one in normalize(article.title + article.text)}
    return list(dict.fromkeys(word.text for word in words if not (rare - printed).isdisjoint(word.text)))
