"""Do two sources say the same sentence with another number, name or date in it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from rag.answer.claims import AMOUNT, DATE, compact, mentions
from rag.answer.placing import same_value
from rag.answer.verify import make_citation
from rag.index.analyze import FUNCTION_CHARACTERS, Word, normalize, tagged_words
from rag.types import Answer, AnswerSentence, Article, EvidenceText, Query

NOTE = "资料说法不一，请核对原文。"
_ALIKE = 0.7
_SHORTEST = 6  # characters the two sentences have in common
_SUBJECT = 2  # characters of the question in a title that tell what the article is about
_LONGEST_SLOT = 24
_SLOTS = 2
_TELLING = ("n", "m", "t", "x", "eng", "j", "s", "i", "l", "q")

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ENUMERATOR = re.compile(r"^\s*[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]?[、.．)）](?!\d)\s*")
_DATELINE = re.compile(r"^[^，,。]{0,24}(?:获悉|报道称?|消息|电|讯)[，,：:]\s*")
_HERE = re.compile("[全我本该][国省市区县镇乡村校院]")  # the same place in each one's own words
_FINAL = tuple("。！？!?；;…”’」』）)等")
_BESIDE = 2  # characters between an item and the stop before or after it: a closing and an opening bracket

Slot = tuple[str, str]
Side = tuple[EvidenceText, EvidenceText, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences of different articles that agree in all but a few words, and these words."""

    one: EvidenceText
    other: EvidenceText
    said: str
    otherwise: str


def find_conflicts(query: Query, evidence: Sequence[EvidenceText]) -> list[Conflict]:
    """Return the pairs of evidence that contradict each other, in the order of the evidence.

    A word that the question itself names (the year or the place it asks about) tells two subjects apart, not two
    accounts of one, and makes no conflict.
    """
    found = []
    for one, other in combinations(evidence, 2):
        if _of_one_time(one, other) and (slot := _difference(one.text, other.text, query.text)):
            found.append(Conflict(one, other, *slot))
    return found


def _of_one_time(one: EvidenceText, other: EvidenceText) -> bool:
    """Tell whether two sentences stand in different articles whose titles do not name different years."""
    years, others = (set(_YEAR.findall(each.title)) for each in (one, other))
    return one.evidence.article_id != other.evidence.article_id and (years == others or not years or not others)


def with_conflicts(answer: Answer, evidence: Sequence[EvidenceText], articles: Mapping[str, Article]) -> Answer:
    """Add to an answer what the other source says where a sentence that it cites is contradicted, with a note."""
    cited = {(citation.article_id, citation.start, citation.end) for citation in answer.citations}
    said = {compact(citation.quote) for citation in answer.citations}
    result = answer
    conflicts = [one for one in find_conflicts(answer.query, evidence) if _of_one_subject(one, answer.query, articles)]
    told = {slot for one in conflicts for _, other, slot in _sides(one) if _place(other) in cited}
    for conflict in conflicts:
        for mine, other, slot in _sides(conflict):
            if _place(mine) in cited and compact(other.text) not in said and slot not in told:
                result = _added(result, other, articles[other.evidence.article_id])
                cited.add(_place(other))
                said.add(compact(other.text))
                told.add(slot)
    if any(_place(one.one) in cited and _place(one.other) in cited for one in conflicts) and NOTE not in answer.notes:
        result = replace(result, notes=(NOTE, *result.notes))
    return result


def _sides(conflict: Conflict) -> tuple[Side, Side]:
    """Return each sentence with the one that contradicts it and the words that this one has."""
    return (conflict.one, conflict.other, conflict.otherwise), (conflict.other, conflict.one, conflict.said)


def _of_one_subject(conflict: Conflict, query: Query, articles: Mapping[str, Article]) -> bool:
    """Tell whether each article prints what the question names of the other's title.

    体长可达10公分 under one fish and 体长可达12公分 under another do not contradict each other.
    """
    one, other = (articles[each.evidence.article_id] for each in (conflict.one, conflict.other))
    return _prints_subject(query, one, other) and _prints_subject(query, other, one)


def _prints_subject(query: Query, titled: Article, article: Article) -> bool:
    asked, title = normalize(query.text), normalize(titled.title)
    run = SequenceMatcher(None, asked, title, False).find_longest_match()
    return run.size < _SUBJECT or asked[run.a : run.a + run.size] in normalize(f"{article.title}\n{article.text}")


