"""The addresses of the collection page: `/collection` for readers, `/api/collection/…` for its script and for programs."""

from __future__ import annotations

from dataclasses import asdict
from importlib.util import find_spec
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from rag.collection.catalogue import Filter, page_of
from rag.collection.collection import LONGEST_TITLE, Collection, Wanted
from rag.collection.staging import ACCEPTED
from rag.config import Config
from rag.corpus.read import IMAGE_SUFFIXES, MOST_BYTES
from rag.errors import ReadError, UsageError
from rag.index.library import UPLOAD
from rag.index.listing import OPENING_CHARACTERS, Listed
from rag.render.templates import render
from rag.serve.guard import check_same_site

MOST_LISTED = 200


class Titled(BaseModel):
    """An upload to keep, with the titles that its reader corrected, by article id."""

    token: str
    titles: dict[str, str] = Field(default_factory=dict)


class Kept(BaseModel):
    """The uploads to keep."""

    uploads: list[Titled] = Field(min_length=1, max_length=200)


class Title(BaseModel):
    """An article's new title; an empty one brings the printed title back."""

    title: str = Field(max_length=1000)


class Chosen(BaseModel):
    """The articles that are meant: by id, or all of one source."""

    ids: list[str] = Field(default_factory=list, max_length=100_000)
    source: str = ""
    origin: str = ""

    def of(self, collection: Collection, deleted: bool) -> list[str]:
        """Return their ids."""
        if self.ids or not self.source:
            return self.ids
        wanted = Filter(source=self.source, origin=self.origin, deleted=deleted)
        return [article.id for article in collection.find(wanted)]


class Wish(BaseModel):
    """The filters of the list, and which part of it."""

    query: str = Field(default="", max_length=200)
    source: str = ""
    section: str = ""
    origin: str = ""
    since: str = Field(default="", pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")
    until: str = Field(default="", pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")
    deleted: bool = False
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=MOST_LISTED)

    def filter(self) -> Filter:
        """Return the filters."""
        return Filter(**self.model_dump(exclude={"offset", "limit"}))


def collection_page(config: Config) -> APIRouter:
    """Return `/collection`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/collection")
    def page() -> HTMLResponse:
        reads_scans = find_spec("rapidocr") is not None
        accepted = [ending for ending in ACCEPTED if reads_scans or ending not in IMAGE_SUFFIXES]
        context: dict[str, object] = {
            "name": config.title,
            "accept": ",".join(accepted),
            "reads_scans": reads_scans,
            "longest_title": LONGEST_TITLE,
        }
        return HTMLResponse(render("collection", context))

    return router


def collection_routes(collection: Collection, config: Config) -> APIRouter:
    """Return the routes under `/api/collection`."""

    def own_site(request: Request) -> None:
        check_same_site(request, config.host)
        if not _may_edit(collection, config):
            raise UsageError("这里的资料只能看，不能修改")

    router = APIRouter(prefix="/api/collection")
    _add_reading(router, collection, config)
    changes = APIRouter(dependencies=[Depends(own_site)])
    _add_uploads(changes, collection)
    _add_changes(changes, collection)
    router.include_router(changes)
    return router


def _may_edit(collection: Collection, config: Config) -> bool:
    return config.editing == "on" and collection.writable()


def _add_reading(router: APIRouter, collection: Collection, config: Config) -> None:
    @router.get("")
    def summary() -> dict[str, Any]:
        """Return the counts, the filters' values, when the index was built, and the work that is running."""
        catalogue = collection.catalogue()
        hidden = sum(article.hidden for article in catalogue.articles)
        sources = catalogue.sources()
        return {
            "articles": len(catalogue.articles) - hidden,
            "uploaded": sum(count for _, origin, count in sources if origin == UPLOAD),
            "deleted": hidden,
            "passages": collection.library.counts().passages,
            "built": collection.library.meta("built"),
            "sources": [{"source": name, "origin": origin, "articles": count} for name, origin, count in sources],
            "sections": catalogue.section_names(),
            "editing": _may_edit(collection, config),
            "most_bytes": MOST_BYTES,
            "work": asdict(collection.worker.work),
        }

    @router.get("/work")
    def work() -> dict[str, Any]:
        """Return how far the latest work is."""
        return asdict(collection.worker.work)

    @router.get("/articles")
    def articles(wish: Annotated[Wish, Query()]) -> dict[str, Any]:
        """Return a part of the articles that the filters let through."""
        found = collection.find(wish.filter())
        sections = collection.catalogue().sections
        part = page_of(found, wish.offset, wish.limit)
        return {"total": len(found), "articles": [_row(one, sections.get(one.document_id, "")) for one in part]}


def _add_uploads(router: APIRouter, collection: Collection) -> None:
    @router.post("/uploads", status_code=201)
    async def upload(request: Request, name: Annotated[str, Query(max_length=1000)]) -> dict[str, Any]:
        """Take the body as a file of this name, and return how it would be cut into articles."""
        if int(request.headers.get("content-length") or 0) > MOST_BYTES:
            raise ReadError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后再上传")
        receipt = await run_in_threadpool(collection.receive, name)
        try:
            async for part in request.stream():
                receipt.write(part)
        except BaseException:  # the reader may have left in the middle
            receipt.drop()
            raise
        return asdict(await run_in_threadpool(lambda: collection.preview(receipt.finish())))

    @router.delete("/uploads/{token}")
    def drop(token: str) -> dict[str, Any]:
        """Forget an upload that waits."""
        collection.drop(token)
        return {"dropped": token}

    @router.post("/keep", status_code=202)
    def keep(kept: Kept) -> dict[str, Any]:
        """Start to take uploads into the library; `/api/collection/work` tells how far it is."""
        return asdict(collection.keep([Wanted(one.token, one.titles) for one in kept.uploads]))


def _add_changes(router: APIRouter, collection: Collection) -> None:
    @router.post("/articles/{article_id}/title")
    def entitle(article_id: str, wanted: Title) -> dict[str, Any]:
        """Show an article under another title."""
        return {"id": article_id, "title": collection.entitle(article_id, wanted.title).title}

    @router.post("/delete")
    def delete(chosen: Chosen) -> dict[str, Any]:
        """Take articles out of lists and search."""
        ids = chosen.of(collection, deleted=False)
        return {"articles": collection.delete(ids), "ids": ids}

    @router.post("/restore")
    def restore(chosen: Chosen) -> dict[str, Any]:
        """Take deleted articles back in."""
        ids = chosen.of(collection, deleted=True)
        return {"articles": collection.restore(ids), "ids": ids}

    @router.post("/purge")
    def purge(chosen: Chosen) -> dict[str, Any]:
        """Remove the uploaded files of deleted articles for good."""
        ids = chosen.of(collection, deleted=True)
        return {"articles": collection.purge(ids), "ids": ids}


def _row(article: Listed, section: str) -> dict[str, Any]:
    return {
        "id": article.id,
        "document_id": article.document_id,
        "title": article.title,
        "printed_title": article.printed_title,
        "source": article.source,
        "origin": article.origin,
        "section": section,
        "date": article.date,
        "byline": article.byline,
        "characters": article.characters,
        "opening": " ".join(article.opening.split()) + "…" * (len(article.opening) == OPENING_CHARACTERS),
        "deleted": article.hidden,
    }
