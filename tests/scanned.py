"""A newspaper page made here: two columns, a headline across both, a second story in the right one."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
FONT_NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK*.ttc",
    "NotoSerifCJK*.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "wqy-*.ttc",
)
SIZE = 26
FIRST = (
    "本报讯(记者 陈路)昨天上午,城南区图书馆的新馆开门迎客,第一天就来了三千多名读者,借出图书五千余册。新馆位于柳河东岸,"
    "地上六层,地下两层,共有阅览座位一千二百个。"
)
SECOND = "为了方便上班族,新馆的自习室每天开放到晚上十点半,周末和节假日也不闭馆。读者可以提前三天在手机上预约座位。"
THIRD = "老城街道的柳荫菜场最近有了一个修补角,修鞋、配钥匙、磨剪刀都可以在这里做。摊主王师傅今年六十二岁,修了四十年鞋。"


def _font() -> str:
    found = [str(path) for folder in FONTS for name in FONT_NAMES for path in sorted(Path(folder).rglob(name))]
    if not found:
        problem = "no Chinese font on this machine: install fonts-noto-cjk"
        pytest.fail(problem) if os.environ.get("CI") == "true" else pytest.skip(problem)
    return found[0]


def rendered_page() -> bytes:
    """A headline across two columns, a paragraph cut by the column break, and a second story in the right column."""
    from PIL import Image, ImageDraw, ImageFont

    path = _font()
    font = ImageFont.truetype(path, SIZE, index=2 if "CJK" in path else 0)  # 2: simplified glyphs
    image = Image.new("L", (1240, 620), 255)
    draw = ImageDraw.Draw(image)
    draw.text((60, 30), "城南新图书馆开门迎客 全年不打烊", font=font.font_variant(size=54), fill=0)

    def column(left: int, top: int, text: str) -> int:
        for start in range(0, len(text), 20):
            draw.text((left, top), text[start : start + 20], font=font, fill=0)
            top += int(SIZE * 1.45)
        return top

    below = column(60, 140, "\u3000\u3000" + FIRST)
    column(60, below, "\u3000\u3000" + SECOND[:34])
    below = column(660, 140, SECOND[34:])
    draw.text((660, below + 30), "菜场里来了修鞋匠", font=font.font_variant(size=42), fill=0)
    below = column(660, below + 100, "\u3000\u3000" + THIRD)
    column(660, below, "本报记者 吴泽")
    packed = io.BytesIO()
    image.save(packed, "PNG")
    return packed.getvalue()
