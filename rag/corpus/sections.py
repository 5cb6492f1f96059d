"""Blocks to sections: what stands above a run of paragraphs, and which part of it belongs to the story before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.blocks import Block
from rag.corpus.bylines import byline_name, closing_byline_start, dateline_end
from rag.corpus.headlines import is_dashed
from rag.corpus.lines import Kind

_OFFICE = re.compile(
    "(?:局|办|办公室|委|委员会|院|会|部|处|社|中心|街道|公司|政府|学校|大学|厅|队|馆|所|站|组|署|党委|支部|集团|银行|医院|办事处|工会|学|园|村|厂|店|法院|分局)$"
)


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs between two headlines, with what is printed above them.

    `closing` ends the story before (a byline, a caption, a signature); `front` is this section's own.
    """

    closing: tuple[Block, ...]
    front: tuple[Block, ...]
    bodies: tuple[Block, ...]

    @property
    def heads(self) -> tuple[Block, ...]:
        """The lines of its headline."""
        return tuple(block for block in self.front if block.kind is Kind.HEAD)

    @property
    def own_byline(self) -> bool:
        """Whether a byline stands under the headline."""
        kinds = [block.kind for block in self.front]
        return Kind.HEAD in kinds and Kind.BYLINE in kinds[kinds.index(Kind.HEAD) :]

    @property
    def dateline(self) -> str:
        """The dateline that its first paragraph begins with, such as 本报讯(记者 某某)."""
        text = self.bodies[0].text[:120] if self.bodies else ""
        return text[: dateline_end(text, 0, len(text))].strip()

    @property
    def is_signed(self) -> bool:
        """Whether it names its writer before the text."""
        return self.own_byline or bool(byline_name(self.dateline))

    @property
    def ends_signed(self) -> bool:
        """Whether its last paragraph ends in a byline."""
        running = [block for block in self.bodies if block.kind is Kind.BODY]
        return bool(running) and ends_in_byline(running[-1])

    @property
    def is_dashed(self) -> bool:
        """Whether its headline has a subtitle after a dash."""
        return any(is_dashed(block.text) for block in self.heads)

    @property
    def text(self) -> str:
        """The words of its paragraphs."""
        return "\n".join(block.text for block in self.bodies)


def ends_in_byline(block: Block) -> bool:
    """Whether a paragraph ends with its writer's name."""
    text = block.text[-90:]
    return closing_byline_start(text, 0, len(text)) < len(text)


def page_sections(blocks: Sequence[Block]) -> list[Section]:
    """Cut blocks into sections at headlines and datelines; the last one may have no paragraphs."""
    sections: list[Section] = []
    front: list[Block] = []
    bodies: list[Block] = []
    for block in blocks:
        running = bool(bodies) and block.inside or block.kind in (Kind.BODY, Kind.POINT)
        starts = running and _has_dateline(block)
        if bodies and (starts or not running):
            points = _last_points(bodies) if starts else 0
            moved, bodies = bodies[len(bodies) - points :], bodies[: len(bodies) - points]
            if bodies:
                sections.append(_section(front, bodies, not sections))
                front = []
            front, bodies = [*front, *(replace(point, kind=Kind.HEAD) for point in moved)], []
        (bodies if running else front).append(block)
    return [*sections, _section(front, bodies, not sections)] if front or bodies else sections


def _has_dateline(block: Block) -> bool:
    head = block.text[:120]
    return block.kind is Kind.BODY and dateline_end(head, 0, len(head)) > 0


def _last_points(bodies: Sequence[Block]) -> int:
    """How many marked headings stand last: with a dateline below they are headlines."""
    count = 0
    while count < len(bodies) and bodies[-1 - count].kind is Kind.POINT:
        count += 1
    return count


def _section(front: Sequence[Block], bodies: Sequence[Block], first: bool) -> Section:
    cut = 0 if first else _end_of_story_before(front)
    return Section(tuple(front[:cut]), tuple(front[cut:]), tuple(bodies))


def _end_of_story_before(front: Sequence[Block]) -> int:
    """Return how many of the blocks above a section end the story before it."""
    cut = 0
    for index, block in enumerate(front):
        following = front[index + 1].kind if index + 1 < len(front) else None
        ends = block.kind in (Kind.BYLINE, Kind.CAPTION, Kind.DATE) or _belongs_before(block, following)
        if ends and index == cut:
            cut = index + 1
        elif block.kind is not Kind.FURNITURE:
            break
    return cut


def _belongs_before(head: Block, following: Kind | None) -> bool:
    """Whether a headline-like line is a caption above its credit, or the name under a notice."""
    if head.kind is not Kind.HEAD:
        return False
    return following is Kind.CAPTION or (following is Kind.DATE and bool(_OFFICE.search(head.text)))
