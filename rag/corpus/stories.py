"""Sections to stories: where does a new article begin, and where is a headline only a subhead?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.cohesion import Cohesion
from rag.corpus.headlines import has_two_parts
from rag.corpus.lines import Kind
from rag.corpus.script import plain
from rag.corpus.sections import Section

NEW_STORY = -0.3  # a headline that scores this begins a new article
NEW_BYLINE = -2.0  # so does the best of those between two bylines

_LEAD_IN = re.compile(
    "(?:记者)?(?:从.{2,16}获悉|日前|近日|昨日|昨天|今天|今日|前天|前日|连日来|日前|(?:上|本)周[一二三四五六日末]?|本月|上月|月初|"
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|[上中下]旬)|(?:[一二三四五六七八九十]{1,2}月))"
)
_CLOSING = re.compile("(?:参加|出席|陪同|列席|主持)(?:了)?(?:[一-鿿]{0,6})?。$")
_REFERS_BACK = re.compile("他|她|它|这|那|该|此|其|对此|为此|因此|除了|同时|不仅|而且|另外|于是|随后")
_USUAL_GAP = 1
_ENOUGH = 1500  # characters of a story that tell what it is about
_LEAST_STORY = 100  # characters; what is shorter is hardly a whole article


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
    story = first
    for index in candidates:
        scores[index] = _score(sections, story, index, cohesion)
        starts[index] = scores[index] >= NEW_STORY
        story = index if starts[index] else story
    if candidates and story == first and _has_two_bylines(sections, first, end):
        best = max(candidates, key=lambda index: scores[index])
        starts[best] = scores[best] >= NEW_BYLINE


def _text_before(sections: Sequence[Section], first: int, index: int) -> str:
    """Return the last 1,500 characters or more of the story so far."""
    texts: list[str] = []
    size = 0
    while index > first and size < _ENOUGH:
        index -= 1
        texts.append(sections[index].text)
        size += len(texts[-1])
    return "\n".join(reversed(texts))[-_ENOUGH:]


def _has_two_bylines(sections: Sequence[Section], first: int, end: int) -> bool:
    closings = [block for section in sections[first + 1 : end + 1] for block in section.closing]
    signed_at_end = any(section.ends_signed for section in sections[first:end])
    signed_at_end |= any(block.kind is Kind.BYLINE for block in closings)
    return signed_at_end and sections[first].is_signed


def _score(sections: Sequence[Section], first: int, index: int, cohesion: Cohesion) -> float:
    section = sections[index]
    heads = [block.text for block in section.heads]
    lead = plain(section.bodies[0].text[:40])
    before = _text_before(sections, first, index)
    score = 2.0 * (len(heads) > 1) + 1.5 * has_two_parts(heads[0]) + 0.15 * (min(len(heads[0]), 26) - 12)
    score += -1.0 if re.search("[,，]", heads[0]) else 0.3
    score += 1.5 * bool(_LEAD_IN.match(lead)) - 1.0 * bool(_REFERS_BACK.match(lead))
    score += 1.4 * bool(_CLOSING.search(sections[index - 1].bodies[-1].text[-30:]))
    score += 1.0 * (section.front[0].lines[0].gap > 2 * _USUAL_GAP)
    score -= 1.5 * (len(before) < _LEAST_STORY) + 0.5 * (len(section.bodies[0].text) < 40)
    return score + _novelty(cohesion.between(before, section.text), len(before), len(section.text))


def _novelty(cohesion: float, before: int, after: int) -> float:
    """Score a change of matter; texts of one article share the more, the longer they are."""
    return 2.0 * min(before, 1000) / 500 + 2.0 * min(after, 600) / 300 - 110 * cohesion - 1.2
