"""A run in which browser tests were skipped says so, and fails under CI=true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SUITE = """
import pytest

@pytest.mark.browser
def test_page():
    pytest.skip("no Chromium")

def test_other():
    pytest.skip("for another reason")

def test_all_else():
    pass
"""


def run(folder: Path, suite: str, ci: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser: drives a browser\n")
    (folder / "test_suite.py").write_text(suite)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_skipped_browser_tests_are_named_and_fail_in_ci(tmp_path: Path, ci: str, code: int) -> None:
    done = run(tmp_path, SUITE, ci)
    assert done.returncode == code
    assert "NOTE: 1 browser tests were skipped: no Chromium\n" in done.stdout
    assert ("Under CI=true that is a failure." in done.stdout) == (ci == "true")


def test_other_skips_are_left_alone(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE.replace("@pytest.mark.browser", ""), "true")
    assert done.returncode == 0
    assert "NOTE" not in done.stdout
