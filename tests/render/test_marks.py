from rag.render.marks import groups, plain_text
from rag.types import Answer, AnswerSentence, Citation
from tests.scripted import burden_answer


def answer(text: str, *quotes: str) -> Answer:
    """One sentence over the whole text that names every quote's marker."""
    citations = tuple(Citation(number, "a", 0, len(quote), quote) for number, quote in enumerate(quotes, start=1))
    return Answer(text, (AnswerSentence(0, len(text), tuple(range(1, len(quotes) + 1))),), citations)


def pieces(text: str, *quotes: str) -> list[tuple[str, bool, int]]:
    (group,) = groups(answer(text, *quotes))
    return [(piece.text, piece.strong, piece.marker) for piece in group.blocks[0].pieces]


def test_marks_and_facts_are_told_from_text() -> None:
    assert pieces("新增**800家**首店。[1]", "新增800家首店。") == [
        ("新增", False, 0),
        ("800家", True, 0),
        ("首店。", False, 0),
        ("[1]", False, 1),
    ]


def test_a_mark_inside_bold_stays_a_mark() -> None:
    assert pieces("**五成[1]**", "五成") == [("五成", True, 0), ("[1]", True, 1)]


def test_a_number_without_a_citation_is_text() -> None:
    assert pieces("见注[7]。[1]", "见注[7]。") == [("见注[7]。", False, 0), ("[1]", False, 1)]


def test_a_number_outside_its_sentence_is_text() -> None:
    text = "甲。[1]乙[1]"
    made = Answer(text, (AnswerSentence(0, 5, (1,)),), (Citation(1, "a", 0, 2, "甲。"),))
    (group,) = groups(made)
    assert [piece.marker for piece in group.blocks[0].pieces] == [0, 1, 0]


def test_stars_that_the_source_printed_are_text() -> None:
    assert pieces("价格**面议**。[1]", "价格**面议**。") == [("价格**面议**。", False, 0), ("[1]", False, 1)]


def test_lines_become_paragraphs_and_lists() -> None:
    made = groups(burden_answer())
    assert [(group.kind, len(group.blocks)) for group in made] == [("paragraph", 1), ("numbered", 4)]
    assert [block.number for block in made[1].blocks] == ["1", "2", "3", "4"]


def test_plain_text_keeps_marks_and_numbers_only() -> None:
    text = plain_text(burden_answer())
    assert "**" not in text
    assert text.split("\n")[1].startswith("1. 首先是减少会议:")
    assert text.endswith("[5]")
