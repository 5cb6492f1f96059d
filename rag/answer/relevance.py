"""Did anybody ask for this? A true sentence that answers another question does not belong in an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.claims import AMOUNT, DATE, ORGANISATION, PERSON, PLACE, compact, mentions
from rag.answer.placing import features
from rag.answer.questions import Expects, Kind, Question, understand
from rag.answer.support import Similarity
from rag.index.analyze import normalize, words
from rag.search.english import is_english

LEAST_SHARE = 0.4  # of the question's words that the best evidence has
LEAST_COSINE = 0.055  # below the best evidence's
NEXT_SHARE = 0.5  # of what the best sentence of the answer has, for the further ones
NEXT_COSINE = 0.03
_NAMES = frozenset({PERSON, ORGANISATION, PLACE})
_EXPECTED = {Expects.PERSON: _NAMES, Expects.NUMBER: frozenset({AMOUNT, DATE}), Expects.TIME: frozenset({AMOUNT, DATE})}
_ONE_FACT = frozenset({Kind.FACT, Kind.YES_NO})


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with the sentences it stands on, and the ids and titles of the articles these are from."""

    text: str
    sources: tuple[str, ...]
    articles: frozenset[str]
    titles: str

    @property
    def whole(self) -> str:
        """The sentence and its sources."""
        return "\n".join((self.text, *self.sources))


def asked(
    question: str, statements: Sequence[Statement], evidence: Sequence[Statement], similarity: Similarity
) -> list[bool]:
    """Tell for each statement whether the question asks for it; `evidence` is all that was found for it."""
    evidence = [one for one in evidence if compact(one.text) not in compact(one.titles)] or list(evidence)
    if not statements or not evidence:
        return [True] * len(statements)
    scale = _Scale(question, evidence, similarity)
    near = [scale.fits(one) for one in statements]
    if scale.question.kind in _ONE_FACT:
        near = [
            fits and scale.could_answer(one) and scale.speaks_of_it(one)
            for fits, one in zip(near, statements, strict=True)
        ]
        return _as_near_as_the_best(scale, statements, near)
    home = scale.home()
    return [fits or bool(one.articles & home) for fits, one in zip(near, statements, strict=True)]


def _as_near_as_the_best(scale: _Scale, statements: Sequence[Statement], near: Sequence[bool]) -> list[bool]:
    """Of an answer for one fact, keep what bears on the question about as much as its best sentence."""
    if sum(near) < 2:
        return list(near)
    shares = [scale.share(one) if fits else 0.0 for one, fits in zip(statements, near, strict=True)]
    cosines = scale.cosines([one.text for one in statements])
    best = max(shares)
    closest = max(cosine for cosine, fits in zip(cosines, near, strict=True) if fits)
    return [
        fits and (share >= NEXT_SHARE * best or cosine >= closest - NEXT_COSINE)
        for fits, share, cosine in zip(near, shares, cosines, strict=True)
    ]


class _Scale:
    """How much a sentence bears on a question, compared with the best evidence."""

    def __init__(self, question: str, evidence: Sequence[Statement], similarity: Similarity) -> None:
        self.question: Question = understand(question)
        self._text = question
        self._english = is_english(question)
        self._similarity = similarity
        self._evidence = evidence
        self._wanted = [word for word in words(self.question.content) if len(word) > 1]
        self._best_share = max(self.share(one) for one in evidence)

    def share(self, statement: Statement) -> float:
        """Return the share that a sentence has of the question's words beyond its article's title."""
        title, text = normalize(statement.titles), normalize(statement.whole)
        wanted = [word for word in self._wanted if word not in title]
        return sum(word in text for word in wanted) / len(wanted) if wanted else 1.0

    def cosines(self, texts: Sequence[str]) -> list[float]:
        """Return the cosines of the question with the texts."""
        return self._similarity(self._text, texts)

    def fits(self, statement: Statement) -> bool:
        """Tell whether a sentence comes near the best evidence, by words or by meaning."""
        if self._best_share > 0 and self.share(statement) >= LEAST_SHARE * self._best_share:
            return True
        texts = [statement.text, *statement.sources]
        return max(self.cosines(texts)) >= self._closest() - LEAST_COSINE

    def home(self) -> frozenset[str]:
        """Return the articles of the evidence that is nearest, by words and by meaning."""
        cosines = self.cosines([one.text for one in self._evidence])
        closest = max(zip(cosines, self._evidence, strict=True), key=lambda pair: pair[0])[1]
        return closest.articles | max(self._evidence, key=self.share).articles

    def could_answer(self, statement: Statement) -> bool:
        """Tell whether a sentence holds what the question asks for: a number for 多少, a date for 何时."""
        kinds = _EXPECTED.get(self.question.expects)
        if kinds is None or self._english:
            return True
        return any(mention.kind in kinds for mention in mentions(statement.whole))

    def speaks_of_it(self, statement: Statement) -> bool:
        """Tell whether a sentence says something of what was asked where its sources do; names and numbers may do alone.

        王某是1981年出生的 stands under 王某1981年出生,2007年进入中心工作 but does not tell when he came.
        """
        if self._english:
            return True
        named = _characters("\n".join(one.text for one in mentions(statement.text) if one.text in self._text))
        own, wanted = _characters(statement.text) - named, _characters(self.question.content) - named
        return not own or bool(own & wanted) or not wanted & _characters("\n".join(statement.sources))

    def _closest(self) -> float:
        return max(self.cosines([one.text for one in self._evidence]))


def _characters(text: str) -> set[str]:
    """Return the Han characters of a text that carry meaning."""
    return {feature for feature, _ in features(text) if len(feature) == 1}
