"""May a sentence stand under the sources it cites? The letter first, then the meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.claims import AMOUNT, DATE, LITERAL, TITLE, Mention, amount, compact, mentions, name_occurs
from rag.answer.placing import features, misplaced, same_value
from rag.answer.polarity import turned
from rag.answer.replaced import copied, replaced

Similarity = Callable[[str, Sequence[str]], list[float]]
"""Cosines of a claim with source sentences, in order."""

COVERED, PARTLY_COVERED, CLOSE = 0.75, 0.4, 0.9
CLAUSE_COVERED = 0.34
SHORTEST_CLAUSE = 3


PLACED, REPLACED, TURNED, UNSAID = "对应", "替换", "相反", "无据"
CONTRADICTIONS = frozenset({PLACED, REPLACED, TURNED})


@dataclass(frozen=True, slots=True)
class Known:
    """Words that a sentence may repeat without a source for them: the question, the cited articles' titles."""

    question: str = ""
    titles: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence may not stand: the kind of a mention, or one of PLACED, REPLACED, TURNED, UNSAID."""

    kind: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a sentence, and the share of it that its sources say, 0 to 1."""

    problems: tuple[Problem, ...]
    coverage: float

    @property
    def holds(self) -> bool:
        """No problem was found."""
        return not self.problems


def judge(claim: str, sources: Sequence[str], known: Known, similarity: Similarity) -> Verdict:
    """Compare one sentence, its markers taken off, with the sentences it cites."""
    if copied(claim, sources):
        return Verdict((), 1.0)
    source = "\n".join(sources)
    absent = missing(claim, source, known)
    problems = [Problem(mention.kind, mention.text, f"{mention.kind}不在所引原文中") for mention in absent]
    problems += [Problem(PLACED, text, "与原文的对应关系不符") for text in misplaced(claim, source)]
    problems += [
        Problem(REPLACED, text, "与原文用词不符")
        for text in replaced(claim, sources, f"{known.titles}\n{known.question}")
    ]
    problems += [Problem(TURNED, text, "与原文意思相反") for text in turned(claim, source)]
    covered = coverage(claim, source)
    restated = f"{source}\n{known.titles}\n{known.question}"
    if not problems and not _said(claim, sources, restated, similarity):
        problems.append(Problem(UNSAID, claim, "所引原文没有这样说"))
    return Verdict(tuple(problems), covered)


def missing(claim: str, source: str, known: Known) -> list[Mention]:
    """Return the numbers, dates, names and quotations of the claim that the source does not have.

    A name may stand in the title of the article that is cited; a number may not.
    """
    stated, letters, titles = mentions(source), compact(source), compact(known.titles)
    return [mention for mention in mentions(claim) if not _present(mention, stated, letters, titles)]


def coverage(claim: str, source: str) -> float:
    """Return the share of the claim's Han bigrams and foreign words that stand in the source, 1 for none."""
    wanted = _pairs(claim)
    present = set(_pairs(source))
    return sum(pair in present for pair in wanted) / len(wanted) if wanted else 1.0


def _pairs(text: str) -> list[str]:
    return [feature for feature, _ in features(text) if len(feature) > 1]


def _present(mention: Mention, stated: Sequence[Mention], letters: str, titles: str) -> bool:
    if mention.kind == AMOUNT:
        return _amount_present(mention, stated)
    if mention.kind in {DATE, LITERAL}:
        return any(other.kind == mention.kind and same_value(mention, other) for other in stated)
    if mention.kind == TITLE:
        return str(mention.key) in letters or str(mention.key) in titles
    return name_occurs(mention.text, letters) or name_occurs(mention.text, titles)


def _amount_present(mention: Mention, stated: Sequence[Mention]) -> bool:
    quantity = amount(mention)
    if quantity.value == 1 and mention.text[:1] == "一" and not quantity.bound:
        return True
    if any(other.kind == AMOUNT and same_value(mention, other) for other in stated):
        return True
    return not quantity.unit and any(
        other.kind == DATE and str(quantity.value) in _date_numbers(other) for other in stated
    )


def _date_numbers(mention: Mention) -> set[str]:
    return set(re.findall(r"\d+", mention.text)) if mention.kind == DATE else set()


def _said(claim: str, sources: Sequence[str], restated: str, similarity: Similarity) -> bool:
    covered = coverage(claim, restated)
    if covered < PARTLY_COVERED or (covered < COVERED and max(similarity(claim, sources)) < CLOSE):
        return False
    clauses = [clause for clause in re.split("[,，;；]", claim) if len(_pairs(clause)) >= SHORTEST_CLAUSE]
    return all(coverage(clause, restated) >= CLAUSE_COVERED for clause in clauses)
