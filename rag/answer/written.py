"""A model's draft becomes an answer: every sentence finds its source or goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.answer.draft import Line, Unit, parse, visible
from rag.answer.grounds import Ground, Grounds
from rag.answer.injection import addresses_model
from rag.answer.relevance import Statement, asked
from rag.answer.support import Similarity, coverage
from rag.answer.verify import make_citation
from rag.index.analyze import HAN
from rag.types import AnswerSentence, Article, Citation, EvidenceText, Query, Span

_REPEATED = 0.9
_LEAST_HAN = 0.3
_REPEAT, _UNASKED, _NOTHING_FOLLOWS, _DECLINED = "重复", "没有问到", "引出的内容没有留下", "模型称资料中没有提到"


@dataclass(frozen=True, slots=True)
class Written:
    """What is left of a draft after the check; `text` is empty when nothing is.

    `sentences`, `citations` and `items` are as in Answer. `notes` are for the reader. `declined`: the model
    said that the sources do not answer. `dropped` are the sentences that went, each with the reason.
    """

    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    items: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    declined: bool = False
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Kept:
    """A sentence that stays, with the sentences it stands on; an introduction waits for its items' ones."""

    text: str
    grounds: tuple[Ground, ...]


@dataclass(slots=True)
class _Check:
    """The state of one pass over a draft."""

    grounds: Grounds
    query: Query
    articles: Mapping[str, Article]
    chinese: bool
    kept: list[tuple[Line, list[_Kept]]] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    declined: bool = False

    def statement(self, text: str, sources: Sequence[str], grounds: Sequence[Ground]) -> Statement:
        """Return a sentence in the form in which its relevance is judged."""
        ids = frozenset(ground.article_id for ground in grounds)
        titles = "\n".join(self.articles[one].title for one in sorted(ids))
        return Statement(text, tuple(sources), ids, titles)


def verify_draft(
    draft: str,
    evidence: Sequence[EvidenceText],
    articles: Mapping[str, Article],
    query: Query,
    similarity: Similarity,
) -> Written:
    """Keep of a draft what the evidence says, cited anew; see the module.

    Raises:
        VerificationError: an evidence does not lie in its article.
    """
    grounds = Grounds(evidence, articles, query.text, similarity)
    check = _Check(grounds, query, articles, not asks_other_language(query.original))
    lines = parse(visible(draft))
    for position, line in enumerate(lines):
        _check_line(check, line, lines[position + 1 :])
    _drop_unasked(check)
    _settle_introductions(check)
    return _assemble(check, articles)


def asks_other_language(question: str) -> bool:
    """Tell whether the reader asks for an answer in another language than Chinese."""
    return bool(re.search(r"\bin english\b|用英[文语]|英[文语]回答|answer in ", question, re.IGNORECASE))


def _check_line(check: _Check, line: Line, following: Sequence[Line]) -> None:
    kept: list[_Kept] = []
    for position, unit in enumerate(line.units):
        last = position == len(line.units) - 1
        if last and unit.introduces and following and following[0].mark and not line.mark:
            kept.append(_Kept(unit.text, ()))
        elif reason := _unfit(check, unit):
            check.dropped.append((unit.text, reason))
        else:
            finding = check.grounds.find(unit.claim, unit.numbers)
            if finding.grounds:
                kept.append(_Kept(unit.text, finding.grounds))
            else:
                reasons = dict.fromkeys(problem.reason for problem in finding.verdict.problems)
                check.dropped.append((unit.text, "、".join(reasons)))
    if kept:
        check.kept.append((line, kept))


def _unfit(check: _Check, unit: Unit) -> str:
    """Return why a sentence goes before its sources are looked at, or nothing."""
    if unit.declines:
        check.declined = True
        return _DECLINED
    if addresses_model(unit.text):
        return "是写给模型的指令"
    if check.chinese and not _is_chinese(unit.claim):
        return "不是中文"
    if any(coverage(unit.claim, earlier.text) >= _REPEATED for _, kept in check.kept for earlier in kept):
        return _REPEAT
    return ""


def _is_chinese(text: str) -> bool:
    han = len(re.findall(f"[{HAN}]", text))
    return han >= _LEAST_HAN * (han + len(re.findall(r"[A-Za-z]+", text)))


def _drop_unasked(check: _Check) -> None:
    """Let go of true sentences that answer another question; introductions are judged by their items."""
    sentences = [one for _, kept in check.kept for one in kept if one.grounds]
    statements = [
        check.statement(one.text, [check.grounds.text(ground) for ground in one.grounds], one.grounds)
        for one in sentences
    ]
    found = [check.statement(check.grounds.text(ground), [], [ground]) for ground in check.grounds.all()]
    wanted = asked(check.query.text, statements, found, check.grounds.cosines)
    unasked = [one for one, is_asked in zip(sentences, wanted, strict=True) if not is_asked]
    for _, kept in check.kept:
        check.dropped += [(one.text, _UNASKED) for one in kept if one in unasked]
        kept[:] = [one for one in kept if one not in unasked]
    check.kept = [(line, kept) for line, kept in check.kept if kept]


def _settle_introductions(check: _Check) -> None:
    """Give ……如下： the sentence that announces its items; without one it goes."""
    for position, (_, kept) in enumerate(check.kept):
        if kept[-1].grounds:
            continue
        items: list[Ground] = []
        for later, units in check.kept[position + 1 :]:
            if not later.mark:
                break
            items += [ground for unit in units for ground in unit.grounds]
        grounds = check.grounds.announcing(Unit(kept[-1].text, ()).claim, items) if items else ()
        if grounds:
            kept[-1].grounds = grounds
        else:
            check.dropped.append((kept.pop().text, _NOTHING_FOLLOWS))
    check.kept = [(line, kept) for line, kept in check.kept if kept]
    while check.kept and Unit(check.kept[-1][1][-1].text, ()).introduces:
        check.dropped.append((check.kept[-1][1].pop().text, _NOTHING_FOLLOWS))
        check.kept = [(line, kept) for line, kept in check.kept if kept]


def _assemble(check: _Check, articles: Mapping[str, Article]) -> Written:
    markers: dict[Ground, int] = {}
    text, sentences, items, number = "", [], [], 0
    for line, kept in check.kept:
        text += "\n" if text else ""
        number = number + 1 if line.numbered else 0 if not line.mark else number
        text += f"{number}. " if line.numbered else "- " if line.mark else ""
        start = len(text)
        for sentence in kept:
            own = tuple(markers.setdefault(ground, len(markers) + 1) for ground in sentence.grounds)
            begin = len(text)
            text += sentence.text + "".join(f"[{marker}]" for marker in sorted(own))
            sentences.append(AnswerSentence(begin, len(text), tuple(sorted(own))))
        if line.mark:
            items.append((start, len(text)))
    citations = tuple(
        make_citation(marker, articles[ground.article_id], ground.start, ground.end, check.grounds.text(ground))
        for ground, marker in markers.items()
    )
    return Written(
        text=text,
        sentences=tuple(sentences),
        citations=citations,
        items=tuple(items),
        notes=_notes(check),
        declined=check.declined,
        dropped=tuple(check.dropped),
    )


def _notes(check: _Check) -> tuple[str, ...]:
    harmless = {_REPEAT, _UNASKED, _NOTHING_FOLLOWS, _DECLINED}
    failed = [reason for _, reason in check.dropped if reason not in harmless]
    if not failed:
        return ()
    return (f"有 {len(failed)} 句没有通过核对，已删去（{'；'.join(dict.fromkeys(failed))}）。",)
