from pathlib import Path

from rag.evaluate.suites import Question, Suite
from rag.evaluate.typos import typo_questions
from rag.index.alike import variants

TITLES = {"a": "河东图书馆", "b": "陈立平"}
QUESTIONS = (
    Question("1", "河東圖書館在哪？", "tea", "single", gold=frozenset("a"), wanted=1),
    Question("2", "陈立平是谁？", "tea", "single", gold=frozenset("b"), wanted=1),
    Question("3", "馆长是谁？", "tea", "single", gold=frozenset("a"), wanted=1),
)
SUITE = Suite("tea", (Path("tea.corpus.jsonl"),), QUESTIONS, names_titles=True)


def test_each_named_question_comes_as_asked_and_with_one_slip_inside_the_name() -> None:
    found = {question.id: question for question in typo_questions(SUITE, TITLES)}
    assert set(found) == {"1/as asked", "1/one slip", "2/as asked", "2/one slip"}
    for number, name in (("1", slice(0, 5)), ("2", slice(0, 3))):
        asked, slipped = found[f"{number}/as asked"].question, found[f"{number}/one slip"].question
        differing = [at for at, pair in enumerate(zip(asked, slipped, strict=True)) if pair[0] != pair[1]]
        assert len(differing) == 1
        assert differing[0] in range(name.start, name.stop)
    assert all(question.search_only and question.dataset == "tea-typos" for question in found.values())


def test_slips_are_the_same_each_time() -> None:
    assert typo_questions(SUITE, TITLES) == typo_questions(SUITE, TITLES)


def test_a_name_without_mistakable_characters_is_left_out() -> None:
    unmistakable = next(character for character in "卍ＸＹ" if not variants(character))
    suite = Suite("tea", (), (Question("1", f"{unmistakable * 2}在哪？", "tea", "single", gold=frozenset("a")),))
    assert typo_questions(suite, {"a": unmistakable * 2}) == []
