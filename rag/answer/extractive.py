"""An answer made of source sentences, without a language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.composer import Composer, Source, plain
from rag.answer.enumerations import Enumeration, find_enumerations
from rag.answer.evidence import Ranked
from rag.answer.questions import Kind, Question
from rag.answer.signals import Weights, overlap
from rag.answer.trim import bold, tidy, trim
from rag.corpus.chunk import article_sentences
from rag.index.analyze import bigrams
from rag.types import Article, Span

FACT_CHARACTERS = 110  # an answer to a question for one fact, marks aside
ITEM_CHARACTERS = 90
TEXT_CHARACTERS = 320  # why, how, definition, summary
_SURE = 0.55  # a first sentence above this needs no second beside it
_INLINE_STOPS = "、；;"


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer is made from: the question, its weights, the ranked sentences and their articles."""

    question: Question
    weights: Weights
    ranked: Sequence[Ranked]
    articles: dict[str, Article]


def compose(material: Material) -> Composer:
    """Write the answer that fits the kind of question; `material.ranked` must not be empty."""
    composer = Composer(material.articles)
    kind = material.question.kind
    if kind is Kind.LIST and (found := _best_enumeration(material)):
        _say_list(composer, material, *found)
    elif kind is Kind.FACT:
        _say_fact(composer, material)
    elif kind is Kind.SUMMARY:
        _say_summary(composer, material)
    else:
        _say_sentences(composer, material)
    return composer


# --- one fact -------------------------------------------------------------------------------------


def _say_fact(composer: Composer, material: Material) -> None:
    room = FACT_CHARACTERS
    for number, ranked in enumerate(_few(material.ranked)):
        if number and room < 24:
            break
        words, source = _quoted(material, ranked, room)
        composer.say(bold(material.question, material.weights, words) if not number else words, [source])
        room -= len(words) + 2


