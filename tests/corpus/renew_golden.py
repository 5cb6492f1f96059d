"""Golden outlines of the seeds: `python -m tests.corpus.renew_golden` writes them anew; review the diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rag.types import Page
from tests.corpus.pagecheck import ROOT, SEEDS, gold_pages

GOLDEN = Path(__file__).parent / "golden"


def outline(page: Page) -> dict[str, Any]:
    """Return what a change of the segmenter may change: names, ranges, first and last words."""
    return {
        "articles": [
            {
                "title": article.title,
                "subtitle": article.subtitle,
                "byline": article.byline,
                "date": article.date,
                "body_start": article.body_start,
                "raw_spans": [list(span) for span in article.raw_spans],
                "begins": article.text[article.body_start :][:20],
                "ends": article.text[-20:],
            }
            for article in page.articles
        ],
        "leftovers": [[leftover.start, leftover.end, leftover.text] for leftover in page.leftovers],
    }


def renew() -> None:
    """Write the outline of every seed."""
    GOLDEN.mkdir(exist_ok=True)
    for page, _ in gold_pages(SEEDS, ROOT / "tests" / "data" / "seeds_articles.jsonl"):
        text = json.dumps(outline(page), ensure_ascii=False, indent=1)
        (GOLDEN / f"{page.document.id}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()
