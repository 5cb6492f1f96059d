"""Questions to ask next: about what the cited articles name in quotation marks, and about these articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rag.index.analyze import HAN, normalize, tagged_words
from rag.types import Answer

_MOST = 3
_MOST_NAMED = 2  # of them about a name that an article quotes
_TRIED = 6
_NAMED = re.compile(rf"[“「『\"]([{HAN}\dA-Za-z+]{{3,9}})[”」』\"]")
_LONGEST_TITLE = 40


def suggest(answer: Answer, asked: Sequence[str], answerable: Callable[[str], bool]) -> tuple[str, ...]:
    """Return at most three next questions that `answerable` has found an answer to in the collection.

    `asked` are the questions of the conversation so far; nothing that they name is suggested again.
    """
    known = normalize("\n".join([*asked, answer.query.text]))
    named = _first(_names(answer, known), answerable, _MOST_NAMED)
    return (*named, *_first(_titles(answer, known), answerable, _MOST - len(named)))


def _first(questions: Iterator[str], answerable: Callable[[str], bool], count: int) -> list[str]:
    found: list[str] = []
    for _, question in zip(range(_TRIED), questions, strict=False):
        if len(found) == count:
            break
        if answerable(question):
            found.append(question)
    return found


def _names(answer: Answer, known: str) -> Iterator[str]:
    """Yield questions about names that the cited articles quote, those of the cited sentences first."""
    cited = list(dict.fromkeys(citation.article_id for citation in answer.citations))
    texts = [*(citation.quote for citation in answer.citations), *(answer.articles[name].text for name in cited)]
    seen: set[str] = set()
    for match in (match for text in texts for match in _NAMED.finditer(text)):
        name = match.group(1)
        if normalize(name) not in known and name not in seen and _is_coined(name):
            seen.add(name)
            yield f"“{name}”是什么？"


def _titles(answer: Answer, known: str) -> Iterator[str]:
    """Yield questions about whole articles, the cited ones first."""
    names = [*(citation.article_id for citation in answer.citations), *(hit.passage.article_id for hit in answer.hits)]
    for article in (answer.articles[name] for name in dict.fromkeys(names) if name in answer.articles):
        title = " ".join(article.title.split())
        if 4 <= len(title) <= _LONGEST_TITLE and "…" not in title and normalize(title) not in known:
            yield f"《{title}》讲了什么？"


def _is_coined(name: str) -> bool:
    """Tell whether a quoted name is one of its own, not a word of the language or a number."""
    return len(tagged_words(name)) > 1 and not re.fullmatch(r"[\d一二三四五六七八九十]+", name)
