"""The addresses of single articles, alone and for the panel beside the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse, Response

from rag.application import images_folder
from rag.config import Config
from rag.render.article import Highlight, article_page, article_panel
from rag.render.contents import contents_html
from rag.render.facsimile import Facsimile, facsimile_file, facsimiles
from rag.render.templates import render
from rag.types import Article

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant

MISSING = "这篇文章不在资料中"
MISSING_TEXT = "它可能已经更新或删除，也可能是链接不完整。可以回到首页重新提问。"


def article_routes(assistant: Assistant, config: Config) -> APIRouter:
    """Return `/contents`, and `/articles/{id}` with its panel and the images of its pages."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @router.get("/contents")
    def contents() -> HTMLResponse:
        library = assistant.library
        return HTMLResponse(contents_html(library.articles(), library.counts().articles))

    @router.get("/articles/{article_id}")
    def page(article_id: str, start: int = 0, end: int = 0) -> HTMLResponse:
        article = assistant.library.articles_by_id([article_id]).get(article_id)
        if article is None:
            context: dict[str, object] = {"heading": MISSING, "text": MISSING_TEXT, "name": config.title}
            return HTMLResponse(render("missing_page", context), status_code=404)
        marks = [Highlight(0, start, end)]
        return HTMLResponse(article_page(article, marks, config.title, _pages(assistant, article, marks)))

    @router.get("/articles/{article_id}/panel")
    def panel(article_id: str, cite: Annotated[list[str] | None, Query()] = None) -> HTMLResponse:
        article = assistant.library.articles_by_id([article_id]).get(article_id)
        if article is None:
            return HTMLResponse(render("missing_panel", {"heading": MISSING, "text": MISSING_TEXT}), status_code=404)
        marks = _highlights(cite or [])
        return HTMLResponse(article_panel(article, marks, _pages(assistant, article, marks)))

    @router.get("/articles/{article_id}/pages/{number}")
    def image(article_id: str, number: int) -> Response:
        article = assistant.library.articles_by_id([article_id]).get(article_id)
        folder = _images(assistant, article)
        file = facsimile_file(article, number, folder) if article and folder else None
        if file is None:
            return HTMLResponse(render("missing_panel", {"heading": MISSING, "text": MISSING_TEXT}), status_code=404)
        return FileResponse(file, media_type="image/jpeg")

    return router


def _images(assistant: Assistant, article: Article | None) -> Path | None:
    """Return the folder with the images of an article's pages; None when there are none."""
    return images_folder(assistant.library) if article is not None and article.page_images else None


def _pages(assistant: Assistant, article: Article, marks: Sequence[Highlight]) -> tuple[Facsimile, ...]:
    folder = _images(assistant, article)
    return () if folder is None else facsimiles(article, marks, folder)


def _highlights(cites: list[str]) -> list[Highlight]:
    """Read `marker,start,end` of each; what is not three numbers is ignored."""
    rows = [cite.split(",") for cite in cites]
    return [
        Highlight(int(row[0]), int(row[1]), int(row[2]))
        for row in rows
        if len(row) == 3 and all(value.isdecimal() and len(value) < 10 for value in row)
    ]
