"""The server: the chat page, the pages of articles and of the collection, and the JSON interface, in one FastAPI app."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from rag.collection.collection import Collection
from rag.collection.watch import watching
from rag.config import Config
from rag.errors import ForeignRequest, ReadError, ServeError, UsageError, WenbaoError
from rag.render.templates import ASSETS
from rag.serve.chat_completions import completion_routes
from rag.serve.collection_api import collection_page, collection_routes
from rag.serve.document import PageHead, ProtectiveHeaders
from rag.serve.pages import article_routes
from rag.serve.questions import question_routes

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn

    from rag.answer.assistant import Assistant

SHUTDOWN_SECONDS = 2


def create_app(assistant: Assistant, config: Config, collection: Collection | None = None) -> FastAPI:
    """Return the app over an open assistant; the collection is the assistant's unless it is handed in."""
    app = FastAPI(title=config.title, docs_url=None, redoc_url=None)
    app.mount("/web", StaticFiles(directory=ASSETS))
    app.add_api_route("/gradio_api/upload", _refuse_upload, methods=["POST"], include_in_schema=False)
    app.include_router(article_routes(assistant, config))
    app.include_router(question_routes(assistant))
    app.include_router(completion_routes(assistant))
    app.include_router(collection_page(config))
    app.include_router(collection_routes(collection or collection_of(assistant, config), config))
    app.add_exception_handler(WenbaoError, _refuse)
    app.add_middleware(PageHead)
    app.add_middleware(ProtectiveHeaders)
    return _with_page(app, assistant, config)


def collection_of(assistant: Assistant, config: Config) -> Collection:
    """Return the collection that an assistant answers from."""
    return Collection(assistant.library, lambda: assistant.retriever.encoder, config.passage_characters)


def serve(config: Config, watched: Sequence[Path] | None = None) -> None:
    """Open the library and serve the page until Ctrl-C.

    With `watched`, changes of these files and folders are taken in while the server runs; an empty sequence
    stands for the sources of the last build.

    Raises:
        CollectionError: a watched source does not exist.
        ServeError: the address cannot be bound.
        WenbaoError: the library or the encoder cannot be opened.
    """
    import uvicorn

    from rag.application import known_sources, open_assistant

    listening = bind(config.host, config.port)
    with listening:
        assistant = open_assistant(config)
        collection = collection_of(assistant, config)
        app = create_app(assistant, config, collection)
        settings = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=SHUTDOWN_SECONDS)
        sources = None if watched is None else watched or known_sources(assistant.library, config)
        with nullcontext() if sources is None else watching(collection, sources), suppress(KeyboardInterrupt):
            sys.stdout.write(f"{config.title}：http://{config.host}:{listening.getsockname()[1]}（按 Ctrl-C 结束）\n")
            sys.stdout.flush()
            _quiet_server(settings).run(sockets=[listening])
        collection.worker.close(SHUTDOWN_SECONDS)


def _quiet_server(settings: uvicorn.Config) -> uvicorn.Server:
    """Return a server that, once told to end, cuts the pages' open streams without reporting each."""
    import uvicorn

    class Quiet(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            super().handle_exit(sig, frame)

    return Quiet(settings)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address, so that a port in use is known before anything is loaded.

    Raises:
        ServeError: the port is in use, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two servers share a port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except (OSError, OverflowError) as error:
        bound.close()
        raise ServeError(_bind_problem(host, port, error)) from error
    return bound


def _bind_problem(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用：请用 --port 换一个端口，或先停掉占用它的程序"
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"没有权限使用端口 {port}：请用 --port 换一个大于 1024 的端口"
    return f"无法在 {host}:{port} 上开启服务：请检查 --host 和 --port"


def _with_page(app: FastAPI, assistant: Assistant, config: Config) -> FastAPI:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    from ui import create_page

    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    gr.mount_gradio_app(
        app,
        create_page(assistant, config),
        path="/",
        theme=theme,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        enable_monitoring=False,
    )
    return app


def _refuse_upload() -> JSONResponse:
    """Shut Gradio's own upload, which would fill the disk for anyone who asks."""
    return JSONResponse({"error": "请在资料库页面上传文件"}, status_code=404)


def _refuse(_request: Request, error: Exception) -> JSONResponse:
    kinds = ((ForeignRequest, 403), (UsageError, 400), (ReadError, 422))
    status = next((status for kind, status in kinds if isinstance(error, kind)), 503)
    return JSONResponse({"error": str(error)}, status_code=status)
