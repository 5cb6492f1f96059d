"""Recognised lines are read column by column, and paragraphs are put together."""

from __future__ import annotations

from rag.corpus.layout import TextBox, lay_out


def _column(left: float, top: float, lines: list[str], size: float = 30) -> list[TextBox]:
    """Lines below one another; two leading blanks of full width indent a line."""
    boxes = []
    for number, line in enumerate(lines):
        words = line.lstrip("\u3000")
        start = left + size * (len(line) - len(words))
        y = top + number * size * 1.4
        boxes.append(TextBox(start, y, start + size * len(words), y + size, words))
    return boxes


def test_two_columns_are_read_one_after_the_other() -> None:
    left = _column(0, 0, ["\u3000\u3000第一段的第一行没", "有说完就到了第二行去", "而这里才是第三行的末", "尾呢。"])
    right = _column(400, 0, ["\u3000\u3000第二栏的第一行也", "没有说完就到了第二行", "而这里才是第三行的末", "尾呢。"])
    shuffled = [box for pair in zip(right, left, strict=True) for box in pair]
    first, second = lay_out(shuffled).text.split("\n\n")
    assert first == "第一段的第一行没有说完就到了第二行去而这里才是第三行的末尾呢。"
    assert second.startswith("第二栏的第一行也没有")


def test_a_headline_across_both_columns_parts_what_is_above_and_below() -> None:
    boxes = [
        *_column(0, 0, ["横跨两栏的大标题在这里"], 60),
        *_column(0, 100, ["左栏上面的第一行文字", "左栏上面的第二行文字"]),
        *_column(400, 100, ["右栏上面的第一行文字", "右栏上面的第二行。"]),
        *_column(0, 260, ["又一个横跨两栏的标题"], 60),
        *_column(0, 360, ["左栏下面的第一行文字", "左栏下面的第二行文字"]),
        *_column(400, 360, ["右栏下面的第一行文字", "右栏下面的第二行。"]),
    ]
    text = lay_out(boxes).text
    places = [text.index(words) for words in ("横跨", "左栏上面", "右栏上面", "又一个", "左栏下面", "右栏下面")]
    assert places == sorted(places)
    assert text.startswith("横跨两栏的大标题在这里\n\n左栏上面的第一行文字左栏上面")


def test_three_columns() -> None:
    names = ("甲", "乙", "丙")
    boxes = [box for at, name in enumerate(names) for box in _column(at * 400, 0, [name * 10] * 4)]
    text = lay_out(boxes[::-1]).text
    assert text.index("甲") < text.index("乙") < text.index("丙")
    assert text.replace("\n\n", "") == "".join(name * 40 for name in names)


def test_paragraphs_begin_at_indents_gaps_sizes_and_short_ends() -> None:
    boxes = [
        *_column(0, 0, ["小标题在此"], 45),
        *_column(
            0,
            70,
            ["\u3000\u3000第一段的第一行字", "第一段的第二行字完。", "\u3000\u3000第二段的第一行字", "第二段完。"],
        ),
        *_column(0, 238, ["本报记者陈路"]),
        *_column(0, 340, ["隔了很远的一行文字在"]),
    ]
    assert lay_out(boxes).text.split("\n\n") == [
        "小标题在此",
        "第一段的第一行字第一段的第二行字完。",
        "第二段的第一行字第二段完。",
        "本报记者陈路",
        "隔了很远的一行文字在",
    ]


def test_pieces_of_one_line_are_put_together() -> None:
    boxes = [TextBox(0, 0, 120, 30, "全年开放"), TextBox(135, 1, 255, 31, "从不打烊")]
    assert lay_out(boxes).text == "全年开放 从不打烊"


def test_an_empty_page() -> None:
    assert lay_out([]).text == ""
