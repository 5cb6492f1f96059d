"""An English question put into the words that a Chinese collection prints.

No grammar is translated: each word or phrase becomes the Chinese word that stands in the passages where most of
the question's words stand together, and the asking words go to the end. Numbers, Chinese and what no dictionary
knows stay as they are, so that a refusal can name what is missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rag.index.analyze import bigrams, normalize, terms
from rag.search.dictionary import LONGEST_PHRASE, Candidate, Dictionary, load_dictionary, split_words
from rag.search.english import FUNCTION_WORDS, asked_about, asking, choice_at
from rag.search.printed import DocumentFrequency
from rag.search.romanised import is_pinyin, printed_names

FindTexts = Callable[[Mapping[str, float]], list[str]]

_TOKEN = re.compile(
    r"[\u4e00-\u9fff]+|\d+(?:[.,]\d+)*%?|[A-Za-z][A-Za-z0-9]*(?:['’][a-z]+)?|[^\sA-Za-z0-9\u4e00-\u9fff]"
)
_GLOSSED = re.compile(r"(?:\b[A-Z][\w'’-]* )+[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]")
_SHORT_NAMES = {
    "U.S.": "United States",
    "US": "United States",
    "USA": "United States",
    "UK": "United Kingdom",
    "UN": "United Nations",
    "EU": "European Union",
}
_SHORT = re.compile(r"\bU\.S\.|\b(?:USA|US|UK|UN|EU)\b")
_NUMBERS = {
    word: digit
    for digit, words in zip(
        "一二三四五六七八九十",
        ("one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh")
        + ("eight eighth", "nine ninth", "ten tenth"),
        strict=True,
    )
    for word in words.split()
}
_MONTHS = "january february march april may june july august september october november december".split()
_BEFORE_VERBS = frozenset("to will would shall should can could may might must did does do not".split())
_BEFORE_NOUNS = frozenset("a an the of in at on for from by its his her their our your this that these those".split())
_WRONG_CLASS = 0.5  # fit of a verb where a noun stands, and the reverse
_LEAST_FIT = 0.4  # beside the best
_ONE_CHARACTER = 0.4  # fit of a word of one character, which stands in others by accident
_MOST_CANDIDATES = 12
_LONGEST_NAME = 4  # words


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the translated question: fixed text, or candidates of which one is chosen."""

    source: str
    candidates: tuple[Candidate, ...] = ()
    chosen: bool = False  # whether it is what the question asks to choose: which company
    asked: bool = False  # whether it is the noun that is asked for: the price of


def translate(question: str, document_frequency: DocumentFrequency, find_texts: FindTexts) -> str:
    """Return the question in words of the collection.

    `document_frequency` maps terms to the number of passages that hold them; `find_texts` returns the texts of
    the passages that fit weighted terms best, best first.
    """
    slots = _slots(question, load_dictionary(), document_frequency)
    words = _choose(slots, document_frequency, find_texts)
    picked = [word for slot, word in zip(slots, words, strict=True) if slot.chosen]
    rest = [word for slot, word in zip(slots, words, strict=True) if not slot.chosen and not slot.asked]
    asked = [word for slot, word in zip(slots, words, strict=True) if slot.asked]
    return " ".join(dict.fromkeys(word for word in [*rest, *asked, asking(question, "".join(picked))] if word))


def _slots(question: str, dictionary: Dictionary, document_frequency: DocumentFrequency) -> list[Slot]:
    plain = _GLOSSED.sub(r"(\1)", question)
    plain = _SHORT.sub(lambda found: _SHORT_NAMES[found.group()], plain)
    choice = choice_at(plain)
    tokens = [token.group() for token in _TOKEN.finditer(plain)]
    positions = [token.start() for token in _TOKEN.finditer(plain)]
    first, end = asked_about(plain)
    slots, at, choosing = [], 0, False
    while at < len(tokens):
        slot, taken = _slot(tokens, at, dictionary, document_frequency)
        if choice is not None and positions[at] >= choice and slot is not None and not choosing:
            choosing = True
            slot = replace(slot, chosen=True)
        if slot is not None:
            slots.append(replace(slot, asked=first <= positions[at] < end))
        at += taken
    return slots


