"""Is a claim a copy of its source but for a word that was put in place of another?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from rag.answer.claims import compact
from rag.answer.words import listed
from rag.index.analyze import HAN, Word, tagged_words

_NEAR, _COPY = 0.55, 0.8
_SPLIT = re.compile(r"[,，。;；!！?？:：\n]")
_PROPER = ("nr", "ns", "nt", "nz", "eng", "x")
_EXCHANGED = ((_PROPER, 0.55), (("t",), 0.55), (("n", "j", "x"), 0.85))  # kinds of words, least likeness of clauses
_VOICE = ("被", "由", "把", "将", "对", "向", "给")
_LISTING = re.compile("[和与及、]")
_SHORTEST = 4


def copied(claim: str, sources: Sequence[str]) -> bool:
    """Tell whether the claim is a run of whole clauses of one source, word for word."""
    wanted = [compact(clause) for clause in _SPLIT.split(claim)]
    wanted = [clause for clause in wanted if clause]
    return bool(wanted) and any(_runs_in(wanted, source) for source in sources)


def replaced(claim: str, sources: Sequence[str]) -> list[str]:
    """Return the words of the claim that stand where a nearly equal clause of the source has other ones."""
    stated = [clause for source in sources for clause in _clauses(source)]
    wrong: list[str] = []
    for clause in _clauses(claim):
        nearest = max(stated, key=lambda other: likeness(_letters(clause), _letters(other)), default=())
        alike = likeness(_letters(clause), _letters(nearest))
        if alike >= _NEAR and clause not in stated:
            wrong += _put_in(clause, nearest, alike)
            wrong += _changed_places(clause, nearest) if alike >= _COPY else []
    return wrong


def likeness(one: str, other: str) -> float:
    """Return the share of characters that two texts have in the same order, 0 where it is below half."""
    matcher = SequenceMatcher(None, one, other, False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR else 0.0


def _runs_in(wanted: Sequence[str], source: str) -> bool:
    clauses = [clause for clause in (compact(clause) for clause in _SPLIT.split(source)) if clause]
    return any(clauses[at : at + len(wanted)] == list(wanted) for at in range(len(clauses) - len(wanted) + 1))


@lru_cache(maxsize=2048)
def _clauses(text: str) -> tuple[tuple[Word, ...], ...]:
    """Return the words of each clause, punctuation left out."""
    found: list[list[Word]] = [[]]
    for word in tagged_words(text):
        if _SPLIT.fullmatch(word.text):
            found.append([])
        elif re.search(rf"[\w{HAN}]", word.text):
            found[-1].append(word)
    return tuple(tuple(clause) for clause in found if sum(len(word.text) for word in clause) >= _SHORTEST)


def _letters(clause: Sequence[Word]) -> str:
    return "".join(word.text for word in clause)


def _put_in(clause: Sequence[Word], nearest: Sequence[Word], alike: float) -> list[str]:
    new, old = [word.text for word in clause], [word.text for word in nearest]
    wrong = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "replace" and _other_name(nearest[old_from:old_to], clause[new_from:new_to], alike):
            wrong.append("".join(new[new_from:new_to]))
    return wrong


def _other_name(lost: Sequence[Word], added: Sequence[Word], alike: float) -> bool:
    """Tell whether words stand in place of others of their kind: a name of a name, 去年 of 今年, a noun of a noun."""
    before, after = _letters(lost), _letters(added)
    if _abbreviates(before, after) or _same_time(before, after):
        return False
    for kinds, least in _EXCHANGED:
        gone = any(word.tag.startswith(kinds) and word.text not in after for word in lost)
        come = any(word.tag.startswith(kinds) and word.text not in before for word in added)
        if alike >= least and gone and come:
            return True
    return False


def _changed_places(clause: Sequence[Word], nearest: Sequence[Word]) -> list[str]:
    """Return the names that two nearly equal clauses have in another order, lists aside: 甲胜乙, 乙胜甲."""
    if any((word in _letters(clause)) != (word in _letters(nearest)) for word in _VOICE):
        return []
    here, there = _order(clause, nearest), _order(nearest, clause)
    if here == there or sorted(here) != sorted(there) or _LISTING.search(_letters(clause)):
        return []
    return [one for one, other in zip(here, there, strict=True) if one != other]


def _order(clause: Sequence[Word], other: Sequence[Word]) -> list[str]:
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
