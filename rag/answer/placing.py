"""Does a number, date or name stand by the same thing in the claim as in the source?

A pair that changed places (甲3家、乙5家 told as 甲5家、乙3家) leaves every word in the source; only what stands near
each of them tells. Each mention is therefore compared with the source's mentions of its kind by the words around.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from rag.answer.claims import AMOUNT, DATE, LITERAL, ORGANISATION, PERSON, PLACE, TITLE, Mention, amount, date, mentions
from rag.answer.numbers import Date
from rag.answer.units import bounds_agree, units_agree
from rag.index.analyze import FUNCTION_CHARACTERS, HAN, normalize
from rag.types import Span

_EDGE = re.compile(r"(?P<sentence>[。!?\n])|(?P<clause>[,:;()])|(?P<item>[、 ]|和|与|以及|及)")
_BEFORE = (1.0, 0.3, 0.1, 0.03)
_AFTER = (1.0, 0.1, 0.03, 0.01)
_ITEM_WEIGHT = 0.3
_CHARACTER_WEIGHT = 0.3
_SIDE_WEIGHT = 0.5
_PAIRED_WEIGHT = 2.0
_NOT_GOVERNING = 0.3
# kind: how many times better another mention must fit, and the least share of the context that it explains
_CLEARLY_BETTER = dict.fromkeys((PERSON, PLACE, ORGANISATION, TITLE, LITERAL), (1.6, 0.45)) | {
    AMOUNT: (1.25, 0.0),
    DATE: (1.6, 0.1),
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
    rarity = Counter(feature for context in around_source for feature in context)
    wrong = []
    for mention, context in zip(claimed, around_claim, strict=True):
        own = best = -1.0
        for other, near in zip(stated, around_source, strict=True):
            if _comparable(mention, other):
                shared = _overlap(context, near, rarity)
                best = max(best, shared)
                own = max(own, shared) if same_value(mention, other) else own
        better, enough = _CLEARLY_BETTER[mention.kind]
        known = _known(context, rarity)
        if own >= 0 and best > own * better + 1e-9 and best >= enough * _overlap(known, known, rarity):
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


def _hollow(pair: str) -> bool:
    return pair[0] in FUNCTION_CHARACTERS or pair[1] in FUNCTION_CHARACTERS


def _comparable(one: Mention, other: Mention) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == AMOUNT:
        return units_agree(amount(one).unit, amount(other).unit)
    return True


def _overlap(one: Context, other: Context, rarity: Counter[str]) -> float:
    """Return the product of two contexts, the second made unit length, so that a copy's own context wins."""
    length = math.sqrt(sum(weight * weight / max(rarity[feature], 1) for feature, weight in other.items())) or 1.0
    shared = (weight * other[feature] / max(rarity[feature], 1) for feature, weight in one.items() if feature in other)
    return sum(shared) / length


def _known(context: Context, rarity: Counter[str]) -> Context:
    return {feature: weight for feature, weight in context.items() if feature in rarity}


def _contexts(text: str, found: Sequence[Mention], sided: bool) -> list[Context]:
    plain = normalize(text)
    near = features(text)
    edges = [(match.start(), str(match.lastgroup)) for match in _EDGE.finditer(plain)]
    paired = _respectively(plain, found)
    contexts = []
    for at, mention in enumerate(found):
        weigh = _date_weight(plain, mention, found) if mention.kind == DATE else _edge_weight(mention, edges)
        contexts.append(_context(mention, near, weigh, paired.get(at), sided and mention.kind in _NAMES))
    return contexts


def _context(mention: Mention, near: Sequence[Feature], weigh: Weigh, item: Span | None, sided: bool) -> Context:
    context: dict[str, float] = {}
    for feature, place in near:
        if mention.start <= place < mention.end:
            continue
        weight = _PAIRED_WEIGHT if item and item[0] <= place < item[1] else weigh(place)
        weight *= _CHARACTER_WEIGHT if len(feature) == 1 else 1.0
        context[feature] = max(context.get(feature, 0.0), weight)
        if sided and weight == 1.0:
            context[("<" if place < mention.start else ">") + feature] = _SIDE_WEIGHT
    return context


def _edge_weight(mention: Mention, edges: Sequence[tuple[int, str]]) -> Weigh:
    """Near means: few commas between, none of 、和 between, and rather before than after."""

    def weigh(place: int) -> float:
        low, high = (place, mention.start) if place < mention.start else (mention.end - 1, place)
        between = [kind for at, kind in edges if low <= at < high]
        clauses = between.count("clause") + 2 * between.count("sentence")
        weights = _BEFORE if place < mention.start else _AFTER
        return weights[min(clauses, len(weights) - 1)] * (_ITEM_WEIGHT if "item" in between else 1.0)

    return weigh


def _date_weight(plain: str, mention: Mention, found: Sequence[Mention]) -> Weigh:
    """A date rules over what follows it until the next date; 与2019年同期相比 rules over nothing."""
    governing = [other.start for other in found if other.kind == DATE and _governs(plain, other)]
    end = min((start for start in governing if start > mention.start), default=len(plain))
    strength = 1.0 if _governs(plain, mention) else _NOT_GOVERNING
    clause = max((match.end() for match in re.finditer(r"[,。;!?\n]", plain[: mention.start])), default=0)

    def weigh(place: int) -> float:
        if mention.end <= place < end:
            return strength
        return strength * (_BEFORE[1] if clause <= place < mention.start else _BEFORE[3])

    return weigh


def _governs(plain: str, mention: Mention) -> bool:
    before, after = plain[: mention.start], plain[mention.end : mention.end + 8]
    return not (_COMPARED.search(before) or _COMPARISON.search(after))


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
