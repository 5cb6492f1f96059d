"""Answers and articles as HTML, Markdown, plain text and JSON; no retrieval, no server."""
