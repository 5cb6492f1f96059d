"""BM25 over the terms of `analyze`, with tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index.analyze import terms

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES = 64_000_000


class LexicalIndex:
    """Passages under integer ids, found by weighted terms in their text and in their article's title."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the index in a folder that exists, or make one there; without a folder it lives in memory."""
        import tantivy

        schema = _schema()
        self._index = tantivy.Index(schema, None if folder is None else str(folder))
        self._index.config_reader("manual")
        self._refresh()

    def __len__(self) -> int:
        """Return the number of passages."""
        return int(self._searcher.num_docs)

    def add(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Add (id, title, text) rows; an id that is present is replaced."""
        self.change((), rows)

    def remove(self, ids: Sequence[int]) -> None:
        """Remove ids; unknown ones are ignored."""
        self.change(ids, ())

    def change(self, removed: Sequence[int], added: Iterable[tuple[int, str, str]]) -> None:
        """Remove ids and add rows in one step."""
        import tantivy

        writer = self._index.writer(_WRITER_BYTES, num_threads=1)
        for number in removed:
            writer.delete_documents_by_term("id", number)
        for number, title, text in added:
            writer.delete_documents_by_term("id", number)
            document = tantivy.Document()
            document.add_integer("id", number)
            document.add_text("title", " ".join(terms(title)))
            document.add_text("body", " ".join(terms(text)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._refresh()

    def search(self, weights: Mapping[str, float], limit: int, title_weight: float = 1.0) -> list[tuple[int, float]]:
        """Return at most `limit` (id, BM25) pairs, best first.

        `weights` maps a term, spelled as `analyze.terms` does, to its share in the score; the same term
        in the title counts `title_weight` times that. 0 leaves titles out.
        """
        query = self._query(weights, title_weight)
        if query is None or limit <= 0 or not len(self):
            return []
        hits = self._searcher.search(query, limit).hits
        return [(self._id(address), float(score)) for score, address in hits]

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term stands, in the text or in the title."""
        return max(int(self._searcher.doc_freq(field, term)) for field in ("body", "title"))

    def title_frequency(self, term: str) -> int:
        """Return for how many rows a term stands in the title."""
        return int(self._searcher.doc_freq("title", term))

    def _query(self, weights: Mapping[str, float], title_weight: float) -> tantivy.Query | None:
        from tantivy import Occur, Query

        parts = []
        for field, share in (("body", 1.0), ("title", title_weight)):
            for term, weight in weights.items():
                if weight * share > 0:
                    query = Query.term_query(self._index.schema, field, term, "freq")
                    parts.append((Occur.Should, Query.boost_query(query, weight * share)))
        return Query.boolean_query(parts) if parts else None

    def _id(self, address: tantivy.DocAddress) -> int:
        return int(self._searcher.doc(address)["id"][0])

    def _refresh(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, indexed=True)
    builder.add_text_field("title", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
