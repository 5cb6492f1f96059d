"""Which sentences of the collection a draft's sentence may stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answer.claims import DATE, ORGANISATION, PERSON, PLACE, compact, name_occurs
from rag.answer.numbers import dates
from rag.answer.support import CONTRADICTIONS, Known, Similarity, Verdict, coverage, judge
from rag.corpus.sentences import split_sentences
from rag.types import Article, EvidenceText

_NAMES = frozenset({PERSON, PLACE, ORGANISATION})
_SINGLES, _PAIRED, _MOST = 6, 4, 3
_MORE = 0.1


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
    """The evidence of one question, ready to be asked whether it supports a claim."""

    def __init__(
        self, evidence: Sequence[EvidenceText], articles: Mapping[str, Article], question: str, similarity: Similarity
    ) -> None:
        self._by_number = {
            one.number: Ground(one.evidence.article_id, one.evidence.start, one.evidence.end) for one in evidence
        }
        self._articles = articles
        self._question = question
        self._similarity = similarity
        self._measured: dict[tuple[str, str], float] = {}

    def find(self, claim: str, numbers: Sequence[int]) -> Finding:
        """Return the fewest sentences that support the claim, those it names first."""
        worst: Finding | None = None
        for candidate in self._candidates(claim, numbers):
            finding = self._try(claim, candidate)
            if finding.verdict.holds and not self._contradicted(claim, finding):
                return finding
            if worst is None or len(finding.verdict.problems) < len(worst.verdict.problems):
                worst = finding
        return Finding((), worst.verdict if worst else Verdict((), 0.0))

    def introduces(self, claim: str, grounds: tuple[Ground, ...]) -> bool:
        """Tell whether a line that leads to a list says nothing that the list's sources, or the question, do not."""
        ordered = sorted(grounds, key=lambda ground: (ground.article_id, ground.start))
        sources = [self.text(ground) for ground in ordered]
        titles = "\n".join(self._articles[ground.article_id].title for ground in ordered)
        verdict = judge(claim, sources, Known(self._question, titles), lambda _, texts: [1.0] * len(texts))
        return verdict.holds

    def text(self, ground: Ground) -> str:
        """Return the sentence itself."""
        return self._articles[ground.article_id].text[ground.start : ground.end]

    def _candidates(self, claim: str, numbers: Sequence[int]) -> Iterator[tuple[Ground, ...]]:
        named = [self._by_number[number] for number in numbers if number in self._by_number][: _MOST + 1]
        yield from ((ground,) for ground in named)
        for size in range(2, len(named) + 1):
            yield from combinations(named, size)
        near = sorted(self._by_number.values(), key=lambda ground: -coverage(claim, self.text(ground)))
        yield from ((ground,) for ground in near[:_SINGLES] if ground not in named)
        yield from (pair for pair in combinations(near[:_PAIRED], 2) if not set(pair) <= set(named))

    def _contradicted(self, claim: str, finding: Finding) -> bool:
        """Tell whether a sentence that says more of the claim than those found says it differently."""
        nearest = max(self._by_number.values(), key=lambda ground: coverage(claim, self.text(ground)))
        if nearest in finding.grounds or coverage(claim, self.text(nearest)) < finding.verdict.coverage + _MORE:
            return False
        problems = self._judge(claim, (nearest,)).verdict.problems
        return any(problem.kind in CONTRADICTIONS for problem in problems)

    def _try(self, claim: str, grounds: tuple[Ground, ...]) -> Finding:
        finding = self._judge(claim, grounds)
        absent = {problem.kind for problem in finding.verdict.problems} - CONTRADICTIONS
        if not absent or not absent <= _NAMES | {DATE}:
            return finding
        wider = self._widened(grounds, finding)
        if wider:
            return self._judge(claim, wider) if len(wider) <= _MOST else finding
        return self._judge(claim, grounds, self._articles[grounds[0].article_id].date) if absent == {DATE} else finding

    def _judge(self, claim: str, grounds: tuple[Ground, ...], frame: str = "") -> Finding:
        ordered = sorted(grounds, key=lambda ground: (ground.article_id, ground.start))
        sources = [self.text(ground) for ground in ordered]
        titles = "\n".join(self._articles[ground.article_id].title for ground in ordered)
        known = Known(self._question, titles)
        return Finding(grounds, judge(claim, [frame, *sources] if frame else sources, known, self._cosines))

    def _cosines(self, claim: str, sources: Sequence[str]) -> list[float]:
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


def _year_stated(text: str) -> bool:
    return any(date.year is not None for date in dates(text))


def _states(name: str) -> Callable[[str], bool]:
    return lambda text: name_occurs(name, compact(text))
