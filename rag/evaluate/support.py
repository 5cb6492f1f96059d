"""Do the quotes support the sentences they stand on? Computed from words and numbers, no model asked.

A sentence is supported when its content recurs in its quotes, as pairs of characters or, where a language model
has put them into another order, as words, and when every number and every name of it is in them (or in the
title and date of their articles). A citation is right when the quotes of its sentence support it and its own
quote has a part in that: it says some of the content, or without it a number or name would lack its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.evaluate.text import plain, without_marks
from rag.index.analyze import tagged_words, words

CONTENT_SHARE = 0.6  # of the sentence's bigrams or words, least found in its quotes
OWN_SHARE = 0.2  # of the sentence's bigrams or words, least found in one quote for it to have a part
NAME_TAGS = ("nr", "ns", "nt", "nz")
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
QUOTED = re.compile(r"[《“「『]([^》”」』]{2,})[》”」』]")
LATIN = re.compile(r"[A-Za-z]{2,}")
NUMBERING = re.compile(r"^\s*(?:\d+[.、．)](?!\d)|[一二三四五六七八九十]+、|[-•■])\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """What one marker leads to: the quote, with its article's title and date as context."""

    text: str
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer with the quotes of its markers, in order."""

    text: str
    quotes: tuple[Quote, ...]


def precision(sentences: Sequence[CitedSentence]) -> float:
    """Share of the citations that support the sentence they stand on; 0 without citations."""
    judged = [right for sentence in sentences for right in judge(sentence)]
    return sum(judged) / len(judged) if judged else 0.0


def recall(sentences: Sequence[CitedSentence]) -> float:
    """Share of the sentences that have a citation; 0 without sentences."""
    return sum(bool(sentence.quotes) for sentence in sentences) / len(sentences) if sentences else 0.0


def judge(sentence: CitedSentence) -> list[bool]:
    """Tell for each quote of the sentence whether it rightly stands there."""
    if not supported(sentence):
        return [False] * len(sentence.quotes)
    return [_has_part(sentence, quote) for quote in sentence.quotes]


def supported(sentence: CitedSentence) -> bool:
    """Tell whether the quotes together hold the sentence's content, numbers and names."""
    if not sentence.quotes or not _recurs(sentence):
        return False
    context = [plain(part) for quote in sentence.quotes for part in (quote.text, quote.title, quote.date)]
    said = _claim(sentence.text)
    letters = "".join(context)
    return _numbers([said]) <= _numbers(context) and all(_named(plain(name), letters) for name in _names(said))


def _recurs(sentence: CitedSentence) -> bool:
    return _share(sentence, sentence.quotes) >= CONTENT_SHARE or _word_share(sentence, sentence.quotes) >= CONTENT_SHARE


def _has_part(sentence: CitedSentence, quote: Quote) -> bool:
    if max(_share(sentence, [quote]), _word_share(sentence, [quote])) >= OWN_SHARE:
        return True
    others = tuple(other for other in sentence.quotes if other is not quote)
    return bool(others) and not supported(CitedSentence(sentence.text, others))


def _named(name: str, letters: str) -> bool:
    """Tell whether a name is printed, a district or city also without its last character: 江城区 as 江城."""
    return name in letters or (len(name) > 2 and name[-1] in "市省区县" and name[:-1] in letters)


def _claim(sentence: str) -> str:
    """What a sentence of an answer says: without markers, bold marks and an item's number."""
    return NUMBERING.sub("", without_marks(sentence))


def _share(sentence: CitedSentence, quotes: Sequence[Quote]) -> float:
    """Share of what the sentence says beyond the titles of its sources that recurs in the quotes."""
    said = _bigrams([_claim(sentence.text)])
    wanted = said - _bigrams(quote.title for quote in sentence.quotes) or said
    return len(wanted & _bigrams(quote.text for quote in quotes)) / len(wanted) if wanted else 1.0


def _word_share(sentence: CitedSentence, quotes: Sequence[Quote]) -> float:
    """Share of the words that the sentence says beyond the titles of its sources that stand in the quotes."""
    said = {word for word in words(_claim(sentence.text)) if len(word) > 1}
    titles = "".join(plain(quote.title) for quote in sentence.quotes)
    wanted = {word for word in said if word not in titles} or said
    letters = "".join(plain(quote.text) for quote in quotes)
    return sum(word in letters for word in wanted) / len(wanted) if wanted else 0.0


def _bigrams(texts: Iterable[str]) -> set[str]:
    runs = [run for text in texts for run in re.findall(r"[^\W\d]+", plain(text))]
    return {run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))}


def _numbers(texts: Iterable[str]) -> set[str]:
    """Numbers as written, parts of an ISO date without leading zeros."""
    found = (number for text in texts for number in NUMBER.findall(plain(text)))
    return {number.lstrip("0") or "0" for number in found}


def _names(sentence: str) -> set[str]:
    tagged = {word.text for word in tagged_words(sentence) if word.tag in NAME_TAGS and len(word.text) > 1}
    return tagged | set(QUOTED.findall(sentence)) | set(LATIN.findall(sentence))
