"""English questions asked of the default collection."""

from __future__ import annotations

import json
from pathlib import Path

from rag.answer.assistant import Assistant

QUESTIONS = Path(__file__).parents[1] / "data" / "english_qa.jsonl"


def test_english_questions_find_their_facts_or_are_refused(seeds_assistant: Assistant) -> None:
    cases = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    answered = [_answers(seeds_assistant, case) for case in cases if case["facts"]]
    refused = [seeds_assistant.ask(case["question"]).refusal is not None for case in cases if not case["facts"]]
    print(f"\nenglish: {sum(answered)} of {len(answered)} answered right, {sum(refused)} of {len(refused)} refused")
    assert sum(answered) >= 8
    assert sum(refused) >= 10


def test_the_question_is_kept_as_typed(seeds_assistant: Assistant) -> None:
    answer = seeds_assistant.ask("How many breakfast outlets will Shanghai add in 2021?")
    assert "1120" in answer.text
    assert answer.query.original == "How many breakfast outlets will Shanghai add in 2021?"
    assert "早餐" in answer.query.text


def _answers(assistant: Assistant, case: dict[str, list[str]]) -> bool:
    answer = assistant.ask(str(case["question"]))
    return answer.refusal is None and all(fact in answer.text for fact in case["facts"])
