"""What a sentence claims that can be checked by the letter: amounts, dates, names, titles, and its negations."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.numbers import Date, Quantity, dates, quantities
from rag.answer.words import listed
from rag.index.analyze import HAN, Word, normalize, tagged_words

AMOUNT, DATE, PERSON, PLACE, ORGANISATION, TITLE, LITERAL = "数量", "日期", "人名", "地名", "机构名", "引语", "字样"

_GROUPS = {"nr": PERSON, "nrfg": PERSON, "nrt": PERSON, "ns": PLACE, "nt": ORGANISATION, "nz": ORGANISATION}
_QUOTED = re.compile(r"《([^《》]+)》|\"([^\"]+)\"")
_LITERAL = re.compile(r"\d+\s*[:比]\s*\d+(?![\d年月])|\d+(?:[-+/]\d+){2,}|\d{7,}")
_FOREIGN = re.compile(r"[^\W\d_" + HAN + r"][^\W_" + HAN + r"]*(?:[-.+&'][^\W_" + HAN + r"]+)*")
_LETTERS = re.compile(rf"[\w{HAN}]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something a sentence names, as text and by value (`key`); offsets into the sentence."""

    kind: str
    start: int
    end: int
    text: str
    key: Hashable


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...]:
    """Return everything the sentence names, in order of kind, then place."""
    plain = normalize(text)
    found = [Mention(AMOUNT, q.start, q.end, text[q.start : q.end].strip(), q) for q in quantities(text)]
    found += [Mention(DATE, d.start, d.end, text[d.start : d.end], d) for d in dates(text)]
    found += _quoted(text, plain)
    dated = [(mention.start, mention.end) for mention in found if mention.kind == DATE]
    for match in _LITERAL.finditer(plain):
        if not any(low < match.end() and match.start() < high for low, high in dated):
            found.append(_literal(LITERAL, match, text))
    return tuple(found + names(text))


def names(text: str) -> list[Mention]:
    """Return the persons, places, organisations and foreign words of the text."""
    plain = normalize(text)
    found = [_literal(ORGANISATION, match, text) for match in _FOREIGN.finditer(plain) if len(match.group()) > 1]
    for word in tagged_words(text):
        kind = _GROUPS.get(word.tag) or (PERSON if _unknown(word) else None)
        if kind and len(word.text) > 1 and not re.search(r"[\da-z]", word.text):
            found.append(Mention(kind, word.start, word.end, text[word.start : word.end], word.text))
    return found


def compact(text: str) -> str:
    """Return the letters and digits of the text in one spelling, without spaces and punctuation."""
    return "".join(_LETTERS.findall(normalize(text)))


def amount(mention: Mention) -> Quantity:
    """Return the quantity of an AMOUNT."""
    assert isinstance(mention.key, Quantity)
    return mention.key


def date(mention: Mention) -> Date:
    """Return the date of a DATE."""
    assert isinstance(mention.key, Date)
    return mention.key


def name_occurs(name: str, letters: str, title: str = "") -> bool:
    """Tell whether a name stands in a text's letters (see `compact`), its suffix or a word run into it aside."""
    wanted = compact(name)
    if wanted in letters or wanted in title:
        return True
    for ending in listed("names", "follow"):
        if wanted.endswith(ending) and len(wanted) - len(ending) >= 2:
            return wanted.removesuffix(ending) in letters
    if len(wanted) > 2 and wanted[-1] in listed("names", "spoken"):
        return wanted[:-1] in letters
    if len(joined := re.split("[与和及跟]", wanted)) > 1:
        return all(part in letters for part in joined)
    if len(wanted) > 2 and wanted[-1] in "市省区县":
        return _stem_occurs(wanted[:-1], letters)
    return False


def _stem_occurs(stem: str, letters: str) -> bool:
    """上海市 is 上海, but 吉林市 is not 吉林省."""
    following = [letters[match.end() : match.end() + 1] for match in re.finditer(stem, letters)]
    return any(character not in tuple("市省区县州镇乡村") for character in following)


def _quoted(text: str, plain: str) -> list[Mention]:
    found = []
    for match in _QUOTED.finditer(plain):
        group = 1 if match.group(1) is not None else 2
        key = compact(match.group(group))
        if key:
            found.append(Mention(TITLE, match.start(), match.end(), text[match.start() : match.end()], key))
    return found


def _literal(kind: str, match: re.Match[str], text: str) -> Mention:
    return Mention(kind, match.start(), match.end(), text[match.start() : match.end()], "".join(match.group().split()))


def _unknown(word: Word) -> bool:
    """Tell whether the tagger knew nothing of a word of two to four Han characters: most often a name."""
    return word.tag == "x" and re.fullmatch(f"[{HAN}]{{2,4}}", word.text) is not None