def _slot(
    tokens: Sequence[str], at: int, dictionary: Dictionary, document_frequency: DocumentFrequency
) -> tuple[Slot | None, int]:
    """Return the slot that starts at a token, and how many tokens it takes."""
    token = tokens[at]
    if not token[0].isascii() or not token[0].isalpha():
        return (Slot(token) if token[0].isalnum() else None), 1
    if token.lower() in FUNCTION_WORDS and not (token.isupper() and len(token) > 1):
        return None, 1
    for length in range(min(LONGEST_PHRASE, len(tokens) - at), 1, -1):
        phrase = tokens[at : at + length]
        if found := _phrase(phrase, dictionary, document_frequency):
            return Slot(" ".join(phrase), found), length
    return _name_or_word(tokens, at, dictionary, document_frequency)


def _phrase(
    phrase: Sequence[str], dictionary: Dictionary, document_frequency: DocumentFrequency
) -> tuple[Candidate, ...]:
    if not all(token[0].isascii() and token[0].isalnum() for token in phrase) or phrase[-1].lower() in FUNCTION_WORDS:
        return ()
    found = dictionary.translations(split_words(" ".join(phrase)))
    named = all(token[0].isupper() or token[0].isdigit() or token.lower() in FUNCTION_WORDS for token in phrase)
    if named and not found:
        found = _fixed(dictionary.names.get("".join(phrase).lower(), ()))
    return found if named else _printed(found, document_frequency)


def _name_or_word(
    tokens: Sequence[str], at: int, dictionary: Dictionary, document_frequency: DocumentFrequency
) -> tuple[Slot, int]:
    token = tokens[at]
    bare = re.sub(r"['’]s$", "", token)
    if bare in _NUMBERS or (bare.lower() in _MONTHS and bare[0].isupper()):
        return Slot(bare, _numeral(bare, dictionary)), 1
    before = tokens[at - 1].lower() if at else ""
    if not token[0].isupper():
        return Slot(bare, _classed(dictionary.translations(split_words(token)), token, before)), 1
    if (joined := _romanised(tokens, at, dictionary, document_frequency)) and joined[1] > 1:
        return joined
    if names := dictionary.names.get(bare.lower()):
        return Slot(bare, _fixed(names)), 1
    if bare[1:].isupper() and document_frequency([normalize(bare)])[normalize(bare)]:
        return Slot(bare), 1
    found = _classed(dictionary.translations(split_words(token)), token, "the")
    if found or document_frequency([normalize(bare)])[normalize(bare)]:
        return Slot(bare, found), 1
    return joined or (Slot(bare), 1)


def _romanised(
    tokens: Sequence[str], at: int, dictionary: Dictionary, document_frequency: DocumentFrequency
) -> tuple[Slot, int] | None:
    """Return the slot of the longest run of capitalised words that spell a printed name in pinyin, if any."""
    run = list(takewhile(lambda token: token[0].isupper(), tokens[at : at + _LONGEST_NAME]))
    for size in range(len(run), 0, -1):
        pinyin = re.sub(r"['’]s?", "", "".join(run[:size])).lower()
        if is_pinyin(pinyin, dictionary.readings):
            names = printed_names(pinyin, dictionary.readings, document_frequency)[:_MOST_CANDIDATES]
            if names:
                return Slot(" ".join(run[:size]), _fixed(names)), size
    return None


def _numeral(word: str, dictionary: Dictionary) -> tuple[Candidate, ...]:
    """Return candidates for a month, a numeral or an ordinal; 首 and the like stand beside 第一."""
    if word.lower() in _MONTHS:
        return _fixed([f"{_MONTHS.index(word.lower()) + 1}月"])
    digit = _NUMBERS[word]
    if word in {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}:
        return _fixed([digit])
    return (*_fixed([f"第{digit}"]), *(dictionary.translations([word]) if digit == "一" else ()))


