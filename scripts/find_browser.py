"""Find a Chromium and Chinese fonts for the browser tests; with --install, fetch them where that is allowed.

    python scripts/find_browser.py [--install]

Looks for a Chromium on this machine, then for Playwright's own. With --install: Debian's `chromium` and
`fonts-noto-cjk` where this is Debian and apt-get may be used, else Playwright's download. Never fails: where no
browser can be had, the tests that need one are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_browser() -> Path | None:
    """Return the path of a Chromium, or None; WENBAO_CHROMIUM names one outright."""
    named = os.environ.get("WENBAO_CHROMIUM")
    if named:
        return Path(named)
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if on_path:
        return Path(on_path)
    return MAC if MAC.exists() else _playwrights_own()


def has_chinese_fonts() -> bool:
    """Tell whether a Chinese font is installed; taken for granted where fontconfig cannot be asked."""
    if not shutil.which("fc-list"):
        return sys.platform != "linux"
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def _playwrights_own() -> Path | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=900, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install(packages: list[str]) -> bool:
    if not shutil.which("apt-get"):
        return False
    prefix: tuple[str, ...] = ()
    if os.geteuid() != 0:
        if not (shutil.which("sudo") and _run("sudo", "-n", "true")):
            return False
        prefix = ("sudo", "-n")
    apt = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
    return _run(*apt, "-qq", "update") and _run(*apt, "-qq", "install", "-y", "--no-install-recommends", *packages)


def main(arguments: list[str]) -> None:
    """Print what is there, after installing what is missing when asked to."""
    missing = [] if find_browser() else ["chromium"]
    missing += [] if has_chinese_fonts() else ["fonts-noto-cjk"]
    if missing and "--install" in arguments:
        print(f"installing {' and '.join(missing)} …", flush=True)
        _install(missing)
        if not find_browser():
            _run(sys.executable, "-m", "playwright", "install", "chromium")
    found = find_browser()
    fonts = "with" if has_chinese_fonts() else "WITHOUT"
    print(f"browser: {found}, {fonts} Chinese fonts" if found else "browser: none found; browser tests will be skipped")


if __name__ == "__main__":
    main(sys.argv[1:])
