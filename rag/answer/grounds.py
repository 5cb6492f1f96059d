"""Which sentences of the collection a draft's sentence may stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answer.claims import DATE, ORGANISATION, PERSON, PLACE, compact, name_occurs
from rag.answer.injection import addresses_model
from rag.answer.numbers import dates
from rag.answer.replaced import copied
from rag.answer.support import CONTRADICTIONS, Known, Similarity, Verdict, coverage, judge
from rag.corpus.sentences import split_sentences
from rag.types import Article, EvidenceText

_NAMES = frozenset({PERSON, PLACE, ORGANISATION})
_SINGLES, _PAIRED, _MOST = 6, 4, 3
_LESS, _MUCH = 0.05, 0.5
_NEARLY_ALL = 0.8
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_ANNOUNCED, _ANNOUNCED_WITH_TITLE = 0.5, 0.75


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence of an article: `article.text[start:end]`."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The sentences that support a claim (none: it fails) with the verdict that was reached."""

    grounds: tuple[Ground, ...]
    verdict: Verdict


class Grounds:
    """The evidence of one question, ready to be asked whether it supports a claim; orders to a model support none."""

    def __init__(
        self, evidence: Sequence[EvidenceText], articles: Mapping[str, Article], question: str, similarity: Similarity
    ) -> None:
        self._by_number = {
            one.number: Ground(one.evidence.article_id, one.evidence.start, one.evidence.end)
            for one in evidence
            if not addresses_model(one.text)
        }
        self._articles = articles
        self._question = question
        self._similarity = similarity
        self._measured: dict[tuple[str, str], float] = {}

    def find(self, claim: str, numbers: Sequence[int]) -> Finding:
        """Return the fewest sentences that support the claim, those it names first."""
        best: Finding | None = None
        for candidate in (*self._verbatim(claim, numbers), *self._candidates(claim, numbers)):
            finding = self._try(claim, candidate)
            if finding.verdict.holds and (self._copied(claim, finding) or not self._contradicted(claim, finding)):
                return self._pruned(claim, finding)
            if _denied(finding):
                return Finding((), finding.verdict)
            if best is None or len(finding.verdict.problems) < len(best.verdict.problems):
                best = finding
        return Finding((), best.verdict if best else Verdict((), 0.0))

    def _verbatim(self, claim: str, numbers: Sequence[int]) -> list[tuple[Ground, ...]]:
        """Return the one sentence that says the claim in its own words, those it names first."""
        named = [self._by_number[number] for number in numbers if number in self._by_number]
        ordered = dict.fromkeys([*named, *self._by_number.values()])
        verbatim = next((ground for ground in ordered if copied(claim, [self.text(ground)])), None)
        return [(verbatim,)] if verbatim else []

    def announcing(self, claim: str, grounds: Sequence[Ground]) -> tuple[Ground, ...]:
        """Return the sentence that a line which leads to a list stands on; none when no sentence says as much.

        `grounds` are those of the list's items. The line may say nothing that they, their titles or the question
        do not.
        """
        home = {ground.article_id: self._articles[ground.article_id].title for ground in grounds}
        titles = "\n".join(home.values())
        near = [ground for ground in self.all() if ground.article_id in home]
        best = max(near, key=lambda ground: coverage(claim, self.text(ground)))
        own, whole = coverage(claim, self.text(best)), coverage(claim, f"{self.text(best)}\n{titles}")
        sources = [self.text(ground) for ground in dict.fromkeys([best, *grounds])]
        verdict = judge(claim, sources, Known(self._question, titles), lambda _, texts: [1.0] * len(texts))
        return (best,) if own >= _ANNOUNCED and whole >= _ANNOUNCED_WITH_TITLE and verdict.holds else ()

    def text(self, ground: Ground) -> str:
        """Return the sentence itself."""
        return self._articles[ground.article_id].text[ground.start : ground.end]

    def all(self) -> list[Ground]:
        """Return the evidence."""
        return list(self._by_number.values())

    def _candidates(self, claim: str, numbers: Sequence[int]) -> Iterator[tuple[Ground, ...]]:
        """Yield sets of sentences to try: those named, then the nearest, then two and three that add up."""
        named = [self._by_number[number] for number in numbers if number in self._by_number][: _MOST + 1]
        yield from ((ground,) for ground in named)
        for size in range(2, len(named) + 1):
            yield from combinations(named, size)
        near = sorted(self._by_number.values(), key=lambda ground: -coverage(claim, self.text(ground)))
        yield from ((ground,) for ground in near[:_SINGLES] if ground not in named)
        yield from (pair for pair in combinations(near[:_PAIRED], 2) if not set(pair) <= set(named))
        yield self._adding_up(claim, near)

    def _adding_up(self, claim: str, near: Sequence[Ground]) -> tuple[Ground, ...]:
        """Return the few sentences that together have most of the claim's words."""
        chosen: list[Ground] = []
        for _ in range(_MOST):
            rest = [ground for ground in near if ground not in chosen]
            if rest:
                chosen.append(max(rest, key=lambda ground: coverage(claim, self._joined([*chosen, ground]))))
        return tuple(chosen)

    def _joined(self, grounds: Sequence[Ground]) -> str:
        return "\n".join(self.text(ground) for ground in grounds)

    def _pruned(self, claim: str, finding: Finding) -> Finding:
        """Leave out the sentences without which the claim still stands."""
        for ground in finding.grounds:
            rest = tuple(other for other in finding.grounds if other != ground)
            if rest and (smaller := self._judge(claim, rest)).verdict.holds:
                return self._pruned(claim, smaller)
        return finding

    def _copied(self, claim: str, finding: Finding) -> bool:
        return copied(claim, [self.text(ground) for ground in finding.grounds])

    def _contradicted(self, claim: str, finding: Finding) -> bool:
        """Tell whether a sentence that says as much of the claim as those found says it differently."""
        others = [ground for ground in self.all() if ground not in finding.grounds]
        nearest = max(others, key=lambda ground: coverage(claim, self.text(ground)), default=None)
        if nearest is None or coverage(claim, self.text(nearest)) < max(finding.verdict.coverage - _LESS, _MUCH):
            return False
        problems = self._judge(claim, (*finding.grounds, nearest)).verdict.problems
        return any(problem.kind in CONTRADICTIONS for problem in problems)

    def _try(self, claim: str, grounds: tuple[Ground, ...]) -> Finding:
        finding = self._judge(claim, grounds)
        absent = {problem.kind for problem in finding.verdict.problems} - CONTRADICTIONS
        if not absent or not absent <= _NAMES | {DATE}:
            return finding
        article = self._articles[grounds[0].article_id]
        if absent == {DATE}:
            for year in dict.fromkeys([*_TITLE_YEAR.findall(article.title), article.date[:4]]):
                if year and (dated := self._judge(claim, grounds, f"{year}年")).verdict.holds:
                    return dated
        wider = self._widened(grounds, finding)
        return self._judge(claim, wider) if 0 < len(wider) <= _MOST else finding

    def _judge(self, claim: str, grounds: tuple[Ground, ...], frame: str = "") -> Finding:
        ordered = sorted(grounds, key=lambda ground: (ground.article_id, ground.start))
        sources = [self.text(ground) for ground in ordered]
        titles = "\n".join(self._articles[ground.article_id].title for ground in ordered)
        known = Known(self._question, titles)
        return Finding(grounds, judge(claim, [frame, *sources] if frame else sources, known, self.cosines))

    def cosines(self, claim: str, sources: Sequence[str]) -> list[float]:
        """Return the cosines of a text with others, each measured once."""
        unknown = [source for source in sources if (claim, source) not in self._measured]
        if unknown:
            pairs = [(claim, source) for source in unknown]
            self._measured.update(zip(pairs, self._similarity(claim, unknown), strict=True))
        return [self._measured[claim, source] for source in sources]

    def _widened(self, grounds: tuple[Ground, ...], finding: Finding) -> tuple[Ground, ...]:
        """Add, for each name or date that is missing, the nearest sentence before that states it."""
        added: list[Ground] = []
        before = self._before(grounds[0])
        for problem in finding.verdict.problems:
            if problem.kind in CONTRADICTIONS:
                continue
            wanted = _year_stated if problem.kind == DATE else _states(problem.text)
            nearest = next((ground for ground in before if wanted(self.text(ground))), None)
            if nearest is None:
                return ()
            added.append(nearest)
        return tuple(dict.fromkeys([*grounds, *added]))

    def _before(self, ground: Ground) -> list[Ground]:
        """Return the sentences before this one in its article, nearest first."""
        text = self._articles[ground.article_id].text
        spans = [span for span in split_sentences(text, 0, ground.start) if span[1] <= ground.start]
        return [Ground(ground.article_id, start, end) for start, end in reversed(spans)]


def _denied(finding: Finding) -> bool:
    """Tell whether sentences that have nearly all words of a claim say it differently."""
    problems = finding.verdict.problems
    return finding.verdict.coverage >= _NEARLY_ALL and any(problem.kind in CONTRADICTIONS for problem in problems)


def _year_stated(text: str) -> bool:
    return any(date.year is not None for date in dates(text))


def _states(name: str) -> Callable[[str], bool]:
    return lambda text: name_occurs(name, compact(text))
