"""The server: the chat page, the pages of articles and the JSON interface, in one FastAPI app."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from rag.config import Config
from rag.errors import ServeError, UsageError, WenbaoError
from rag.render.templates import ASSETS
from rag.serve.chat_completions import completion_routes
from rag.serve.document import PageHead, ProtectiveHeaders
from rag.serve.pages import article_routes
from rag.serve.questions import question_routes

if TYPE_CHECKING:
    from rag.answer.assistant import Assistant

SHUTDOWN_SECONDS = 2


def create_app(assistant: Assistant, config: Config) -> FastAPI:
    """Return the app over an open assistant."""
    app = FastAPI(title=config.title, docs_url=None, redoc_url=None)
    app.mount("/web", StaticFiles(directory=ASSETS))
    app.include_router(article_routes(assistant, config))
    app.include_router(question_routes(assistant))
    app.include_router(completion_routes(assistant))
    app.add_exception_handler(WenbaoError, _refuse)
    app.add_middleware(PageHead)
    app.add_middleware(ProtectiveHeaders)
    return _with_page(app, assistant, config)


def serve(config: Config) -> None:
    """Open the library and serve the page until Ctrl-C.

    Raises:
        ServeError: the address cannot be bound.
        WenbaoError: the library or the encoder cannot be opened.
    """
    import uvicorn

    from rag.application import open_assistant

    listening = bind(config.host, config.port)
    with listening:
        app = create_app(open_assistant(config), config)
        sys.stdout.write(f"{config.title}：http://{config.host}:{config.port}（按 Ctrl-C 结束）\n")
        sys.stdout.flush()
        settings = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=SHUTDOWN_SECONDS)
        try:
            uvicorn.Server(settings).run(sockets=[listening])
        except KeyboardInterrupt:
            return


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, so that a port in use is known before anything is loaded.

    Raises:
        ServeError: the port is in use, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
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


def _refuse(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=400 if isinstance(error, UsageError) else 503)
