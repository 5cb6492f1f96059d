"""Does a number, date or name stand by the same thing in the claim as in the source?

A pair that changed places (甲3家、乙5家 told as 甲5家、乙3家) leaves every word in the source; only what stands near
each of them tells. Each mention is therefore compared with the source's mentions of its kind by the words around.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from rag.answer.claims import AMOUNT, DATE, LITERAL, ORGANISATION, PERSON, PLACE, TITLE, Mention, amount, date, mentions
from rag.answer.numbers import Date
from rag.answer.units import bounds_agree, units_agree
from rag.index.analyze import FUNCTION_CHARACTERS, HAN, normalize, tagged_words
from rag.types import Span

_EDGE = re.compile(r"(?P<sentence>[。!?\n])|(?P<clause>[,;()](?!即|就是|是指|指的?是))|(?P<item>[、 ]|和|与|以及|及)")
_BEFORE = (1.0, 0.3, 0.1, 0.03)
_AFTER = (1.0, 0.1, 0.03, 0.01)
_ITEM_WEIGHT = 0.3
_PAIR_WEIGHT = 0.3
_EMPTY = frozenset("xuepcyw")  # tags of marks, particles, prepositions, conjunctions
_SIDE_WEIGHT = 0.5
_PAIRED_WEIGHT = 2.0
_VALUE_WEIGHT = 2.0
_NOT_GOVERNING = 0.3
_SAME_CLAUSE = 0.6
_NEXT_SENTENCE = 0.5
_TOPIC_WEIGHT, _TOPIC_LENGTH = 0.4, 8
# kind: how many times better another mention must fit, and by how much at least
_CLEARLY_BETTER = dict.fromkeys((PERSON, PLACE, ORGANISATION, LITERAL), (1.5, 0.6)) | {
    TITLE: (1.5, 0.4),
    AMOUNT: (1.2, 0.15),
    DATE: (1.4, 0.3),
}
_COMPARED = re.compile(r"[比较同与](?:去年|上年)?$")
_COMPARISON = re.compile(r"同期|基数|基础|相比|以来|(?:年)?版|规划")
_NAMES = frozenset({PERSON, PLACE, ORGANISATION})
_RESPECTIVELY = re.compile(r"分别(?:是|为|达到|达|有)?|依次(?:是|为)?")

Context = Mapping[str, float]
Feature = tuple[str, int]
Weigh = Callable[[int], float]


def misplaced(claim: str, source: str) -> list[str]:
    """Return the mentions of the claim that the source has, but by something else."""
    claimed, stated = mentions(claim), mentions(source)
    sided = ("被" in claim) == ("被" in source)
    around_claim, around_source = _contexts(claim, claimed, sided), _contexts(source, stated, sided)
    wrong = []
    for mention, context in zip(claimed, around_claim, strict=True):
        rivals = [
            (other, near) for other, near in zip(stated, around_source, strict=True) if _comparable(mention, other)
        ]
        own = [near for other, near in rivals if same_value(mention, other)]
        if not own:
            continue
        rarity = Counter(feature for _, near in rivals for feature in near)
        nearest = max(own, key=lambda near: _overlap(context, near, near, rarity))
        others = [near for other, near in rivals if not same_value(mention, other)]
        if any(_better(mention.kind, context, near, nearest, rarity) for near in others):
            wrong.append(mention.text)
    return wrong


def same_value(claimed: Mention, stated: Mention) -> bool:
    """Tell whether the claimed mention says what the stated one says."""
    if claimed.kind == AMOUNT and stated.kind == AMOUNT:
        one, other = amount(claimed), amount(stated)
        return (
            one.value == other.value
            and units_agree(one.unit, other.unit)
            and one.unit.startswith("第") == other.unit.startswith("第")
            and bounds_agree(one.bound, other.bound)
        )
    if claimed.kind == DATE and stated.kind == DATE:
        return dates_agree(date(claimed), date(stated))
    return claimed.key == stated.key


def dates_agree(claimed: Date, stated: Date) -> bool:
    """Tell whether everything the claimed date says is said by the stated one."""
    parts = ((claimed.year, stated.year), (claimed.month, stated.month), (claimed.day, stated.day))
    return all(mine is None or mine == theirs for mine, theirs in parts)


@lru_cache(maxsize=4096)
def features(text: str) -> tuple[Feature, ...]:
    """Return the words and Han bigrams of a text with their places: what a context is compared by."""
    plain = normalize(text)
    found = [(match.group(), match.start()) for match in re.finditer(r"[a-z][a-z0-9.+-]*", plain)]
    for match in re.finditer(f"[{HAN}]+", plain):
        run, start = match.group(), match.start()
        found += [(run[at : at + 2], start + at) for at in range(len(run) - 1) if not _hollow(run[at : at + 2])]
        found += [(character, start + at) for at, character in enumerate(run) if character not in FUNCTION_CHARACTERS]
    return tuple(found)


@lru_cache(maxsize=4096)
def _marks(text: str) -> tuple[tuple[str, int, float], ...]:
    """Return what a context is compared by: content words, and Han bigrams for where words are cut differently."""
    found = [
        (word.text, word.start, 1.0)
        for word in tagged_words(text)
        if word.tag[:1] not in _EMPTY and word.text not in FUNCTION_CHARACTERS
    ]
    return tuple(found + [(f"~{pair}", place, _PAIR_WEIGHT) for pair, place in features(text) if len(pair) == 2])


def _hollow(pair: str) -> bool:
    return pair[0] in FUNCTION_CHARACTERS or pair[1] in FUNCTION_CHARACTERS


def _comparable(one: Mention, other: Mention) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == AMOUNT:
        return units_agree(amount(one).unit, amount(other).unit)
    return True


def _better(kind: str, context: Context, rival: Context, own: Context, rarity: Counter[str]) -> bool:
    """Tell whether the claim's context fits the rival's clearly better than its own, by what tells the two apart."""
    ratio, least = _CLEARLY_BETTER[kind]
    return _overlap(context, rival, own, rarity) > ratio * _overlap(context, own, rival, rarity) + least


def _overlap(claim: Context, one: Context, other: Context, rarity: Counter[str]) -> float:
    """Return how much of the claim's context one has more than the other; all of it where they are the same."""
    same = one is other
    return sum(
        weight * max(one[feature] - (0.0 if same else other.get(feature, 0.0)), 0.0) / rarity[feature]
        for feature, weight in claim.items()
        if feature in one
    )


