"""Scans to text: images, and pages of a PDF without a text layer, read by rapidocr (extra `ocr`)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.layout import TextBox, lay_out
from rag.errors import MissingExtra, ReadError

if TYPE_CHECKING:
    from PIL.Image import Image
    from rapidocr import RapidOCR

_MOST_PIXELS = 120_000_000
_MOST_PAGES = 200
_READ_SIDE = 3200  # pixels; larger pages are shrunk before reading
_SHOWN_SIDE = 2000  # pixels of the image that is kept to look at
_VERSION = 2  # of the way pages are read; another one reads them again


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The text of one page, and the name of its image in the folder of images; empty when none is kept."""

    text: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The lines of a page in reading order; they and the page's width and height are in the same pixels."""

    width: int
    height: int
    lines: tuple[TextBox, ...]


class Scanner:
    """Reads scans and keeps the page images in a folder; pages kept there are not read again."""

    def __init__(self, images: Path | None = None) -> None:
        self._images = images

    def read_image(self, data: bytes) -> list[ScannedPage]:
        """Read an image file; a TIFF may hold several pages.

        Raises:
            ReadError: the image is damaged or too large.
            MissingExtra: the extra is not installed.
        """
        return self._read_once(data, "image", lambda: _frames(data))

    def read_pdf_pages(self, data: bytes, numbers: Sequence[int]) -> list[ScannedPage]:
        """Read pages of a PDF, by numbers from 1.

        Raises:
            ReadError: the file is damaged, or these are too many pages.
            MissingExtra: the extra is not installed.
        """
        if len(numbers) > _MOST_PAGES:
            raise ReadError(f"扫描的 PDF 超过 {_MOST_PAGES} 页，请拆分后再试")
        return self._read_once(data, repr(tuple(numbers)), lambda: _rendered(data, numbers))

    def _read_once(self, data: bytes, what: str, pages: Callable[[], Iterable[Image]]) -> list[ScannedPage]:
        name = hashlib.sha256(data + f"\x1f{what}\x1f{_VERSION}".encode()).hexdigest()[:16]
        record = self._images / f"{name}.json" if self._images else None
        if record is not None and record.is_file():
            return [ScannedPage(text, image) for text, image in json.loads(record.read_text(encoding="utf-8"))]
        read = [self._read(page, f"{name}-{number}.jpg") for number, page in enumerate(pages(), 1)]
        if record is not None:
            rows = json.dumps([[page.text, page.image] for page in read], ensure_ascii=False)
            _write(record, rows.encode("utf-8", "replace"))
        return read

    def _read(self, image: Image, name: str) -> ScannedPage:
        page = lay_out(self._boxes(image))
        if self._images is None:
            return ScannedPage(page.text)
        shown = image.convert("RGB")
        shown.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
        packed = io.BytesIO()
        shown.save(packed, "JPEG", quality=80)
        _write(self._images / name, packed.getvalue())
        _write(lines_file(self._images / name), _packed_lines(PrintedLines(*image.size, page.lines)))
        return ScannedPage(page.text, name)

    def _boxes(self, image: Image) -> list[TextBox]:
        import numpy as np

        pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
        result = self._engine(pixels)
        boxes, texts = getattr(result, "boxes", None), getattr(result, "txts", None)
        if boxes is None or texts is None:
            return []
        found: list[TextBox] = []
        for box, text in zip(boxes, texts, strict=True):
            (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
            found.append(TextBox(float(left), float(top), float(right), float(bottom), text))
        return [box for box in found if box.text.strip()]

    @cached_property
    def _engine(self) -> RapidOCR:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise MissingExtra("ocr", "读取扫描页") from error
        return RapidOCR(params={"Global.log_level": "critical", "Global.max_side_len": _READ_SIDE})


def lines_file(image: Path) -> Path:
    """Return where the lines of a kept page image stand."""
    return image.with_suffix(".lines")


def read_lines(image: Path) -> PrintedLines:
    """Return the lines of a kept page image.

    Raises:
        ReadError: they are not there, or damaged.
    """
    try:
        row = json.loads(lines_file(image).read_text(encoding="utf-8"))
        return PrintedLines(int(row["width"]), int(row["height"]), tuple(TextBox(*line) for line in row["lines"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReadError(f"版面图 {image.name} 没有文字的位置，请重新运行 wenbao build") from error


def forget_page(image: Path) -> None:
    """Remove a kept page image and what was read from it."""
    for file in (image, lines_file(image), image.with_name(f"{image.stem.rpartition('-')[0]}.json")):
        file.unlink(missing_ok=True)


def _packed_lines(page: PrintedLines) -> bytes:
    rows = [
        [round(line.left), round(line.top), round(line.right), round(line.bottom), line.text] for line in page.lines
    ]
    row = {"width": page.width, "height": page.height, "lines": rows}
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")


def _frames(data: bytes) -> Iterator[Image]:
    """Yield the pages of an image file, turned upright."""
    try:
        from PIL import Image, ImageOps, ImageSequence
    except ImportError as error:
        raise MissingExtra("ocr", "读取图片") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise ReadError("图片太大，请缩小后再试")
                for number, frame in enumerate(ImageSequence.Iterator(image)):
                    if number >= _MOST_PAGES:
                        raise ReadError(f"图片超过 {_MOST_PAGES} 页，请拆分后再试")
                    yield ImageOps.exif_transpose(frame.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ReadError("图片已损坏或格式不支持，无法读取") from error


def _rendered(data: bytes, numbers: Sequence[int]) -> Iterator[Image]:
    """Yield pages of a PDF as images."""
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingExtra("ocr", "读取扫描页") from error
    try:
        document = pypdfium2.PdfDocument(data)
        for number in numbers:
            page = document[number - 1]
            scale = _READ_SIDE / max(*page.get_size(), 1.0)
            yield page.render(scale=min(scale, 4.0)).to_pil()
    except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
        raise ReadError("PDF 文件已损坏或加密，无法读取") from error


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
