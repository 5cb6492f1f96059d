"""Keep figures by code version, and put the newest into the README.

python -m rag.evaluate.record keep report.json [joint.json]   writes tests/bench/results/<date>-<version>.json
python -m rag.evaluate.record readme                          writes the tables of README.md and README.zh-CN.md
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.errors import UsageError
from rag.evaluate.report import Report, from_json, to_json

RESULTS = Path("tests/bench/results")
PEERS = "peers.json"  # what tests/bench/peers.py measured: {system: {set: {measure: value}}}
READMES = ("README.md", "README.zh-CN.md")
OPENING, CLOSING = "<!-- benchmark -->", "<!-- /benchmark -->"
JOINT = "joint: "
OURS = {"README.md": "wenbao", "README.zh-CN.md": "问报"}
HEADINGS = {
    "README.md": ("set", "questions", "finding: measure", "evidence@1", "evidence@3", "wrongly refused"),
    "README.zh-CN.md": ("数据集", "问题数", "检索指标", "首句命中", "前三句命中", "误拒"),
}
REFUSAL = {
    "README.md": "Refusal over {count} questions: balanced accuracy {balanced}, unanswerable refused {refused} "
    "(far {far}, near {near}), wrongly refused {wrong}. Code version {version}, {date}.",
    "README.zh-CN.md": "拒答（{count} 个问题）：平衡准确率 {balanced}，无答案的拒答率 {refused}（远 {far}，近 {near}），"
    "误拒 {wrong}。代码版本 {version}，{date}。",
}


def keep(own: Report, joint: Report | None, folder: Path) -> Path:
    """Write the figures of a report, with those over one joint library, and return the file.

    Ids of failed questions are left out.
    """
    figures = dict(own.figures)
    if joint:
        figures |= {f"{JOINT}{name}": row for name, row in joint.figures.items()}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{own.about['date']}-{own.about['version']}.json"
    path.write_text(to_json(replace(own, figures=figures, failures={})), encoding="utf-8")
    return path


def newest(folder: Path) -> Report:
    """Return the last kept report by date.

    Raises:
        UsageError: there is none.
    """
    kept = sorted(path for path in folder.glob("*.json") if path.name != PEERS)
    if not kept:
        raise UsageError(f"{folder} 中没有评测记录，请先运行 wenbao eval 并用 keep 保存")
    return from_json(kept[-1].read_text(encoding="utf-8"))


def update(readme: Path, report: Report, peers: Peers) -> None:
    """Replace what stands between the two marks.

    Raises:
        UsageError: the file lacks them.
    """
    before, opening, rest = readme.read_text(encoding="utf-8").partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not opening or not closing:
        raise UsageError(f"{readme} 中缺少标记 {OPENING} 与 {CLOSING}")
    readme.write_text(f"{before}{OPENING}\n{section(readme.name, report, peers)}{CLOSING}{after}", encoding="utf-8")


Peers = dict[str, dict[str, dict[str, float]]]


def section(language: str, report: Report, peers: Peers) -> str:
    """The tables and the sentence on refusal, for the README of that name."""
    sets = [name for name in peers[next(iter(peers))] if name in report.figures]
    systems = list(peers)
    name, count, measure, first, three, wrong = HEADINGS[language]
    lines = [_line([name, count, measure, OURS[language], *systems])]
    lines.append(_line(["---", "---:", "---", *["---:"] * (len(systems) + 1)]))
    lines += [_finding_row(one, kind, report, peers) for one in sets for kind in ("hit@1", "MRR@10")]
    lines += ["", _line([name, first, three, wrong]), _line(["---", *["---:"] * 3])]
    measures = ("evidence@1", "evidence@3", "wrongly refused")
    lines += [_line([one, *(_value(report, one, kind) for kind in measures)]) for one in sets]
    return "\n".join([*lines, "", _refusal(language, report)]) + "\n"


def _finding_row(name: str, measure: str, report: Report, peers: Peers) -> str:
    values = [report.figures[name][measure].value, *(peers[system].get(name, {}).get(measure) for system in peers)]
    best = max(value for value in values if value is not None)
    cells = ["–" if value is None else f"**{value:.3f}**" if value == best else f"{value:.3f}" for value in values]
    return _line([name, str(report.figures[name][measure].count), measure, *cells])


def _refusal(language: str, report: Report) -> str:
    if "all" not in report.figures:
        return ""
    return REFUSAL[language].format(
        count=report.figures["all"]["balanced"].count,
        balanced=report.figures["all"]["balanced"],
        refused=_value(report, "all", "refused"),
        far=_value(report, "all/far", "refused"),
        near=_value(report, "all/near", "refused"),
        wrong=_value(report, "all", "wrongly refused"),
        **{key: report.about[key] for key in ("version", "date")},
    )


def _value(report: Report, name: str, measure: str) -> str:
    figure = report.figures.get(name, {}).get(measure)
    return "–" if figure is None else f"{figure.value:.3f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the two commands in the repository's root."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("keep", "readme"))
    parser.add_argument("reports", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "keep":
        own, *joint = [from_json(path.read_text(encoding="utf-8")) for path in options.reports]
        keep(own, joint[0] if joint else None, RESULTS)
        return
    peers: Peers = json.loads((RESULTS / PEERS).read_text(encoding="utf-8"))
    for name in READMES:
        update(Path(name), newest(RESULTS), peers)


if __name__ == "__main__":
    main()