def _contexts(text: str, found: Sequence[Mention], sided: bool) -> list[Context]:
    plain = normalize(text)
    near = _marks(text)
    edges = [(match.start(), str(match.lastgroup)) for match in _EDGE.finditer(plain)]
    paired = _respectively(plain, found)
    contexts: list[Context] = []
    for at, mention in enumerate(found):
        weigh = _date_weight(plain, mention, found) if mention.kind == DATE else _edge_weight(mention, edges)
        context: dict[str, float] = _context(mention, near, weigh, paired.get(at), sided and mention.kind in _NAMES)
        outside = [other for other in found if other.kind == AMOUNT and not mention.start <= other.start < mention.end]
        for other in outside if mention.kind != AMOUNT else ():
            context[_value(other)] = max(context.get(_value(other), 0.0), _VALUE_WEIGHT * weigh(other.start))
        contexts.append(context)
    return contexts


def _context(
    mention: Mention, near: Sequence[tuple[str, int, float]], weigh: Weigh, item: Span | None, sided: bool
) -> dict[str, float]:
    context: dict[str, float] = {}
    for feature, place, share in near:
        if mention.start <= place < mention.end:
            continue
        weight = _PAIRED_WEIGHT if item and item[0] <= place < item[1] else weigh(place)
        context[feature] = max(context.get(feature, 0.0), weight * share)
        if sided and weight == 1.0 and share == 1.0:
            context[("<" if place < mention.start else ">") + feature] = _SIDE_WEIGHT
    return context


def _value(mention: Mention) -> str:
    quantity = amount(mention)
    return f"{quantity.value.normalize()}{quantity.unit}"


def _edge_weight(mention: Mention, edges: Sequence[tuple[int, str]]) -> Weigh:
    """Near means: few commas between, none of 、和 between, rather before than after; the topic is never far."""
    topic = max((at + 1 for at, kind in edges if kind == "sentence" and at < mention.start), default=0)

    def weigh(place: int) -> float:
        low, high = (place, mention.start) if place < mention.start else (mention.end - 1, place)
        between = [kind for at, kind in edges if low <= at < high]
        clauses = between.count("clause") + 2 * between.count("sentence")
        weights = _BEFORE if place < mention.start else _AFTER
        weight = weights[min(clauses, len(weights) - 1)] * (_ITEM_WEIGHT if "item" in between else 1.0)
        return max(weight, _TOPIC_WEIGHT) if topic <= place < min(topic + _TOPIC_LENGTH, mention.start) else weight

    return weigh


def _date_weight(plain: str, mention: Mention, found: Sequence[Mention]) -> Weigh:
    """A date rules over what follows it until the next date; 与2019年同期相比 rules over nothing."""
    later = [other.start for other in found if other.kind == DATE and other.start > mention.start]
    following = min((start for start in later if _governs(plain, found, start)), default=len(plain))
    end = max(_clause_start(plain, following), mention.end) if following < len(plain) else following
    sentence = min((match.end() for match in re.finditer(r"[。!?\n]", plain) if match.end() > mention.end), default=end)
    strength = 1.0 if _governs(plain, found, mention.start) else _NOT_GOVERNING
    clause = _clause_start(plain, mention.start)

    def weigh(place: int) -> float:
        if mention.end <= place < end:
            return strength * (1.0 if place < sentence else _NEXT_SENTENCE)
        return strength * (_SAME_CLAUSE if clause <= place < mention.start else _BEFORE[3])

    return weigh


def _governs(plain: str, found: Sequence[Mention], start: int) -> bool:
    mention = next(one for one in found if one.kind == DATE and one.start == start)
    before, after = plain[:start], plain[mention.end : mention.end + 8]
    return not (_COMPARED.search(before) or _COMPARISON.search(after))


def _clause_start(plain: str, place: int) -> int:
    return max((match.end() for match in re.finditer(r"[,。;!?\n]", plain[:place])), default=0)


def _respectively(plain: str, found: Sequence[Mention]) -> dict[int, Span]:
    """Map the k-th amount after 分别 to the span of the k-th item before it."""
    match = _RESPECTIVELY.search(plain)
    if not match:
        return {}
    amounts = [at for at, mention in enumerate(found) if mention.kind == AMOUNT and mention.start >= match.end() - 1]
    head = re.split("[。;!?]", plain[: match.start()])[-1]
    start = match.start() - len(head)
    cuts = (
        [cut.span() for cut in re.finditer("[、,]|和|与|及", head)][-(len(amounts) - 1) :] if len(amounts) > 1 else []
    )
    if len(cuts) != len(amounts) - 1 or not cuts:
        return {}
    edges = [max(0, cuts[0][0] - 12), *[edge for cut in cuts for edge in cut], len(head)]
    spans = [(start + edges[2 * k], start + edges[2 * k + 1]) for k in range(len(amounts))]
    return dict(zip(amounts, spans, strict=True))
