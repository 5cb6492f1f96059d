"""Bytes to text: which of the Chinese encodings was it?"""

from __future__ import annotations

import codecs

from rag.errors import ReadError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ("gb18030", "cp950", "big5hkscs")
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "這為個國時來們會發動過說產種後學對開關經與無長問題現實裡麼還進著頭點體機電話書記區業員當務萬應報東見氣車門樓號線"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最"
    "，。、；：？！“”（）《》「」『』　"
)
_SAMPLE_CHARACTERS = 20_000
_LEAST_COMMON = 0.12
_CONTROL = dict.fromkeys(i for i in range(32) if i not in (9, 10, 11, 12, 13, 27))


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with a mark, GB18030 or Big5, with `\\n` line ends.

    Raises:
        ReadError: the bytes are no text, or their encoding cannot be told.
    """
    if not data.strip():
        raise ReadError("文件是空的，没有可读的文字")
    text = _decode(data)
    if "\x00" in text:
        raise ReadError("文件含有空字节，不是文本文件；请换成 txt、md、html、pdf 或 docx")
    if _control_share(text) > 0.02:
        raise ReadError("文件含有大量控制字符，不是文本文件")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name)
    if b"\x00" in data:
        raise ReadError("文件含有空字节，不是文本文件；请换成 txt、md、html、pdf 或 docx")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _most_plausible(data)


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise ReadError(f"文件不是有效的 {name} 文本，请另存为 UTF-8 后再试") from error


def _most_plausible(data: bytes) -> str:
    readings = [text for name in _CANDIDATES if (text := decode_as(data, name)) is not None]
    best = max(readings, key=_plausibility, default="")
    if _plausibility(best) < _LEAST_COMMON:
        raise ReadError("无法识别文件的编码，请另存为 UTF-8 后再试")
    return best


def decode_as(data: bytes, name: str) -> str | None:
    """Return the text of bytes in an encoding; None when they are not in it."""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> float:
    """Share of everyday Chinese characters and punctuation among the non-ASCII ones, 0 to 1."""
    foreign = [character for character in text[:_SAMPLE_CHARACTERS] if character > "\x7f"]
    return sum(character in _COMMON for character in foreign) / len(foreign) if foreign else 0.0


def _control_share(text: str) -> float:
    sample = text[:_SAMPLE_CHARACTERS]
    return (len(sample) - len(sample.translate(_CONTROL))) / max(len(sample), 1)
