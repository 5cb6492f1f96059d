"""Plain ASGI layers around the app: what browsers may load, and the head of the page's HTML."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio compiles its components' scripts in the browser, hence unsafe-eval; nothing may be loaded from elsewhere.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ARTICLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
COLLECTION_POLICY = f"{ARTICLE_POLICY}; connect-src 'self'"

# Gradio would add these only after its own scripts ran: unstyled at first, and too late for the load event.
HEAD = """
<link rel="icon" href="/web/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/web/reading.css">
<link rel="stylesheet" href="/web/page.css">
<script src="/web/theme.js"></script>
<script src="/web/facsimile.js"></script>
<script src="/web/source.js"></script>
<script src="/web/page.js"></script>
</head>"""
_SOCIAL = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>')
_LANGUAGE = re.compile(r'(<html\s+lang=)"en"')


class ProtectiveHeaders:
    """Tells browsers with every answer what may be loaded; streams pass through unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = _policy(scope["path"])

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if scope["path"].startswith("/web/"):
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await self.app(scope, receive, sent)


def _policy(path: str) -> str:
    if path == "/collection":
        return COLLECTION_POLICY
    return ARTICLE_POLICY if path.startswith("/articles/") else PAGE_POLICY


class PageHead:
    """Puts the page's language, styles and scripts into the HTML that Gradio serves at `/`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the document at `/`; pass everything else on."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if message["type"] != "http.response.body":
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                document = rewritten(body.decode("utf-8")).encode("utf-8")
                MutableHeaders(scope=start)["Content-Length"] = str(len(document))
                await send(start)
                await send({"type": "http.response.body", "body": document})

        await self.app({**scope, "headers": plain}, receive, kept)


def rewritten(document: str) -> str:
    """Return the document in Chinese, with the page's head and without Gradio's social cards."""
    chinese = _LANGUAGE.sub(r'\1"zh-CN"', _SOCIAL.sub("", document), count=1)
    return chinese.replace("</head>", HEAD, 1)
