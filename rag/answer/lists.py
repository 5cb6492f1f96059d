"""The answer to a question for a list: the enumeration that the article prints, complete and numbered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.composer import Composer, Source, plain
from rag.answer.enumerations import Enumeration, Item, find_enumerations
from rag.answer.material import Material, finish
from rag.answer.signals import longest_match, overlap
from rag.answer.trim import tidy, without_names
from rag.corpus.chunk import article_sentences
from rag.index.analyze import bigrams, normalize
from rag.types import Article, Span

ITEM_CHARACTERS = 90
_ITEM_ADVANTAGE = 0.25  # an item that covers this much more of the question than the announcement is meant itself
_LEAST_COVERAGE = 0.2
_BEST_ARTICLES = 3  # sentences whose articles' lists are looked at; an item that is meant lies in one of them
_ITEM_ROOM = 320  # characters of an item that is told alone
_NAMING_RUN, _LONGER = 4, 2  # characters of the question in the head of the item that is meant
_BEST_SENTENCES = 6
_LEAD = re.compile(r"^(?:是|要|则|为)(?=[一-鿿])")

Found = tuple[Article, Enumeration]


def lists_near(material: Material) -> list[Found]:
    """Return the enumerations of the articles that the best sentences stand in, by article, in reading order."""
    names = dict.fromkeys(ranked.article_id for ranked in material.ranked[:_BEST_ARTICLES])
    articles = [material.articles[name] for name in names]
    return [(article, found) for article in articles for found in find_enumerations(article.text, article.body_start)]


def best_enumeration(material: Material, lists: Sequence[Found]) -> Found | None:
    """Return the one of `lists_near` that the best sentences announce or belong to, and that answers as a whole."""
    values = [_relevance(material, article, enumeration) for article, enumeration in lists]
    best = max(range(len(lists)), key=lambda at: values[at], default=None)
    return None if best is None or values[best] <= 0 else lists[best]


def named_item(material: Material, lists: Sequence[Found]) -> tuple[Article, Item] | None:
    """Return the one item of `lists_near` that the question names, where a good sentence lies in it."""
    named = [(article, item) for article, found in lists if (item := _named(material, article, found))]
    for ranked in material.ranked[:_BEST_ARTICLES]:
        for article, item in named:
            if article.id == ranked.article_id and overlap((ranked.start, ranked.end), (item.start, item.end)):
                return article, item
    return None


def say_item(composer: Composer, found: tuple[Article, Item]) -> None:
    """Write one item of an enumeration, sentence by sentence, as far as there is room."""
    article, item = found
    room = _ITEM_ROOM
    for start, end in article_sentences(article):
        low, high = max(start, item.start), min(end, item.end)
        if low >= high:
            continue
        if room < _ITEM_ROOM and high - low > room:
            break
        composer.say(finish(_cut(plain(article.text[low:high]), room)), [Source(article.id, start, end)])
        room -= high - low


def say_list(composer: Composer, material: Material, found: Found) -> None:
    """Write the announcement and every item, each with its own source."""
    article, enumeration = found
    sentences = article_sentences(article)
    if enumeration.introduction:
        begin, end = enumeration.introduction
        words = tidy(plain(article.text[begin:end]).strip("—-。:：,， "))
        composer.say(f"{words}：", [_source(article, sentences, begin)])
    for number, item in enumerate(enumeration.items, start=1):
        source = _source(article, sentences, item.head[0])
        told = _item_text(article, item, source)
        after = max(source.end, item.head[1])
        is_bare = item.head[1] + 2 > source.end
        more = [span for span in sentences if after <= span[0] < item.end][:1] if is_bare else []
        for start, end in more:
            told += finish(plain(_cut(article.text[start:end], ITEM_CHARACTERS)))
        composer.item(number, told, [source, *(Source(article.id, *span) for span in more)])


def _relevance(material: Material, article: Article, enumeration: Enumeration) -> float:
    """0 when no good sentence touches it, or when one item is meant; else the more the better."""
    spans = [(item.start, item.end) for item in enumeration.items]
    places = [(item.start, item.head[1]) for item in enumeration.items]
    places += [enumeration.introduction] if enumeration.introduction else []
    touching = [
        ranked.score
        for ranked in material.ranked[:_BEST_SENTENCES]
        if ranked.article_id == article.id and any(overlap((ranked.start, ranked.end), place) for place in places)
    ]
    announced = _announced(material, article, enumeration)
    item = max(_coverage(material, article, span) for span in spans)
    if not touching or max(announced, item) < _LEAST_COVERAGE or item > announced + _ITEM_ADVANTAGE:
        return 0.0
    if _named(material, article, enumeration):
        return 0.0
    same_count = material.question.count == len(enumeration.items)
    return max(touching) + announced + 0.3 * same_count


def _named(material: Material, article: Article, enumeration: Enumeration) -> Item | None:
    """Return the item whose head has a longer run of the question than any other and than the announcement."""
    content = without_names(material.question)
    runs = [longest_match(content, normalize(article.text[slice(*item.head)])) for item in enumeration.items]
    introduction = enumeration.introduction or (0, 0)
    announced = longest_match(content, normalize(article.text[slice(*introduction)]))
    first = max(range(len(runs)), key=lambda at: runs[at])
    others = [announced, *runs[:first], *runs[first + 1 :]]
    return enumeration.items[first] if runs[first] >= max(_NAMING_RUN, max(others) + _LONGER) else None


def _announced(material: Material, article: Article, enumeration: Enumeration) -> float:
    """How much of the question the announcement covers together with the article's title."""
    introduction = article.text[slice(*enumeration.introduction)] if enumeration.introduction else ""
    return material.weights.bigram_coverage(frozenset(bigrams(f"{article.title}\n{introduction}")))


def announced_by_best(material: Material, found: Found) -> bool:
    """Tell whether the best sentence is the announcement itself, or the question names the number of items."""
    article, enumeration = found
    best = material.ranked[0]
    meant = enumeration.introduction is not None and best.article_id == article.id
    at_best = meant and overlap((best.start, best.end), enumeration.introduction or (0, 0))
    return at_best or material.question.count == len(enumeration.items)


def _coverage(material: Material, article: Article, span: Span) -> float:
    return material.weights.bigram_coverage(frozenset(bigrams(article.text[slice(*span)])))


def _source(article: Article, sentences: Sequence[Span], position: int) -> Source:
    """The sentence that holds a position, else the nearest before it."""
    start, end = max((span for span in sentences if span[0] <= position), default=sentences[0])
    return Source(article.id, start, end)


def _item_text(article: Article, item: Item, source: Source) -> str:
    """The head in bold, then as much of its sentence as fits; a head that is all of it brings the next words along."""
    lead = _LEAD.sub("", plain(article.text[item.head[0] : item.head[1]]).strip(" \n"))
    rest = article.text[item.head[1] : max(item.head[1], min(source.end, item.end))].rstrip("；; ")
    return finish(f"**{lead}**{plain(_cut(rest, ITEM_CHARACTERS))}")


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending with a clause."""
    if len(text) <= limit:
        return text
    return text[: max((text.rfind(stop, 0, limit) for stop in "，,；;。"), default=0)]
