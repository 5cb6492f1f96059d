"""A scripted assistant over real articles of the default collection: what it says is fixed, the citations are checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.answer.verify import make_citation
from rag.errors import UsageError
from rag.types import (
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Done,
    Event,
    Hit,
    Passage,
    Query,
    Retrieved,
    Token,
    Turn,
)

SEEDS = Path(__file__).parent.parent / "seeds"
BURDEN = "临汾路街道减负措施"
OUTLETS = "2021年上海要新增早餐网点多少个"
HOSTILE = "恶意文章写了什么"
UNKNOWN = "上海迪士尼乐园的门票价格是多少？"


def cut(name: str, first: str, last: str) -> str:
    """Return the text of a seed file from `first` to the end of `last`."""
    page = next(SEEDS.glob(f"{name}*")).read_text(encoding="utf-8")
    start = page.index(first)
    return page[start : page.index(last, start) + len(last)]


def burden_article() -> Article:
    text = cut("000", "本报讯(记者 江跃中 特约通讯员 顾武)", "精准化服务。")
    title = "临汾路街道『四减三增』促进基层减负增能"
    return Article(
        "burden",
        "000.txt",
        title,
        text,
        "000_4a714461ea9678be.txt",
        subtitle="让社区干部有更多时间『走家串户』",
        byline="记者 江跃中 特约通讯员 顾武",
        date="2021-01-28",
    )


def trade_article() -> Article:
    text = cut("000", "本报讯(记者 杨玉红)", "抓好机关自身建设。")
    title = "上海商务系统抓八大行动计划 继续办好“五五购物节”"
    return Article("trade", "000.txt", title, text, "000_4a714461ea9678be.txt", byline="记者 杨玉红", date="2021")


def hostile_article() -> Article:
    title = '<img src=x onerror="window.hacked=1">标题 **不是粗体**'
    text = (
        "第一段<script>window.hacked = 1</script>照原样显示。\n"
        "# 不是标题\n**不是粗体** [不是链接](javascript:window.hacked=1) `不是代码` $$x$$ ${window.hacked=1} {{value}}\n"
        '<a href="javascript:window.hacked=1" onclick="window.hacked=1">点我</a>\u202e从右到左'
    )
    return Article("hostile", "hostile.txt", title, text, "<b>恶意</b>.txt", byline="<i>某人</i>", date="2020-02-30")


def sentence(article: Article, first: str, last: str) -> tuple[int, int]:
    start = article.text.index(first)
    return start, article.text.index(last, start) + len(last)


def compose(article: Article, parts: Sequence[tuple[str, tuple[int, int] | None]]) -> Answer:
    """Join parts of an answer; a part with a span is a sentence that cites it."""
    text, sentences, citations = "", [], list[Citation]()
    for part, span in parts:
        start = len(text)
        text += part
        if span is not None:
            marker = len(citations) + 1
            text += f"[{marker}]"
            citations.append(make_citation(marker, article, *span, article.text[span[0] : span[1]]))
            sentences.append(AnswerSentence(start, len(text), (marker,)))
    hits = tuple(
        Hit(
            Passage(f"p{number}", article.id, citation.start, citation.end, ()),
            1 / number,
            0.9,
            5.0,
            number,
            number + 1,
            ("临汾路", "减负"),
        )
        for number, citation in enumerate(citations, start=1)
    )
    return Answer(text, tuple(sentences), tuple(citations), hits=hits, articles={article.id: article})


def burden_answer() -> Answer:
    article = burden_article()
    items = [
        ("减少会议", "首先是减少会议", "才能召开。"),
        ("减少报表", "其次是减少报表", "50%以上。"),
        ("减少跑动", "再就是减少跑动", "服务群众。"),
        ("减少派单", "最后是减少派单", "首责”比例。"),
    ]
    parts: list[tuple[str, tuple[int, int] | None]] = [
        ("临汾路街道着力推进“四个减少”，共4项：", sentence(article, "为减轻社区干部", "四个减少”。"))
    ]
    for number, (name, first, last) in enumerate(items, start=1):
        span = sentence(article, first, last)
        said = article.text[span[0] : span[1]].replace(name, f"**{name}**", 1)
        parts.append((f"\n{number}. {said}", span))
    return compose(article, parts)


def outlets_answer() -> Answer:
    article = trade_article()
    return compose(
        article, [("上海将新增首店800家、早餐网点**1120个**等。", sentence(article, "记者获悉", "民生能力。"))]
    )


def hostile_answer() -> Answer:
    article = hostile_article()
    lines = article.text.split("\n")
    parts: list[tuple[str, tuple[int, int] | None]] = []
    for line in lines:
        start = article.text.index(line)
        parts.append((line + "\n", (start, start + len(line))))
    return compose(article, parts)


def refusal() -> Answer:
    article = burden_article()
    return Answer(
        "资料中没有提到“迪士尼”，无法回答。",
        refusal="资料中没有提到“迪士尼”",
        nearest=(article.id,),
        articles={article.id: article},
    )


@dataclass(frozen=True)
class Counts:
    articles: int
    documents: int = 2
    passages: int = 10


@dataclass
class ScriptedLibrary:
    known: dict[str, Article]
    feedback: list[tuple[Any, ...]] = field(default_factory=list)

    def counts(self) -> Counts:
        return Counts(len(self.known))

    def articles(self) -> list[Article]:
        return list(self.known.values())

    def articles_by_id(self, identities: Sequence[str]) -> dict[str, Article]:
        return {name: self.known[name] for name in identities if name in self.known}

    def add_feedback(self, question: str, answer: Answer, vote: str, reason: str) -> None:
        self.feedback.append((question, answer.text, vote, reason))


class ScriptedAssistant:
    """Answers from a table, a few characters at a time; `pace` is the pause between pieces, in seconds."""

    def __init__(self, pace: float = 0.0) -> None:
        made = (burden_article(), trade_article(), hostile_article())
        self.answerers: dict[str, object] = {}
        self.library = ScriptedLibrary({article.id: article for article in made})
        self.answers = {
            BURDEN: burden_answer(),
            OUTLETS: outlets_answer(),
            HOSTILE: hostile_answer(),
            UNKNOWN: refusal(),
        }
        self.pace = pace
        self.closed = threading.Event()
        self.histories: list[list[str]] = []

    def examples(self) -> tuple[str, ...]:
        return (BURDEN, OUTLETS)

    def ask(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Answer:
        return next(event.answer for event in self.stream(question, history, answerer) if isinstance(event, Done))

    def suggest(self, answer: Answer, history: Sequence[Turn] = ()) -> tuple[str, ...]:
        return () if answer.refusal else (OUTLETS, BURDEN)

    def stream(self, question: str, history: Sequence[Turn] = (), answerer: str = "auto") -> Iterator[Event]:
        if len(question) > 1000:
            raise UsageError(f"问题太长（{len(question)} 字），请缩短到 1000 字以内")
        if question == "坏掉":
            raise RuntimeError("a fault of the assistant")
        self.histories.append([turn.question for turn in history])
        answer = self.answers.get(question) or refusal()
        try:
            time.sleep(self.pace)
            yield Retrieved(Query(question, question), answer.hits, answer.articles)
            for start in range(0, len(answer.text), 12):
                time.sleep(self.pace)
                yield Token(answer.text[start : start + 12])
            yield Done(answer)
        finally:
            self.closed.set()
