"""A question of several parts: 男子和女子的年龄分别是多少, 谁主办，并且在哪里举行."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from os.path import commonprefix

from rag.answer.questions import Kind, Question
from rag.index.analyze import Word, normalize, tagged_words
from rag.search.query import standalone

MOST = 4  # parts that are asked for one by one; of more the question is answered as a whole
_MAY_HAVE_PARTS = frozenset({Kind.FACT, Kind.LIST, Kind.HOW, Kind.WHY, Kind.DEFINITION})
_NEXT = re.compile(r"(?<=[?!])|[,;](?=以及|并且?|而且?|同时|又|另外|还有)|[,;](?=[^,;]*(?:分别|又是|又有))")
_ASKS = re.compile(
    r"什么|谁|哪|多少|几[个位家种部本所条项次年岁名]|为何|如何|怎么?样?|何[时处地]|多[长远高大深重宽久快]|吗"
)
_JOINING = re.compile(r"^(?:以及|并且|并|而且|而|同时|另外|还有|又|请问|[,;?!。 ])+")
_EACH = re.compile(r"分别|各自|各(?=是|有|为|在|占)")
_AND = frozenset({"和", "与", "及", "跟", "以及"})
_TOGETHER = re.compile(
    r"关系|区别|不同|差异|差别|差距|异同|相同|比较|对比|相比|共同|之间|合作|合并|联合|签|一起|多多少|吗[?。]*$"
)
_BOUNDS = frozenset('的 是 在 有 了 对 把 将 被 从 为 由 于 中 都 ( ) " 《 》 , : ; ? ! 。 、'.split()) | _AND
_LONGEST = 6  # words of one of the things that are named side by side
_LEAST_LIKE = 2.5
_WHOLE = 0.8  # for a run that ends where its phrase does
_NAMED_IN_FULL = 3  # words at least
_BEING = frozenset("是 为 有 叫".split())
_QUOTED = re.compile(r"《[^》]*》|\"[^\"]*\"")


def parts(question: Question, is_printed: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the questions that a question holds, each complete; nothing when it is one question.

    What is printed as it stands, as 社会与人口学院 is, counts as one thing unless the question says 分别.
    """
    if question.kind not in _MAY_HAVE_PARTS:
        return ()
    found = _clauses(question.text, question.normal)
    if not found and not _TOGETHER.search(question.normal):
        found = _side_by_side(question.text, question.normal, is_printed)
    return tuple(found) if len(found) <= MOST else ()


def _clauses(question: str, normal: str) -> list[str]:
    """Return the clauses that each ask something; the later ones are completed by what the first is about."""
    cuts = [0, *(found.end() for found in _NEXT.finditer(normal)), len(normal)]
    pieces = [question[start:end] for start, end in zip(cuts, cuts[1:], strict=False) if normal[start:end].strip()]
    if not 2 <= len(pieces) <= MOST or not all(_ASKS.search(normalize(piece)) for piece in pieces):
        return []
    first, *others = (piece.rstrip("，,；; ") for piece in pieces)
    return [first, *(standalone(_without_joint(other), [first]) for other in others)]


def _without_joint(clause: str) -> str:
    joint = _JOINING.match(normalize(clause))
    return clause[joint.end() :] if joint else clause


def _side_by_side(question: str, normal: str, is_printed: Callable[[str], bool]) -> list[str]:
    """Return the question once for each of two things that it names side by side."""
    words = tagged_words(question)
    quoted = {place for found in _QUOTED.finditer(normal) for place in range(found.start(), found.end())}
    joints = [at for at, word in enumerate(words) if word.text in _AND and word.start not in quoted]
    if len(joints) != 1:
        return []
    score, low, high = max(_pairs(words, joints[0]), default=(0.0, 0, 0))
    alike = score >= _LEAST_LIKE
    related = alike and _share_a_character(words[low : joints[0]], words[joints[0] + 1 : high])
    if not related and (found := _whole_sides(question, words, joints[0])):
        return found
    if not alike:
        return []
    low -= _is_first_character(words, low)
    runs = [*_listed_before(words, low, words[joints[0] + 1 : high]), (low, joints[0]), (joints[0] + 1, high)]
    first, last = runs[0][0], high - 1
    phrase = normal[words[first].start : words[last].end]
    outside = [word for word in words[:first] if word.start not in quoted]
    if not _EACH.search(normal) and (not _only_names(outside, words[high:]) or is_printed(phrase)):
        return []
    before, after = question[: words[first].start], _EACH.sub("", question[words[last].end :], count=1)
    return [before + question[words[start].start : words[end - 1].end] + after for start, end in runs]


