"""An answer made of source sentences, without a language model."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.composer import Composer, Source, plain
from rag.answer.evidence import Ranked
from rag.answer.lists import announced_by_best, best_enumeration, lists_near, named_item, say_item, say_list
from rag.answer.material import Material, finish
from rag.answer.polarity import turned
from rag.answer.questions import Kind
from rag.answer.trim import bold, trim
from rag.corpus.chunk import article_sentences
from rag.index.analyze import bigrams, normalize, tagged_words
from rag.types import Span

FACT_CHARACTERS = 104  # an answer to a question for one fact, marks and stops aside
TEXT_CHARACTERS = 320  # why, how, definition, summary
SENTENCE_CHARACTERS = 160
_SAME = 0.8  # share of a sentence's pairs that another prints
_TELLING = ("n", "m", "t", "x", "eng", "j")  # tags
_SHORT = 24  # no room for another sentence
_SURE = 0.6  # a first sentence above this needs no second beside it

_MAY_LIST = frozenset({Kind.LIST, Kind.DEFINITION, Kind.HOW})
_LIST_CHARACTERS = 480  # a list that is told in running sentences
_INLINE = 2  # stops of an enumeration within one sentence
_BEFORE = 0.5  # share of the best sentence's coverage that a sentence before it needs
_HEADINGS_AMONG = 4  # best sentences
_NAMED = 0.3  # share of the question that a heading must name
_SHARE = {Kind.HOW: 0.12, Kind.LIST: 0.12, Kind.WHY: 0.3, Kind.DEFINITION: 0.3, Kind.YES_NO: 0.5}


def compose(material: Material) -> Composer:
    """Write the answer that fits the kind of question."""
    composer = Composer(material.articles)
    kind = material.question.kind
    lists = lists_near(material) if kind in _MAY_LIST else []
    item = named_item(material, lists)
    found = None if item else best_enumeration(material, lists)
    if item:
        say_item(composer, item)
    elif found and (kind is Kind.LIST or announced_by_best(material, found)):
        say_list(composer, material, found)
    elif kind is Kind.FACT:
        _say_fact(composer, material)
    elif kind is Kind.SUMMARY:
        _say_summary(composer, material)
    else:
        _say_sentences(composer, material)
    return composer


def _say_fact(composer: Composer, material: Material) -> None:
    """The best sentence; where it is not sure, the next one or two that come near it."""
    best, *others = [one for one in material.ranked if not material.is_heading(one)][:3] or [material.ranked[0]]
    near = [] if best.score >= _SURE else [one for one in others if one.score >= 0.6 * best.score]
    room = FACT_CHARACTERS
    for ranked, *again in _without_repetition(material, [best, *near]):
        if room < _SHORT:
            break
        words, source = material.quoted(ranked, room)
        told = bold(material.question, material.weights, words) if ranked is best else words
        twins = [one for one in again if _adds_nothing(material, one, ranked)]
        composer.say(told, [source, *(Source(one.article_id, one.start, one.end) for one in twins)])
        room -= len(words)


def _without_repetition(material: Material, chosen: Sequence[Ranked]) -> list[list[Ranked]]:
    """Return each sentence followed by those after it that add nothing to it."""
    groups: list[list[Ranked]] = []
    for ranked in chosen:
        group = next((group for group in groups if _adds_nothing(material, group[0], ranked)), None)
        if group is None:
            groups.append([ranked])
        else:
            group.append(ranked)
    return groups


def _adds_nothing(material: Material, told: Ranked, other: Ranked) -> bool:
    """Tell whether a sentence is a part of what is told but for a few words, none a name, a thing or a figure."""
    here, there = _terms(material, told), _terms(material, other)
    if len(here & there) < _SAME * max(len(there), 1) or turned(material.text(other), material.text(told)):
        return False
    printed = normalize(material.text(told))
    return all(word.text in printed for word in tagged_words(material.text(other)) if word.tag.startswith(_TELLING))


def _say_sentences(composer: Composer, material: Material) -> None:
    """The sentences that bear on the question, each adding something, in the order they are printed."""
    chosen = _cover(material)
    room = _room(material)
    for ranked in sorted(chosen, key=lambda one: (chosen[0].article_id != one.article_id, one.article_id, one.start)):
        words, source = material.quoted(ranked, min(room, SENTENCE_CHARACTERS))
        composer.say(words, [source])
        room -= len(words)
        if room < _SHORT:
            break


def _cover(material: Material) -> list[Ranked]:
    """What stands under a heading that names the question; else the best sentence with what belongs to it."""
    candidates = [one for one in material.ranked if not material.is_heading(one)] or list(material.ranked)
    return _under_heading(material, candidates) or _around_best(material, candidates)


def _around_best(material: Material, candidates: list[Ranked]) -> list[Ranked]:
    """Greedy: the best sentence, its neighbours, and what covers words of the question that it does not."""
    best = candidates[0]
    chosen, seen, room = [best], _terms(material, best), _room(material) - (best.end - best.start)
    least = _SHARE.get(material.question.kind, 0.4) * best.score
    for ranked in candidates[1:10]:
        gain = material.weights.bigram_coverage(seen | _terms(material, ranked)) - material.weights.bigram_coverage(
            seen
        )
        near = _follows(ranked, best) and (ranked.start > best.start or _as_close(material, ranked, best))
        wanted = ranked.score >= least and (near or gain > 0.1)
        if wanted and ranked.end - ranked.start <= room:
            chosen.append(ranked)
            seen |= _terms(material, ranked)
            room -= ranked.end - ranked.start
    chosen += _rest_of_list(material, candidates, best, chosen)
    return chosen + _holes(candidates, chosen, room)


def _room(material: Material) -> int:
    return _LIST_CHARACTERS if material.question.kind is Kind.LIST else TEXT_CHARACTERS


def _rest_of_list(material: Material, candidates: list[Ranked], best: Ranked, chosen: list[Ranked]) -> list[Ranked]:
    """What follows the best sentence: the next one for a how, the paragraph where a list is wanted and not yet told."""
    if material.question.kind is Kind.HOW:
        return [one for one in candidates if _directly_after(one, best) and one not in chosen]
    if material.question.kind is not Kind.LIST or material.text(best).count("、") >= _INLINE:
        return []
    text = material.articles[best.article_id].text
    line_end = text.find("\n", best.end)
    stop = min(len(text) if line_end < 0 else line_end, best.start + _LIST_CHARACTERS)
    following = [one for one in candidates if one.article_id == best.article_id and best.end <= one.start < stop]
    return [one for one in following if one not in chosen]


def _directly_after(ranked: Ranked, best: Ranked) -> bool:
    return ranked.article_id == best.article_id and 0 <= ranked.start - best.end < 2


def _as_close(material: Material, ranked: Ranked, best: Ranked) -> bool:
    """Whether a sentence before the best one names half as much of the question."""
    named = material.weights.bigram_coverage(_terms(material, ranked))
    return named >= _BEFORE * material.weights.bigram_coverage(_terms(material, best))


def _holes(candidates: list[Ranked], chosen: list[Ranked], room: int) -> list[Ranked]:
    """Sentences that stand between two chosen neighbours, as far as there is room."""
    found = []
    for ranked in candidates:
        before = any(one.article_id == ranked.article_id and 0 <= ranked.start - one.end < 3 for one in chosen)
        after = any(one.article_id == ranked.article_id and 0 <= one.start - ranked.end < 3 for one in chosen)
        if before and after and ranked not in chosen and ranked.end - ranked.start <= room:
            found.append(ranked)
            room -= ranked.end - ranked.start
    return found


def _under_heading(material: Material, candidates: list[Ranked]) -> list[Ranked]:
    """The sentences under a well-ranked heading that names what is asked, where the best sentence is one of them."""
    for heading in filter(material.is_heading, material.ranked[:_HEADINGS_AMONG]):
        section = _section(material, heading)
        if candidates[0] in section and material.weights.bigram_coverage(_terms(material, heading)) >= _NAMED:
            return section
    return []


def _section(material: Material, heading: Ranked) -> list[Ranked]:
    """The sentences after a heading up to the next one, as far as there is room."""
    article = [one for one in material.ranked if one.article_id == heading.article_id and one.start > heading.start]
    chosen: list[Ranked] = []
    room = TEXT_CHARACTERS
    for ranked in sorted(article, key=lambda one: one.start):
        room -= ranked.end - ranked.start
        if material.is_heading(ranked) or room < 0:
            break
        chosen.append(ranked)
    return chosen


def _follows(ranked: Ranked, anchor: Ranked) -> bool:
    """Whether a sentence stands near the anchor in the same article."""
    gap = max(ranked.start - anchor.end, anchor.start - ranked.end)
    return ranked.article_id == anchor.article_id and gap <= TEXT_CHARACTERS / 2


def _terms(material: Material, ranked: Ranked) -> frozenset[str]:
    return frozenset(bigrams(material.text(ranked)))


def _say_summary(composer: Composer, material: Material) -> None:
    """The lead of the article that the question means, and its sentences nearest to the question."""
    article = material.articles[material.ranked[0].article_id]
    lead = article_sentences(article)[:2]
    best: list[Span] = [(one.start, one.end) for one in material.ranked[:5] if one.article_id == article.id]
    room = TEXT_CHARACTERS
    for start, end in sorted(set(lead + best)):
        sentence = article.text[start:end]
        low, high = trim(material.question, material.weights, sentence, min(room, SENTENCE_CHARACTERS))
        words = finish(plain(sentence[low:high]))
        composer.say(words, [Source(article.id, start, end)])
        room -= len(words)
        if room < _SHORT:
            break
