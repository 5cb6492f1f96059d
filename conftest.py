"""What the whole test run says at its end: skipped browser tests are named, and fail a run under CI=true."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

SKIPPED_BROWSER_TESTS = pytest.StashKey[list[str]]()  # why each was skipped


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SKIPPED_BROWSER_TESTS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.skipped and item.get_closest_marker("browser"):
        item.config.stash[SKIPPED_BROWSER_TESTS].append(_reason(report))
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    skipped = session.config.stash[SKIPPED_BROWSER_TESTS]
    if skipped and exitstatus == pytest.ExitCode.OK and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = config.stash[SKIPPED_BROWSER_TESTS]
    if skipped:
        terminalreporter.write_line(
            f"NOTE: {len(skipped)} browser tests were skipped: {'; '.join(sorted(set(skipped)))}"
        )
        if os.environ.get("CI") == "true":
            terminalreporter.write_line("Under CI=true that is a failure.")


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
