"""Traditional characters that the cues of a page are written with, as their simplified forms."""

from __future__ import annotations

_TRADITIONAL = (
    "記報訊員實習導攝電圖為聞綜華據編輯責當參會議輪辦來從獲悉連週農曆總統籌撰寫評論訪談讀專題財經濟體育樂觀點"
    "歲時間對於將並與後開關係處見該個們說這裡進過還發動應"
)
_SIMPLIFIED = (
    "记报讯员实习导摄电图为闻综华据编辑责当参会议轮办来从获悉连周农历总统筹撰写评论访谈读专题财经济体育乐观点"
    "岁时间对于将并与后开关系处见该个们说这里进过还发动应"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def plain(text: str) -> str:
    """Return the text, as long as before, with these characters simplified."""
    return text.translate(_TABLE)
