from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.evaluate.record import CLOSING, OPENING, keep, newest, section, update
from rag.evaluate.report import Report
from rag.evaluate.statistics import Figure

ONE = Figure(0.9, 0.8, 1.0, 40)
FIGURES = {
    "tea": {"hit@1": ONE, "MRR@10": Figure(0.95, 0.9, 1.0, 40), "evidence@1": ONE},
    "all": {"balanced": ONE, "refused": ONE, "wrongly refused": ONE},
}
REPORT = Report({"version": "abc", "date": "2024-05-01"}, FIGURES, [], {"tea": {"not found first": ["q1"]}})
PEERS = {"other": {"tea": {"hit@1": 0.85, "MRR@10": 0.97}, "unknown": {"hit@1": 1.0}}}


def test_kept_by_date_and_version_without_ids(tmp_path: Path) -> None:
    path = keep(REPORT, REPORT, tmp_path)
    assert path.name == "2024-05-01-abc.json"
    assert "q1" not in path.read_text(encoding="utf-8")
    assert newest(tmp_path).figures["joint: tea"]["hit@1"] == ONE


def test_the_newest_is_the_last_by_date(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        newest(tmp_path)
    keep(REPORT, None, tmp_path)
    keep(Report({"version": "aaa", "date": "2024-06-01"}, FIGURES, [], {}), None, tmp_path)
    assert newest(tmp_path).about["version"] == "aaa"


def test_the_better_figure_is_bold_whoever_has_it() -> None:
    text = section("README.md", REPORT, PEERS)
    assert "| tea | 40 | hit@1 | **0.900** | 0.850 |" in text
    assert "| tea | 40 | MRR@10 | 0.950 | **0.970** |" in text
    assert "unknown" not in text
    assert "balanced accuracy 0.900 [0.800, 1.000]" in text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path, name: str) -> None:
    readme = tmp_path / name
    readme.write_text(f"before\n{OPENING}\nold\n{CLOSING}\nafter\n", encoding="utf-8")
    update(readme, REPORT, PEERS)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith(f"{CLOSING}\nafter\n")
    assert "old" not in text
    assert "0.900" in text


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(UsageError):
        update(tmp_path / "README.md", REPORT, PEERS)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "nothing"
