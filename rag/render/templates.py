"""The Jinja environment of every page; all text is escaped unless a template builds the markup itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

ASSETS = Path(__file__).parent / "assets"


def render(template: str, context: Mapping[str, object]) -> str:
    """Fill `templates/<template>.html`."""
    return _environment().get_template(f"{template}.html").render(context)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("rag.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
