"""Sections to stories: where does a new article begin, and where is a headline only a subhead?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.cohesion import Cohesion
from rag.corpus.headlines import has_two_parts
from rag.corpus.lines import Kind
from rag.corpus.sections import Section

NEW_STORY = 1.5  # a headline that scores this begins a new article

_LEAD_IN = re.compile(
    "(?:记者)?(?:从.{2,16}获悉|日前|近日|昨日|昨天|今天|今日|前天|前日|连日来|日前|(?:上|本)周[一二三四五六日末]?|本月|上月|月初|"
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬)|(?:[一二三四五六七八九十]{1,2}月))"
)
_CLOSING = re.compile("(?:参加|出席|陪同|列席|主持)(?:了)?(?:[一-鿿]{0,6})?。$")
_USUAL_GAP = 1
_LEAST_STORY = 120  # characters; what is shorter is hardly a whole article
_SAME_MATTER = 0.055  # cohesion at which a subhead and a new article are as likely


@dataclass(frozen=True, slots=True)
class Cue:
    """What speaks for a new article at a section; `sure` needs no weighing."""

    sure: bool
    score: float


def story_starts(sections: Sequence[Section]) -> list[bool]:
    """Return for each section whether a new article begins with it."""
    cohesion = Cohesion([block.text for section in sections for block in section.bodies])
    sure = [_is_sure(sections, index) for index in range(len(sections))]
    starts = list(sure)
    marks = [index for index, flag in enumerate(sure) if flag] + [len(sections)]
    for first, end in zip(marks, marks[1:], strict=False):
        _split_between(sections, first, end, starts, cohesion)
    return starts


def _is_sure(sections: Sequence[Section], index: int) -> bool:
    """Whether a section surely begins an article: a dateline, a byline, or the end of the one before."""
    section = sections[index]
    if index == 0 or section.dateline:
        return True
    if not section.heads or not section.bodies:
        return False
    ended = sections[index - 1].ends_signed or any(block.kind in (Kind.BYLINE, Kind.DATE) for block in section.closing)
    return ended or section.own_byline or section.is_dashed


def _split_between(sections: Sequence[Section], first: int, end: int, starts: list[bool], cohesion: Cohesion) -> None:
    """Weigh the headlines between two sure starts. An article has one byline: two bylines need a start between."""
    candidates = [index for index in range(first + 1, end) if sections[index].heads and sections[index].bodies]
    scores: dict[int, float] = {}
    for index in candidates:
        scores[index] = _score(sections, _story_before(starts, index), index, cohesion)
        starts[index] = scores[index] >= NEW_STORY
    if candidates and not any(starts[index] for index in candidates) and _has_two_bylines(sections, first, end):
        starts[max(candidates, key=lambda index: scores[index])] = True


def _story_before(starts: Sequence[bool], index: int) -> int:
    return max(at for at in range(index) if starts[at])


def _has_two_bylines(sections: Sequence[Section], first: int, end: int) -> bool:
    signed_at_end = sections[end - 1].ends_signed
    if end < len(sections):
        signed_at_end |= any(block.kind is Kind.BYLINE for block in sections[end].closing)
    return signed_at_end and sections[first].is_signed


def _score(sections: Sequence[Section], first: int, index: int, cohesion: Cohesion) -> float:
    section = sections[index]
    heads = [block.text for block in section.heads]
    before = "\n".join(part.text for part in sections[first:index])
    score = 1.2 * (len(heads) > 1) + 0.8 * has_two_parts(heads[0])
    score += 1.0 * bool(_LEAD_IN.match(section.bodies[0].text))
    score += 1.0 * bool(_CLOSING.search(sections[index - 1].bodies[-1].text[-30:]))
    score += 0.8 * (section.front[0].lines[0].gap > 2 * _USUAL_GAP)
    score += 0.3 * (len(heads[0]) >= 12) - 0.5 * (len(heads[0]) <= 6)
    score -= 0.5 * (len(section.bodies[0].text) < 40)
    score -= 0.7 * (len(before) < _LEAST_STORY)
    return score + _novelty(cohesion.between(before[-1500:], section.text), min(len(before), len(section.text)))


def _novelty(cohesion: float, characters: int) -> float:
    """Score a change of matter: above 0 for a new one, as far as so few characters can tell."""
    change = (_SAME_MATTER - cohesion) / 0.02
    return max(min(change, 1.5), -2.0) * min(characters / 150, 1.0)