def _whole_sides(question: str, words: Sequence[Word], joint: int) -> list[str]:
    """Return what is said of two unlike things, each named in full: A的措施和B的人数分别是多少."""
    each = next((at for at in range(joint + 2, len(words)) if _EACH.match(words[at].text)), 0)
    low = max((at + 1 for at in range(joint) if words[at].tag == "x"), default=0)
    runs = [(low, joint), (joint + 1, each)]
    if not each or any(end - start < _NAMED_IN_FULL for start, end in runs):
        return []
    if len({any(word.text == "的" for word in words[start:end]) for start, end in runs}) > 1:
        return []
    before, after = question[: words[low].start], question[words[each].end :]
    return [before + question[words[start].start : words[end - 1].end] + after for start, end in runs]


def _share_a_character(left: Sequence[Word], right: Sequence[Word]) -> bool:
    first, second = ("".join(word.text for word in side) for side in (left, right))
    return bool(set(first) & set(second))


def _is_first_character(words: Sequence[Word], low: int) -> bool:
    """Tell whether the word before words[low] is but the first character of an unknown name, as 白 in 白沙河 is."""
    before = words[low - 1] if low else None
    return before is not None and len(before.text) == 1 and before.tag[0] in "abnfgjz" and not _ends(before)


def _listed_before(words: Sequence[Word], low: int, like: Sequence[Word]) -> list[tuple[int, int]]:
    """Return the runs of words that stand before words[low], each with a 、 after it, as start and end."""
    found: list[tuple[int, int]] = []
    while low > 1 and words[low - 1].text == "、":
        end, starts = low - 1, []
        for start in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
            if words[start].text in _BOUNDS:
                break
            starts.append((_alike(words[start:end], like), start))
        if not starts:
            break
        low = max(starts)[1]
        found.insert(0, (low, end))
    return found


def _only_names(before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Tell whether a question but names what is wanted, as 高考人数 and 的导演是谁 do, after two things."""
    says = any(
        _predicates(word, second) or (word.tag == "p" and (second is None or second.tag[0] != "r"))
        for word, second in zip_longest(after, after[1:])
    )
    return not says and not any(word.tag == "v" or word.tag[0] == "r" for word in before)


def _predicates(word: Word, following: Word | None) -> bool:
    named = following is not None and following.tag[0] == "n"
    return word.tag[0] == "v" and word.text not in _BEING and not named


def _pairs(words: Sequence[Word], at: int) -> Iterator[tuple[float, int, int]]:
    """Yield how alike words[low:at] and words[at + 1:high] are, low and high, for runs beside a joining word."""
    for low in range(at - 1, max(-1, at - 1 - _LONGEST), -1):
        if words[low].text in _BOUNDS:
            break
        for high in range(at + 2, min(len(words), at + 1 + _LONGEST) + 1):
            following = words[high] if high < len(words) else None
            if _ends(words[high - 1]) or (high > at + 2 and _predicates(words[high - 1], following)):
                break
            whole = following is None or _ends(following)
            yield _alike(words[low:at], words[at + 1 : high]) + _WHOLE * whole, low, high


def _ends(word: Word) -> bool:
    return word.text in _BOUNDS or word.tag[0] == "r" or bool(_EACH.match(word.text))


def _alike(left: Sequence[Word], right: Sequence[Word]) -> float:
    """Return 0…5: equal kinds of words, equal ends and beginnings, equal length."""
    first, second = ("".join(word.text for word in side) for side in (left, right))
    longest = max(len(first), len(second))
    kinds = max(_same_kinds(left, right), _same_kinds(left[::-1], right[::-1]))
    ends = len(commonprefix([first[::-1], second[::-1]])) + len(commonprefix([first, second]))
    return 2 * kinds / max(len(left), len(right)) + ends / longest + 1 - abs(len(first) - len(second)) / longest


def _same_kinds(left: Sequence[Word], right: Sequence[Word]) -> int:
    return sum(_kind(one) == _kind(other) for one, other in zip(left, right, strict=False))


def _kind(word: Word) -> str:
    return {"v": "n", "j": "n"}.get(word.tag[0], word.tag[0])
