"""One story of a page: the blocks it is made of, and the headline that is its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.blocks import Block
from rag.corpus.cohesion import Cohesion
from rag.corpus.lines import Kind
from rag.corpus.sections import Section

_AKIN = 0.05  # cohesion of a headline with its story; with others it is below
_MOST_STRAYS = 20
_MOST_HEADS = 5  # more headlines above one text are a table of contents


@dataclass(slots=True)
class Story:
    """The blocks of one article: its headline, what stands under that, and the rest in print order."""

    heads: list[Block] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """All blocks in the order of the article's text."""
        return [*self.heads, *self.bylines, *self.rest]

    @property
    def text(self) -> str:
        """The words below the headline."""
        return "\n".join(block.text for block in self.rest)


def gather_stories(sections: Sequence[Section], starts: Sequence[bool]) -> tuple[list[Story], list[Block]]:
    """Return the stories, each with its headline, and the blocks that belong to none."""
    stories: list[Story] = []
    left: list[Block] = []
    for section, starts_here in zip(sections, starts, strict=True):
        if stories:
            stories[-1].rest += section.closing
        if not section.bodies:
            left += section.front
        elif starts_here:
            left += section.heads[:-_MOST_HEADS]
            stories.append(_begin(section))
        else:
            stories[-1].rest += [*section.front, *section.bodies]
    if not stories:
        stories, left = [Story(rest=left)], []
    _give_headlines(stories, left)
    return stories, [*left, *_take_furniture(stories)]


def _begin(section: Section) -> Story:
    heads = list(section.heads[-_MOST_HEADS:])
    bylines = [block for block in section.front if block.kind is Kind.BYLINE]
    others = [block for block in section.front if block.kind not in (Kind.HEAD, Kind.BYLINE)]
    return Story(heads, bylines, [*others, *section.bodies])


def _take_furniture(stories: Sequence[Story]) -> list[Block]:
    taken = [block for story in stories for block in story.rest if block.kind is Kind.FURNITURE]
    for story in stories:
        story.rest = [block for block in story.rest if block.kind is not Kind.FURNITURE]
    return taken


def _give_headlines(stories: Sequence[Story], left: list[Block]) -> None:
    """Find the headline of stories printed without one above: in their middle, or elsewhere on the page."""
    if all(story.heads for story in stories):
        return
    cohesion = Cohesion([block.text for story in stories for block in story.rest])
    for index, story in enumerate(stories):
        if not story.heads:
            _take_next_headline(stories, index, cohesion)
        if not story.heads:
            _take_inside(story)
    strays = _stray_headlines(stories, left)
    for story in stories:
        if not story.heads and strays:
            _take_stray(story, strays, left, cohesion)


def _take_inside(story: Story) -> None:
    """Take the headline printed within a sentence of the story itself."""
    story.heads = [block for block in story.rest if block.inside and block.kind is Kind.HEAD]
    if story.heads:
        story.rest = [block for block in story.rest if not (block.inside and block.kind is Kind.HEAD)]


def _take_next_headline(stories: Sequence[Story], index: int, cohesion: Cohesion) -> None:
    """Where headlines stand below their texts, the next story's headline speaks of this one."""
    if index + 1 == len(stories) or not stories[index + 1].heads:
        return
    story, following = stories[index], stories[index + 1]
    words = "\n".join(block.text for block in following.heads)
    here, there = cohesion.between(words, story.text), cohesion.between(words, following.text)
    if here > 2 * there and here > _AKIN:
        story.heads, following.heads = following.heads, []


def _stray_headlines(stories: Sequence[Story], left: Sequence[Block]) -> list[tuple[Block, Story | None]]:
    """Return headlines without a text, and those printed within a sentence of a story that has its own."""
    strays: list[tuple[Block, Story | None]] = [(block, None) for block in left if block.kind is Kind.HEAD]
    for story in stories:
        strays += [(block, story) for block in story.rest if block.inside and block.kind is Kind.HEAD]
    return strays[:_MOST_STRAYS]


def _take_stray(story: Story, strays: list[tuple[Block, Story | None]], left: list[Block], cohesion: Cohesion) -> None:
    """Take the stray headline that speaks of this story, if one does."""
    scores = [cohesion.between(block.text, story.text) for block, _ in strays]
    best = max(range(len(strays)), key=scores.__getitem__)
    block, holder = strays[best]
    if scores[best] <= _AKIN or (holder and scores[best] <= 2 * cohesion.between(block.text, holder.text)):
        return
    story.heads = [block]
    (left if holder is None else holder.rest).remove(block)
    del strays[best]
