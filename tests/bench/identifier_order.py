"""Whether documents with an identifier rank before those without."""

import re
from collections.abc import Sequence
from pathlib import Path

from warehouse.search import Search

RESULTS = 10


def read_identifiers(path: Path) -> list[str]:
    """Return the identifiers in a file, one per line; text after `#` is ignored."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def out_of_order(search: Search, identifiers: Sequence[str], vectors: Sequence[object]) -> list[str]:
    """Return the identifiers for which a document without it ranks before one with it, or a document with it is missing."""
    texts = [_text(search, row) for row in range(len(search.tables.rows))]
    wrong = []
    for identifier, vector in zip(identifiers, vectors, strict=True):
        name = re.compile(rf"(?<!\w){re.escape(identifier)}(?!\w)")
        having = {row for row, text in enumerate(texts) if name.search(text)}
        for mode in ("keyword", "hybrid"):
            hits = search.search(identifier, mode=mode, k=RESULTS, vector=vector, citations=False).hits
            has = [search.tables.rows[hit.document_id] in having for hit in hits]
            if has != sorted(has, reverse=True) or sum(has) < min(RESULTS, len(having)):
                wrong.append(f"{identifier} ({mode})")
    return wrong


def _text(search: Search, row: int) -> str:
    passages = search.tables.passages_of(row)
    text = search.tables.texts.joined(passages.start, passages.stop) if passages else ""
    return f"{search.tables.documents['title'][row]}\n{text}"
