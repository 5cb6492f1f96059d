"""Article to Passages: runs of whole sentences, never across articles."""

from __future__ import annotations

from rag.corpus.bylines import closing_byline_start, dateline_end
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
    """Return the sentences that can be cited: spans of the body without datelines and bylines."""
    spans: list[Span] = []
    for start, end in split_sentences(article.text, article.body_start):
        begin = dateline_end(article.text, start, end)
        stop = closing_byline_start(article.text, begin, end)
        if begin < stop:
            spans.append((begin, stop))
    return spans
