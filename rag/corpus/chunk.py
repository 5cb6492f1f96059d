"""Article to Passages: runs of whole sentences, never across articles."""

from __future__ import annotations

from rag.corpus.bylines import closing_byline_start, dateline_end, is_credit
from rag.corpus.sentences import split_sentences
from rag.types import Article, Passage, Span


def chunk(article: Article, size: int) -> list[Passage]:
    """Cut the body into passages of about `size` characters; a longer sentence stands alone.

    Each sentence of the body lies in exactly one passage. Datelines and bylines are no sentences.
    """
    runs: list[list[Span]] = []
    for sentence in article_sentences(article):
        if runs and sentence[1] - runs[-1][0][0] <= size:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return [
        Passage(f"{article.id}:{number}", article.id, run[0][0], run[-1][1], tuple(run))
        for number, run in enumerate(runs)
    ]


def article_sentences(article: Article) -> list[Span]:
    """Return the sentences that can be cited: spans of the body without datelines, bylines and credits.

    An article that has nothing else gives all of its text.
    """
    text = article.text
    spans: list[Span] = []
    for start, end in split_sentences(text, article.body_start):
        begin = dateline_end(text, start, end)
        stop = closing_byline_start(text, begin, end)
        words = text[begin:stop].rstrip()
        if words and not is_credit(words):
            spans.append((begin, begin + len(words)))
    return spans or split_sentences(text)
