"""Keeps pages of other sites, which a reader may have open beside this one, from changing the collection."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from rag.errors import ForeignRequest


def check_same_site(request: HTTPConnection, bound_host: str) -> None:
    """See that a request comes from a page of this server, or from no page at all.

    While the server listens on this machine alone, it is also to be called by a name of this machine: another
    name that leads here belongs to a site that had its address changed.

    Raises:
        ForeignRequest: it comes from elsewhere.
    """
    host = request.headers.get("host", "")
    if _is_loopback(bound_host) and not _is_loopback(_name_of(host)):
        raise ForeignRequest("这个网址不是本机的，不能修改资料：请用 http://127.0.0.1 开头的网址打开")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise ForeignRequest("请求来自别的网站，没有执行")
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise ForeignRequest("请求来自别的网站，没有执行")


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
