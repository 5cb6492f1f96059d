"""Names written in pinyin to the characters that a collection prints for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.search.printed import DocumentFrequency

_MOST_SYLLABLES = 6
_MOST_PATHS = 200


def printed_names(pinyin: str, readings: Mapping[str, str], document_frequency: DocumentFrequency) -> list[str]:
    """Return the words of two or more characters read as `pinyin` whose neighbouring pairs are all printed.

    `pinyin` has no tones and no blanks; `readings` maps a syllable to its characters. The words whose rarest
    pair is most frequent come first.
    """
    found: dict[str, int] = {}
    for syllables in _splits(pinyin, readings):
        found |= _paths(syllables, readings, document_frequency)
    return sorted(found, key=lambda word: -found[word])


def is_pinyin(text: str, readings: Mapping[str, str]) -> bool:
    """Tell whether a text can be read as syllables of Mandarin."""
    return any(True for _ in _splits(text, readings))


def _splits(pinyin: str, readings: Mapping[str, str], room: int = _MOST_SYLLABLES) -> Iterator[list[str]]:
    if not pinyin:
        yield []
        return
    if room:
        for length in range(min(6, len(pinyin)), 0, -1):
            if pinyin[:length] in readings:
                yield from ([pinyin[:length], *rest] for rest in _splits(pinyin[length:], readings, room - 1))


def _paths(
    syllables: Sequence[str], readings: Mapping[str, str], document_frequency: DocumentFrequency
) -> dict[str, int]:
    """Return words with the number of passages that hold their rarest pair."""
    if len(syllables) < 2:
        return {}
    paths = {first: 1 << 30 for first in readings[syllables[0]]}
    for syllable in syllables[1:]:
        pairs = {path[-1] + character for path in paths for character in readings[syllable]}
        printed = {pair: count for pair, count in document_frequency(sorted(pairs)).items() if count}
        longer = {
            path + character: min(lowest, printed[path[-1] + character])
            for path, lowest in paths.items()
            for character in readings[syllable]
            if path[-1] + character in printed
        }
        best = sorted(longer, key=lambda path: -longer[path])[:_MOST_PATHS]
        paths = {path: longer[path] for path in best}
    return paths