def _added(answer: Answer, other: EvidenceText, article: Article) -> Answer:
    marker = len(answer.citations) + 1
    words = " ".join(other.text.replace("**", "").replace("[", "［").split())
    sentence = f"资料说法不一，《{other.title}》写的是：{words}[{marker}]"
    text = f"{answer.text}\n{sentence}"
    citation = make_citation(marker, article, other.evidence.start, other.evidence.end, other.text)
    return replace(
        answer,
        text=text,
        sentences=(*answer.sentences, AnswerSentence(len(answer.text) + 1, len(text), (marker,))),
        citations=(*answer.citations, citation),
    )


def _place(one: EvidenceText) -> tuple[str, int, int]:
    return one.evidence.article_id, one.evidence.start, one.evidence.end


def _difference(one: str, other: str, question: str) -> Slot | None:
    """Return the words in which two nearly equal sentences differ; None when they agree or are too unlike."""
    one, other = (_DATELINE.sub("", _ENUMERATOR.sub("", text)) for text in (one, other))
    here, there = _words(one), _words(other)
    matcher = SequenceMatcher(None, [word.text for word in here], [word.text for word in there], False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return None
    blocks = matcher.get_matching_blocks()
    if sum(len(word.text) for block in blocks for word in here[block.a : block.a + block.size]) < _SHORTEST:
        return None
    slots: dict[Slot, None] = {}
    for kind, low, high, other_low, other_high in matcher.get_opcodes():
        gone, come = here[low:high], there[other_low:other_high]
        if kind == "equal" or not (_tells(gone) or _tells(come)):
            continue
        if (gone and come) or _is_left_out(gone, one, other) or _is_left_out(come, other, one):
            slots[_joined(gone), _joined(come)] = None
        elif low and other_low and (high < len(here) or other_high < len(there)):
            return None  # one says more than the other within the sentence
    if not 1 <= len(slots) <= _SLOTS or not all(_conflicts(*slot, question) for slot in slots):
        return None
    return None if _another_time(list(slots)) else next(iter(slots))


def _is_left_out(words: Sequence[Word], text: str, other: str) -> bool:
    """Tell whether words are an item of a list within a sentence, and the other is not just cut short before them."""
    if not words or not compact(text[: words[0].start]):
        return False
    start, end = words[0].start, words[-1].end
    goes_on = compact(text[end:]).removeprefix("等") or other.rstrip().endswith(_FINAL)
    return bool(goes_on) and "、" in text[max(start - _BESIDE, 0) : end + _BESIDE]


def _another_time(slots: Sequence[Slot]) -> bool:
    """Tell whether a date differs beside something else: two states of one matter, each of its day."""
    dated = [any(mention.kind == DATE for text in slot for mention in mentions(text)) for slot in slots]
    return any(dated) and not all(dated)


def _conflicts(said: str, otherwise: str, question: str) -> bool:
    if max(len(said), len(otherwise)) > _LONGEST_SLOT:
        return False
    if not said or not otherwise:
        return True
    if _HERE.sub("", said) == _HERE.sub("", otherwise):
        return False
    asked = compact(question)
    if compact(said) in asked or compact(otherwise) in asked:
        return False
    here, there = ([one for one in mentions(text) if one.kind in {AMOUNT, DATE}] for text in (said, otherwise))
    if here and there:
        return len(here) != len(there) or not all(map(same_value, here, there))
    return not set(said) <= set(otherwise) and not set(otherwise) <= set(said)


def _tells(words: Sequence[Word]) -> bool:
    return any(word.tag.startswith(_TELLING) for word in words)


def _joined(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[Word, ...]:
    """Return the words of a sentence, each amount and date as one word."""
    plain = normalize(text)
    whole = {one.start: one.end for one in mentions(text) if one.kind in {AMOUNT, DATE}}
    found: list[Word] = []
    covered = 0
    for word in tagged_words(plain):
        end = whole.get(word.start, word.end)
        if word.start >= covered and compact(plain[word.start : end]) and word.text not in FUNCTION_CHARACTERS:
            found.append(
                Word(plain[word.start : end].strip(), "m" if word.start in whole else word.tag, word.start, end)
            )
        covered = max(covered, end)
    return tuple(found)
