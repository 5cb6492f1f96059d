"""One function a command; each takes the settings and its parsed options, and prints."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Config
from rag.errors import UsageError
from rag.serve.output import (
    answer_lines,
    article_line,
    article_lines,
    case_lines,
    clean_output,
    feedback_lines,
    hit_lines,
    write_lines,
    write_row,
)

if TYPE_CHECKING:
    from rag.index.build import BuildReport
    from rag.index.library import Library
    from rag.types import Article


def build(config: Config, options: Namespace) -> None:
    """Mirror the sources in the index and say what changed."""
    from rag.application import build_collection

    sources = options.sources or [Path(config.collection)]
    with clean_output() as output, _progress("编码", "段") as progress:
        report = build_collection(config, sources, progress)
        if options.json:
            write_row(output, _report_row(report))
        else:
            write_lines(output, _report_lines(report, config.index))


def ask(config: Config, options: Namespace) -> None:
    """Answer one question, a batch, or one after the other until the input ends."""
    from rag.serve import batch
    from rag.serve.conversation import converse

    if not options.batch and options.question is None:
        converse(config, as_json=options.json)
        return
    with clean_output() as output:
        assistants = batch.Assistants(config)
        if options.batch:
            batch.run_batch(options.batch, lambda row: batch.ask_row(assistants, row, config.answerer), output)
        elif options.json:
            write_row(output, batch.ask_row(assistants, _row(options), config.answerer))
        else:
            answer = assistants.over_library().ask(options.question, batch.turns(options.history), config.answerer)
            write_lines(output, answer_lines(answer))


def search(config: Config, options: Namespace) -> None:
    """Search for one question or a batch.

    Raises:
        UsageError: there is neither.
    """
    from rag.serve import batch

    if not options.batch and options.question is None:
        raise UsageError("请写出要检索的问题，或用 --batch 指定题目文件")
    with clean_output() as output:
        assistants = batch.Assistants(config)
        if options.batch:
            batch.run_batch(options.batch, lambda row: batch.search_row(assistants, row), output)
        elif options.json:
            write_row(output, batch.search_row(assistants, _row(options)))
        else:
            found = assistants.over_library().search(options.question, batch.turns(options.history))
            write_lines(output, hit_lines(found.hits[: options.limit], found.articles))


def articles(config: Config, options: Namespace) -> None:
    """List the articles of the index."""
    from rag.render.rows import article_row

    with clean_output() as output, _open_library(config) as library:
        for article in library.articles():
            if options.json:
                write_row(output, article_row(article))
            else:
                write_lines(output, [article_line(article)])


def show(config: Config, options: Namespace) -> None:
    """Print one article."""
    from rag.render.rows import article_row

    with clean_output() as output, _open_library(config) as library:
        article = _find_article(library, options.article)
        if options.json:
            write_row(output, article_row(article))
        else:
            write_lines(output, article_lines(article))


def serve(config: Config, options: Namespace) -> None:
    """Serve the chat page until Ctrl-C."""
    from rag.serve.api import serve as run_server

    run_server(config, options.watch)


def feedback(config: Config, options: Namespace) -> None:
    """List what readers said of answers, or write it into a folder as evaluation cases."""
    from rag.evaluate.cases import cases, write_cases

    with clean_output() as output, _open_library(config) as library:
        judgements = library.feedback()
        if options.folder is None:
            if options.json:
                for one in judgements:
                    write_row(output, {**asdict(one), "answer": json.loads(one.answer)})
            else:
                write_lines(output, feedback_lines(judgements))
            return
        articles = {article.id: article for article in library.articles()}
        made = cases(judgements, articles)
        write_cases(made, articles.values(), options.folder)
        counts = {name: len(getattr(made, name)) for name in ("queries", "unanswerable", "unfinished")}
        if options.json:
            write_row(output, {"folder": str(options.folder), **counts})
        else:
            write_lines(output, case_lines(options.folder, **counts))


def eval(config: Config, options: Namespace) -> None:
    """Evaluate on a folder of question sets."""
    from rag.evaluate.report import table, to_json
    from rag.evaluate.run import Choice, run

    choice = Choice(tuple(options.only), options.limit, options.joint)
    with clean_output() as output:
        report = run(config, options.folder, options.out, choice, _show_stage if sys.stderr.isatty() else None)
        write_lines(output, [to_json(report) if options.json else table(report)])


def model(config: Config, options: Namespace) -> None:
    """List the local language models, or fetch one into the user's cache."""
    from rag.answer import models

    with clean_output() as output:
        if options.action == "list":
            stored = models.list_models()
            rows = [{"name": one.name, "path": one.path and str(one.path), "bytes": one.size} for one in stored]
            lines = [f"{one.name}  {one.size / 1e9:.1f} GB  {one.path or '尚未取得'}" for one in stored]
        else:
            name = options.name or models.DEFAULT_MODEL
            with _progress("下载", "B") as progress:
                path = models.fetch(name, progress)
            rows = [{"name": name, "path": str(path)}]
            lines = [f"{name} 在 {path}", f"用它回答：wenbao ask --answerer gguf --model {name} 问题"]
        if options.json:
            for row in rows:
                write_row(output, row)
        else:
            write_lines(output, lines)


# --- parts ----------------------------------------------------------------------------------------


def _row(options: Namespace) -> dict[str, object]:
    return {"question": options.question, "history": options.history}


def _open_library(config: Config) -> Library:
    from rag.index.library import Library

    return Library.open(Path(config.index), None, 0)


def _find_article(library: Library, wanted: str) -> Article:
    """Return the article with this id, or the only one whose id begins so.

    Raises:
        UsageError: there is none, or more than one.
    """
    exact = library.articles_by_id([wanted]).get(wanted)
    if exact:
        return exact
    found = [article for article in library.articles() if article.id.startswith(wanted)]
    if len(found) != 1:
        problem = f"有 {len(found)} 篇文章" if found else "没有文章"
        raise UsageError(f"{problem}的编号以 {wanted} 开头，请用 wenbao articles 查看编号")
    return found[0]


def _report_row(report: BuildReport) -> dict[str, object]:
    return {
        "articles": report.articles,
        "passages": report.passages,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "skipped": len(report.skipped),
        "skipped_files": [{"path": one.path, "reason": one.reason} for one in report.skipped],
        "leftovers": report.leftovers,
        "seconds": round(report.seconds, 3),
    }


def _report_lines(report: BuildReport, index: str) -> Iterator[str]:
    yield (
        f"{index} 中现有 {report.articles} 篇文章、{report.passages} 个段落："
        f"新增 {report.added} 篇，更新 {report.changed} 篇，删除 {report.removed} 篇，"
        f"未变 {report.unchanged} 篇，用时 {report.seconds:.1f} 秒"
    )
    for one in report.skipped:
        yield f"跳过 {one.path}：{one.reason}"


def _show_stage(stage: str, done: int, count: int) -> None:
    sys.stderr.write(f"\r{stage} {done}/{count}\033[K" + ("\n" if done == count else ""))


@contextmanager
def _progress(doing: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how much is done, on a terminal's standard error only."""
    from tqdm import tqdm

    with tqdm(desc=doing, unit=unit, unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar:

        def show(done: int, count: int) -> None:
            bar.total = count if count > done else None
            bar.update(done - bar.n)

        yield show