def _few(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best sentence; where it is not sure, the next one or two that come near it."""
    best = ranked[0]
    if best.score >= _SURE:
        return [best]
    return [best] + [one for one in ranked[1:3] if one.score >= 0.6 * best.score]


def _quoted(material: Material, ranked: Ranked, limit: int) -> tuple[str, Source]:
    sentence = material.articles[ranked.article_id].text[ranked.start : ranked.end]
    start, end = trim(material.question, material.weights, sentence, limit)
    return _finish(plain(sentence[start:end])), Source(ranked.article_id, ranked.start, ranked.end)


def _finish(words: str) -> str:
    words = tidy(words)
    return words if words and words[-1] in "。！？!?…”’」』）)" else f"{words}。"


# --- several sentences ------------------------------------------------------------------------------


def _say_sentences(composer: Composer, material: Material) -> None:
    """The sentences that bear on the question, each adding something, in the order they are printed."""
    chosen = _cover(material, TEXT_CHARACTERS)
    room = TEXT_CHARACTERS
    for ranked in sorted(chosen, key=lambda one: (chosen[0].article_id != one.article_id, one.article_id, one.start)):
        words, source = _quoted(material, ranked, min(room, 160))
        composer.say(words, [source])
        room -= len(words)
        if room < 30:
            break


def _cover(material: Material, limit: int) -> list[Ranked]:
    """Greedy: the best sentence, then those near it in score that are its neighbours or cover new words."""
    best = material.ranked[0]
    chosen, seen, length = [best], _covered(material, best), best.end - best.start
    for ranked in material.ranked[1:8]:
        gain = material.weights.bigram_coverage(seen | _covered(material, ranked)) - material.weights.bigram_coverage(seen)
        near = ranked.article_id == best.article_id and ranked.score >= 0.5 * best.score
        if (near or (gain > 0.1 and ranked.score >= 0.3 * best.score)) and length + ranked.end - ranked.start <= limit:
            chosen.append(ranked)
            seen |= _covered(material, ranked)
            length += ranked.end - ranked.start
    return chosen


def _covered(material: Material, ranked: Ranked) -> frozenset[str]:
    return frozenset(bigrams(material.articles[ranked.article_id].text[ranked.start : ranked.end]))


def _say_summary(composer: Composer, material: Material) -> None:
    """The lead of the article that the question means, and its sentences nearest to the question."""
    article = material.articles[material.ranked[0].article_id]
    lead = article_sentences(article)[:2]
    best = [(one.start, one.end) for one in material.ranked[:4] if one.article_id == article.id]
    room = TEXT_CHARACTERS
    for start, end in sorted(set(lead + best)):
        low, high = trim(material.question, material.weights, article.text[start:end], min(room, 160))
        words = _finish(plain(article.text[start:end][low:high]))
        composer.say(words, [Source(article.id, start, end)])
        room -= len(words)
        if room < 30:
            break


# --- lists ------------------------------------------------------------------------------------------


def _best_enumeration(material: Material) -> tuple[Article, Enumeration] | None:
    """The enumeration that holds, or is announced by, one of the best sentences; the best-scored one."""
    options: list[tuple[float, Article, Enumeration]] = []
    for article_id in dict.fromkeys(ranked.article_id for ranked in material.ranked[:3]):
        article = material.articles[article_id]
        for enumeration in find_enumerations(article.text, article.body_start):
            value = _relevance(material, article, enumeration)
            if value > 0:
                options.append((value, article, enumeration))
    if not options:
        return None
    value, article, enumeration = max(options, key=lambda option: option[0])
    return (article, enumeration) if value >= 0.5 * material.ranked[0].score else None


def _relevance(material: Material, article: Article, enumeration: Enumeration) -> float:
    """The best score among the introduction and the heads of the items; the announced number agreeing helps."""
    heads = [item.head for item in enumeration.items]
    places = heads + ([enumeration.introduction] if enumeration.introduction else [])
    scores = [
        ranked.score
        for ranked in material.ranked[:6]
        if ranked.article_id == article.id and any(overlap((ranked.start, ranked.end), place) for place in places)
    ]
    if not scores or _is_inline_list(material, article, enumeration):
        return 0.0
    introduction = article.text[slice(*enumeration.introduction)] if enumeration.introduction else ""
    announced = material.weights.bigram_coverage(frozenset(bigrams(introduction)))
    same_count = material.question.count == len(enumeration.items)
    return max(scores) + 0.3 * announced + 0.3 * same_count


def _is_inline_list(material: Material, article: Article, enumeration: Enumeration) -> bool:
    """Whether the best sentence lies inside one item and lists the answer itself: then the items are too much."""
    best = material.ranked[0]
    if best.article_id != article.id:
        return False
    sentence = article.text[best.start : best.end]
    inside = any(item.head[1] <= best.start and best.end <= item.end for item in enumeration.items)
    return inside or (
        any(item.start <= best.start and best.end <= item.end for item in enumeration.items)
        and material.weights.bigram_coverage(frozenset(bigrams(sentence))) > 0.7
        and sum(sentence.count(stop) for stop in _INLINE_STOPS) >= 2
    )


def _say_list(composer: Composer, material: Material, article: Article, enumeration: Enumeration) -> None:
    sentences = article_sentences(article)
    total = f"共 {len(enumeration.items)} 条"
    if enumeration.introduction:
        introduction = _sentence_at(sentences, enumeration.introduction[0])
        words = tidy(plain(article.text[slice(*enumeration.introduction)]).strip("—-。 "))
        composer.say(f"{words}，{total}：", [Source(article.id, *introduction)])
    for number, item in enumerate(enumeration.items, start=1):
        first = _sentence_at(sentences, item.head[0])
        composer.item(number, _item_text(material, article, item.head, first), [Source(article.id, *first)])


def _sentence_at(sentences: Sequence[Span], position: int) -> Span:
    """The sentence that holds a position, else the nearest before it."""
    return max((span for span in sentences if span[0] <= position), default=sentences[0])


def _item_text(material: Material, article: Article, head: Span, sentence: Span) -> str:
    """The head in bold, then as much of its sentence as fits."""
    lead = plain(article.text[head[0] : head[1]]).strip(" *是")
    rest = article.text[head[1] : sentence[1]]
    start, end = (0, min(len(rest), ITEM_CHARACTERS))
    if len(rest) > ITEM_CHARACTERS:
        end = max(rest.rfind(stop, 0, ITEM_CHARACTERS) for stop in "，,；;、。")
    return _finish(f"**{lead}**{plain(rest[start : max(end, 0)])}")