def _classed(candidates: Sequence[Candidate], token: str, before: str) -> tuple[Candidate, ...]:
    """Weigh verbs down where a noun stands, and the reverse, by the word before and the ending."""
    verb = before in _BEFORE_VERBS or token.endswith("ed")
    noun = not verb and before in _BEFORE_NOUNS
    weighed = [
        Candidate(
            one.word, one.fit * (_WRONG_CLASS if (one.verb and noun) or (verb and not one.verb) else 1.0), one.verb
        )
        for one in candidates
    ]
    return tuple(sorted(weighed, key=lambda one: -one.fit))


def _fixed(words: Sequence[str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(word, 1.0) for word in words)


def _printed(candidates: Sequence[Candidate], document_frequency: DocumentFrequency) -> tuple[Candidate, ...]:
    """Keep the candidates that may stand in the collection: all their pairs, or their one character, do."""
    wanted = {candidate.word: bigrams(candidate.word) or [candidate.word] for candidate in candidates}
    counts = document_frequency(sorted({term for group in wanted.values() for term in group}))
    return tuple(one for one in candidates if all(counts.get(term, 0) for term in wanted[one.word]))


def _choose(slots: Sequence[Slot], document_frequency: DocumentFrequency, find_texts: FindTexts) -> list[str]:
    """Return one word a slot: that of the passage which holds most of the question, else the best printed one."""
    options = [_weighted(_printed(slot.candidates, document_frequency)[:_MOST_CANDIDATES]) for slot in slots]
    options = [option or _untranslated(slot) for slot, option in zip(slots, options, strict=True)]
    rarity, usage = _rarity([word for option in options for word in option], document_frequency)
    options = [{word: fit * usage[word] for word, fit in option.items()} for option in options]
    options = [{word: fit / max(option.values()) for word, fit in option.items()} for option in options]
    weights: dict[str, float] = {}
    for option in options:
        for word, fit in option.items():
            for term in terms(word):
                weights[term] = max(weights.get(term, 0.0), fit)
    texts = [normalize(text) for text in find_texts(weights)] if weights else []
    texts.sort(key=lambda text: -_score(text, options, rarity))
    return [_word(slot, option, texts, rarity) for slot, option in zip(slots, options, strict=True)]


def _untranslated(slot: Slot) -> dict[str, float]:
    """Numbers, Chinese and names that no dictionary knows are looked for as they are."""
    return {slot.source: 1.0} if not slot.candidates and not slot.source[0].islower() else {}


def _weighted(candidates: Sequence[Candidate]) -> dict[str, float]:
    fits = {one.word: one.fit * (_ONE_CHARACTER if len(one.word) == 1 else 1.0) for one in candidates}
    least = _LEAST_FIT * max(fits.values(), default=0.0)
    return {word: fit for word, fit in fits.items() if fit >= least}


def _rarity(words: Sequence[str], document_frequency: DocumentFrequency) -> tuple[dict[str, float], dict[str, float]]:
    """Return a weight a word, the rarer its rarest pair the heavier, and how usual it is, growing with the same."""
    groups = {word: bigrams(word) or [normalize(word)] for word in words}
    counts = document_frequency(sorted({term for group in groups.values() for term in group}))
    lowest = {word: min(counts.get(term, 0) for term in group) for word, group in groups.items()}
    rarity = {word: (1.0 + count) ** -0.25 for word, count in lowest.items()}
    return rarity, {word: 0.5 + math.log1p(count) for word, count in lowest.items()}


def _score(text: str, options: Sequence[Mapping[str, float]], rarity: Mapping[str, float]) -> float:
    return sum(
        max((fit * rarity[word] for word, fit in option.items() if normalize(word) in text), default=0.0)
        for option in options
    )


def _word(slot: Slot, option: Mapping[str, float], texts: Sequence[str], rarity: Mapping[str, float]) -> str:
    for text in texts[:3]:
        if found := [word for word in option if normalize(word) in text]:
            return max(found, key=lambda word: option[word])
    if option:
        return max(option, key=lambda word: option[word])
    if slot.candidates:
        return slot.candidates[0].word
    return "" if slot.source[0].islower() else slot.source
