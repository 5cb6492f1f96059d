"""Is a claim a copy of its source but for a word that was put in place of another?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from rag.answer.claims import compact
from rag.answer.words import listed
from rag.index.analyze import HAN, Word, normalize, tagged_words

Clause = tuple[Word, ...]
Exchanged = tuple[tuple[tuple[str, ...], float], ...]

_NEAR, _COPY = 0.55, 0.8
_SPLIT = re.compile(r"[,，。;；!！?？:：\n]")
_PROPER = ("nr", "ns", "nt", "nz", "eng", "x")
# kinds of words that may not stand for each other, with the least likeness of the clauses
_PROPER_KINDS: Exchanged = ((_PROPER, 0.55), (("t",), 0.55))
_ALL_KINDS: Exchanged = (*_PROPER_KINDS, (("n", "j", "x"), 0.75))
_VOICE = ("被", "由", "把", "将", "对", "向", "给")
_JOINT = re.compile("[与和及跟]")
_LISTING = re.compile("[和与及、]")
_CONTENT = ("n", "v", "a", "x", "eng", "j", "i", "l")
_SHORTEST = 4


def copied(claim: str, sources: Sequence[str]) -> bool:
    """Tell whether the claim is a run of whole clauses of one source, word for word."""
    wanted = [compact(clause) for clause in _SPLIT.split(claim)]
    wanted = [clause for clause in wanted if clause]
    return bool(wanted) and any(_runs_in(wanted, source) for source in sources)


def replaced(claim: str, sources: Sequence[str], known: str = "") -> list[str]:
    """Return the words of the claim that stand where a nearly equal clause of the source has other ones.

    A word of `known` (title, question) may stand for a common noun: 远航股份 for 公司.
    """
    stated = [clause for source in sources for clause in _clauses(source)]
    pairs = [(clause, _nearest(clause, stated)) for clause in _clauses(claim)]
    wrong: list[str] = []
    for clause, nearest in pairs:
        alike = likeness(_letters(clause), _letters(nearest))
        wrong += _put_in(clause, nearest, alike, normalize(known)) if alike >= _NEAR else []
        wrong += _changed_places(clause, nearest, alike)
    return wrong + _exchanged(pairs)


def likeness(one: str, other: str) -> float:
    """Return the share of characters that two texts have in the same order, 0 where it is below half."""
    matcher = SequenceMatcher(None, one, other, False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR else 0.0


def _runs_in(wanted: Sequence[str], source: str) -> bool:
    clauses = [clause for clause in (compact(clause) for clause in _SPLIT.split(source)) if clause]
    return any(clauses[at : at + len(wanted)] == list(wanted) for at in range(len(clauses) - len(wanted) + 1))


@lru_cache(maxsize=2048)
def _clauses(text: str) -> tuple[Clause, ...]:
    """Return the words of each clause, punctuation left out."""
    found: list[list[Word]] = [[]]
    for word in tagged_words(text):
        if _SPLIT.fullmatch(word.text):
            found.append([])
        elif re.search(rf"[\w{HAN}]", word.text) and not word.tag.startswith("u"):
            found[-1].append(word)
    return tuple(tuple(clause) for clause in found if sum(len(word.text) for word in clause) >= _SHORTEST)


def _nearest(clause: Clause, stated: Sequence[Clause]) -> Clause:
    return max(stated, key=lambda other: SequenceMatcher(None, _letters(clause), _letters(other)).ratio(), default=())


def _letters(clause: Clause) -> str:
    return "".join(word.text for word in clause)


def _put_in(clause: Clause, nearest: Clause, alike: float, known: str) -> list[str]:
    new, old = [word.text for word in clause], [word.text for word in nearest]
    wrong = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, False).get_opcodes():
        least = _ALL_KINDS if "".join(new[new_from:new_to]) not in known else _PROPER_KINDS
        changed = {*new[new_from:new_to], *old[old_from:old_to]}
        if kind in {"insert", "delete"} and alike >= _COPY and changed & set(listed("names", "prefixes")):
            wrong.append("".join(changed))
        if kind == "replace" and _other_name(nearest[old_from:old_to], clause[new_from:new_to], alike, least):
            wrong.append("".join(new[new_from:new_to]))
    return wrong


def _other_name(lost: Clause, added: Clause, alike: float, exchanged: Exchanged) -> bool:
    """Tell whether words stand in place of others of their kind: a name of a name, 去年 of 今年, a noun of a noun."""
    before, after = _letters(lost), _letters(added)
    if _other_office(before, after):
        return True
    if _abbreviates(before, after) or _same_time(before, after) or _JOINT.sub("", before) == _JOINT.sub("", after):
        return False
    for kinds, least in exchanged:
        gone = any(word.tag.startswith(kinds) and word.text not in after for word in lost)
        come = any(word.tag.startswith(kinds) and word.text not in before for word in added)
        if alike >= least and gone and come:
            return True
    return False


def _exchanged(pairs: Sequence[tuple[Clause, Clause]]) -> list[str]:
    """Return the words that two clauses have exchanged: 新增甲,停招乙 told as 新增乙,停招甲."""
    moved = []
    for clause, nearest in pairs:
        here, there = (
            frozenset(word.text for word in one if word.tag.startswith(_CONTENT)) for one in (clause, nearest)
        )
        moved.append((here - there, there - here))
    wrong: list[str] = []
    for at, (come, gone) in enumerate(moved):
        for other_come, other_gone in moved[at + 1 :]:
            if come & other_gone and gone & other_come:
                wrong += [*sorted(come & other_gone), *sorted(gone & other_come)]
    return wrong


def _changed_places(clause: Clause, nearest: Clause, alike: float) -> list[str]:
    """Return the names that two nearly equal clauses have in another order, lists aside: 甲胜乙, 乙胜甲."""
    if _LISTING.search(_letters(clause)) or any(
        (word in _letters(clause)) != (word in _letters(nearest)) for word in _VOICE
    ):
        return []
    swapped = [(one.text, other.text) for one, other in zip(clause, nearest, strict=False) if one.text != other.text]
    if len(clause) == len(nearest) and len(swapped) == 2 and swapped[0] == swapped[1][::-1]:
        return [swapped[0][0]]
    here, there = _order(clause, nearest), _order(nearest, clause)
    if alike < _COPY or here == there or sorted(here) != sorted(there):
        return []
    return [one for one, other in zip(here, there, strict=True) if one != other]


def _order(clause: Clause, other: Clause) -> list[str]:
    common = {word.text for word in other}
    return [word.text for word in clause if word.tag.startswith(_PROPER) and word.text in common]


def _same_time(one: str, other: str) -> bool:
    now = listed("names", "now")
    return one in now and other in now


def _abbreviates(one: str, other: str) -> bool:
    """Tell whether the characters of the shorter stand in the longer in order: 北京大学, 北大."""
    short, long = sorted((one, other), key=len)
    characters = iter(long)
    return all(character in characters for character in short)


def _other_office(one: str, other: str) -> bool:
    """Tell whether one is the other with 副, 原, 代, … before it."""
    short, long = sorted((one, other), key=len)
    return short != long and long.endswith(short) and long.removesuffix(short) in listed("names", "prefixes")
