"""Chinese text to search terms.

`normalize` works character by character and keeps the length, so an offset into the normalised text is an
offset into the text itself. Words come from rjieba, bigrams from runs of Han characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.types import Span

HAN = "\u3007\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U000323af"
_HAN_RUN = re.compile(f"[{HAN}]+")
_LETTER = rf"[^\W_\u2460-\u24ff\u2776-\u2793{HAN}]"
_FOREIGN = re.compile(rf"[0-9]++(?:\.[0-9]++)*+(?!{_LETTER})|{_LETTER}+(?:\.{_LETTER}+)*[+#]*")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")

FUNCTION_CHARACTERS = frozenset(
    "的了着过在是和与及或等也都就还而且但并把被让向往从自对于以为之其此该这那个们吗呢吧啊呀么有又很地得"
)

_ONE_FORM = {
    '"': "“”„‟「」『』〝〞＂",
    "'": "‘’‚‛＇",
    "-": "‐‑‒–—―−－",
    "~": "～∼〜",
    "·": "•‧・∙⋅･",
    "(": "（〔﹙",
    ")": "）〕﹚",
    "[": "［【〖",
    "]": "］】〗",
    "《": "〈＜",
    "》": "〉＞",
    ".": "．",
    "。": "｡",
    "、": "､",
    " ": "\u3000\u00a0\u2002\u2003\u2009\u202f",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word with rjieba's part of speech; `text` is normalised, `start` and `end` are offsets into the text."""

    text: str
    tag: str
    start: int
    end: int


def normalize(text: str) -> str:
    """Return the text in one spelling, of the same length.

    Traditional becomes simplified, full width becomes half width, upper case becomes lower case, each kind of
    punctuation has one form, and half a surrogate pair becomes U+FFFD; every character is replaced by exactly one.
    """
    return text.translate(_spellings())


def as_typed(term: str, text: str) -> str:
    """Return a normalised term in the spelling that the text has; the term itself where it does not stand there."""
    at = normalize(text).find(term)
    return text[at : at + len(term)] if at >= 0 else term


def tagged_words(text: str) -> list[Word]:
    """Cut the text into words with parts of speech; together they cover it without gaps."""
    import rjieba

    found: list[Word] = []
    position = 0
    for word, tag in rjieba.tag(normalize(text)):
        found.append(Word(word, tag, position, position + len(word)))
        position += len(word)
    return found


def stands_in_known_word(text: str, at: int) -> bool:
    """Tell whether the character at an offset belongs to a longer word of rjieba's dictionary."""
    import rjieba

    end = 0
    for word in rjieba.cut(normalize(text), False):
        end += len(word)
        if at < end:
            return len(word) > 1
    return False


def words(text: str) -> list[str]:
    """Return the words that carry meaning, normalised, in order; numbers and foreign words are kept whole."""
    return _words(normalize(text))


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring Han characters, and numbers and foreign words whole, normalised."""
    plain = normalize(text)
    return _pairs(plain) + _foreign(plain)


def terms(text: str) -> list[str]:
    """Return what a text is found by: its words and its Han bigrams, with repetitions."""
    plain = normalize(text)
    return _words(plain) + _pairs(plain)


def term_spans(text: str, term: str) -> list[Span]:
    """Return where a term of `terms` stands in the text, spelling aside."""
    plain, wanted = normalize(text), normalize(term)
    return [match.span() for match in re.finditer(re.escape(wanted), plain)] if wanted else []


def _words(plain: str) -> list[str]:
    import rjieba

    apart = " ".join(rjieba.cut(plain))
    return [word for word in _HAN_RUN.findall(apart) if word not in FUNCTION_CHARACTERS] + _foreign(plain)


def _pairs(plain: str) -> list[str]:
    return [first + second for run in _HAN_RUN.findall(plain) for first, second in pairwise(run)]


def _foreign(plain: str) -> list[str]:
    return _FOREIGN.findall(_THOUSANDS.sub("", plain))


@lru_cache(maxsize=1)
def _spellings() -> dict[int, str]:
    table = {code: form for code in range(0x20000) if (form := _plain_form(chr(code)))}
    table |= {ord(character): form for form, characters in _ONE_FORM.items() for character in characters}
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    return table | _simplified()


def _plain_form(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isupper() else ""
    if unicodedata.category(character) == "No":
        return ""
    form = unicodedata.normalize("NFKC", character).lower()
    return form if len(form) == 1 and form != character else ""


def _simplified() -> dict[int, str]:
    from opencc import OpenCC

    codes = [*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2A6E0)]
    lines = unicodedata.normalize("NFKC", "\n".join(map(chr, codes)))
    forms = OpenCC("t2s").convert(lines).split("\n")
    return {code: form for code, form in zip(codes, forms, strict=True) if len(form) == 1 and form != chr(code)}
