"""A question is made to stand alone, and its typing slips are matched to what the collection prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.index.alike import variants
from rag.index.analyze import FUNCTION_CHARACTERS, Word, normalize, stands_in_known_word, tagged_words
from rag.search.abbreviations import written_otherwise
from rag.search.printed import DocumentFrequency, Printed
from rag.types import Query

LONGEST_QUESTION = 2000
_LONGEST_WORD = 4
_NAME_END = re.compile(r"街道|社区|新村|公司|大学|中学|小学|医院|中心|[路街镇区县村市省乡]")

_COUNTED = "(?:个|位|项|家|里|次|件|种|本|部)"
_PRONOUN = re.compile(
    rf"(?<![吉其维])(他们|她们|它们|这些|那些|该(?=[^怎如])|此(?!外|次|时|类|前|后|刻)|他|她|它|前者|后者|上述"
    rf"|这{_COUNTED}?|那{_COUNTED}(?!么)|其(?![他它中实余次]))"
)
_ELLIPSIS = re.compile(r"^(那么?|然后|还有|另外|以及|其中|再说|具体|呢|and|what about)|(呢)[?。]*$")
_APART = frozenset("的 是 在 有 了 对 把 将 被 从 为 由 于 要 会 能 可以 曾 都 中 包括 包含".split())
_ASKED = re.compile(
    r"什么时候|什么|哪[一两三几]?[个位家种年些里儿天]?|为什么|如何|何[时处年]?|怎么样?|怎样|多少|几[个位家种项条次年]|谁|请问|吗|呢|[?。!]"
)
_ASKING = re.compile(rf"[有是在于由]?(?:{_ASKED.pattern})")
_NAMING_TAGS = frozenset({"nr", "nrt", "ns", "nt", "nz", "eng", "x", "m", "t", "i", "l", "j"})
_PROPER_TAGS = frozenset({"nr", "nrt", "ns", "nt"})
_LOOSE_TAGS = frozenset("cdfpuv")  # what a topic does not end with
_HEAD_WORDS = 3  # of a question, that may be the end of an earlier topic
_JOINING_TAGS = frozenset("cdfmpqrtuy")  # conjunctions, adverbs, directions, numerals, prepositions, measures, …
_HAN = re.compile(r"[一-鿿]")
_RUN = re.compile(r"[一-鿿]+")

Evidence = Callable[[str, int], list[list[str]]]


def standalone(question: str, history: Sequence[str]) -> str:
    """Complete a follow-up with the topic of the questions before it; anything else is returned as it is.

    `history` holds earlier questions, oldest first. No language model is used: a noun that ends an earlier topic
    (学院 after 江城大学哲学院) becomes that topic, a pronoun the last one, an elliptical question gets it in front.
    """
    topics: list[str] = []
    for earlier in history:
        if found := topic(_complete(earlier, topics)):
            topics.append(found)
    return _complete(question, topics)


def topic(question: str) -> str:
    """Return what a question is about: the thing it begins with, else its first naming phrase, else nothing."""
    pieces = _pieces(_ASKING.sub(lambda asked: " " * len(asked.group()), normalize(question)))
    if not pieces:
        return ""
    named = [piece for piece in pieces if any(word.tag in _NAMING_TAGS and len(word.text) > 1 for word in piece)]
    piece = pieces[0] if _is_thing(pieces[0]) else (named or pieces)[0]
    return question[piece[0].start : piece[-1].end]


def correct(question: str, printed: Printed) -> tuple[tuple[str, str], ...]:
    """Return (as typed, as printed) pairs for characters that only an alike one explains.

    A character is suspected when no passage prints it next to its neighbours. It is replaced when an alike
    character makes every pair with its neighbours, at least two pairs, one that the collection prints; or when
    it stands in no word of the dictionary and makes one pair that a title prints: names may have two characters.
    """
    found: list[tuple[str, str]] = []
    for run in _RUN.finditer(normalize(question)):
        if len(run.group()) >= 3:
            found += _corrections(run.group(), printed)
    return tuple(dict.fromkeys(found))


def apply(question: str, corrections: Sequence[tuple[str, str]]) -> str:
    """Return the normalised question with every correction made."""
    plain = normalize(question)
    for typed, printed in corrections:
        plain = plain.replace(typed, printed)
    return plain


def make_query(question: str, history: Sequence[str], printed: Printed) -> Query:
    """Make a question ready for search."""
    text = standalone(question, history)
    return Query(text, question, (*correct(text, printed), *written_otherwise(text, printed)))


def _complete(question: str, topics: Sequence[str]) -> str:
    plain = normalize(question)
    if not topics or normalize(topics[-1]) in plain:
        return question
    if head := _with_whole_head(question, topics):
        return head
    pronoun = _PRONOUN.search(plain)
    if pronoun and not _ELLIPSIS.search(plain[: pronoun.end()]):
        return question[: pronoun.start()] + topics[-1] + question[pronoun.end() :]
    if _ELLIPSIS.search(plain) or not _stands_alone(plain):
        return f"{topics[-1]}，{question}"
    return question


def _with_whole_head(question: str, topics: Sequence[str]) -> str:
    """Return the question with the noun it begins with given in full, as an earlier topic has it; else nothing."""
    found = tagged_words(question)
    for count in range(min(_HEAD_WORDS, len(found) - 1), 0, -1):
        head = question[: found[count - 1].end]
        if len(head) < 2 or found[count - 1].tag[0] != "n" or found[count].tag[0] in "nx":
            continue
        for earlier in reversed(topics):
            before, held, _ = earlier.rpartition(head)
            if held and before:
                return before + question
    return ""


def _stands_alone(plain: str) -> bool:
    """A question stands alone when it names something: a proper name, a year, a quotation, a foreign word."""
    if re.search(r"[\"《a-z]|\d{2}", plain):
        return True
    return any(word.tag in _PROPER_TAGS for word in tagged_words(plain))


def _pieces(plain: str) -> list[list[Word]]:
    """Return the runs of words between those that only join, of two characters at least, loose ends taken off."""
    pieces: list[list[Word]] = [[]]
    for word in tagged_words(plain):
        if word.text in _APART or not re.search(r"[\w%]", word.text):
            pieces.append([])
        else:
            pieces[-1].append(word)
    trimmed = [_trimmed(piece) for piece in pieces]
    return [piece for piece in trimmed if piece and piece[-1].end - piece[0].start >= 2]


def _trimmed(piece: Sequence[Word]) -> list[Word]:
    kept = list(piece)
    while kept and kept[-1].tag[0] in _LOOSE_TAGS and kept[-1].tag != "vn":
        kept.pop()
    return kept


def _is_thing(piece: Sequence[Word]) -> bool:
    """Whether a piece is made of nouns and what describes them."""
    return piece[-1].tag[0] in "nxj" and all(word.tag[0] in "nxjabmqle" for word in piece)


def _corrections(run: str, printed: Printed) -> list[tuple[str, str]]:
    """Return the corrections of one run of characters; where a title proves one, its neighbours are left alone."""
    known = printed.document_frequency([run[at : at + 2] for at in range(len(run) - 1)])
    unknown = {at: [not known.get(pair, 0) for pair in _pairs_around(run, at)] for at in range(len(run))}
    suspects = [at for at in range(len(run)) if any(unknown[at]) and _may_be_slip(run, at)]
    found = {at: _best_variant(run, at, printed.title_frequency, _naming_pairs) for at in suspects}
    titled = [at for at in suspects if found[at]]
    for at in suspects:
        if not found[at] and all(unknown[at]) and all(abs(at - other) > 1 for other in titled):
            found[at] = _best_variant(run, at, printed.document_frequency, _evidence_pairs) or _best_variant(
                run, at, printed.title_frequency, _either_pair
            )
    return [(_core(run, at, run[at]), _core(run, at, variant)) for at, variant in found.items() if variant]


def _may_be_slip(run: str, at: int) -> bool:
    """Whether a character neither asks, counts nor joins words, and belongs to no longer word of the dictionary."""
    asks = any(asked.start() <= at < asked.end() for asked in _ASKED.finditer(run))
    if asks or run[at] in FUNCTION_CHARACTERS or stands_in_known_word(run, at):
        return False
    return all(word.tag[0] not in _JOINING_TAGS for word in tagged_words(run) if (word.start, word.end) == (at, at + 1))


def _pairs_around(run: str, at: int) -> list[str]:
    return [run[start : start + 2] for start in (at - 1, at) if 0 <= start < len(run) - 1]


def _core(run: str, at: int, character: str) -> str:
    """The corrected character with the words that it and its neighbours belong to."""
    low, high = max(0, at - 1), min(len(run), at + 2)
    for word in tagged_words(run):
        if word.start < high and low < word.end and word.end - word.start <= _LONGEST_WORD:
            low, high = min(low, word.start), max(high, word.end)
        elif word.start == high and _NAME_END.fullmatch(word.text):
            high = word.end
    return run[low:at] + character + run[at + 1 : high]


def _best_variant(run: str, place: int, frequency: DocumentFrequency, evidence: Evidence) -> str:
    """Return the alike character for which the rarest pair of some evidence is printed most, else ''.

    Where two are even, the one whose other pair is rarer: it stands by itself less often. The answer never depends
    on the order in which a set is read.
    """
    low = max(0, place - 2)
    window, at = run[low : place + 3], place - low
    others = sorted(variants(window[at]) - FUNCTION_CHARACTERS)
    needed = {variant: evidence(window[:at] + variant + window[at + 1 :], at) for variant in others}
    counts = frequency(sorted({pair for groups in needed.values() for pairs in groups for pair in pairs}))
    printed = {
        variant: max(_firmness([counts.get(pair, 0) for pair in pairs]) for pairs in groups)
        for variant, groups in needed.items()
        if groups
    }
    best = max(printed, key=lambda variant: printed[variant], default="")
    return best if best and printed[best][0] else ""


def _firmness(counts: Sequence[int]) -> tuple[int, int]:
    return min(counts), -max(counts)


def _evidence_pairs(changed: str, at: int) -> list[list[str]]:
    """Both pairs that hold the character together; at an edge of the run, the pair next to it as well."""
    pairs = _pairs_around(changed, at)
    if len(pairs) == 1:
        inner = 1 if at == 0 else at - 2
        pairs += [changed[inner : inner + 2]] if inner >= 0 and inner + 2 <= len(changed) else []
    return [pairs] if len(pairs) >= 2 else []


def _naming_pairs(changed: str, at: int) -> list[list[str]]:
    """The same, where no character is one that only joins words: a title prints 成的 and 一时被 everywhere."""
    return [pairs for pairs in _evidence_pairs(changed, at) if FUNCTION_CHARACTERS.isdisjoint("".join(pairs))]


def _either_pair(changed: str, at: int) -> list[list[str]]:
    return [[pair] for pair in _pairs_around(changed, at)]
