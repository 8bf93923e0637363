"""Statements of the release before that have not changed: what was read in them, so that only new sentences are read."""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from warehouse.connection import attach_release
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statements import in_reach
from warehouse.timeline.term_rows import rows_of_postings

_KNOWN = f"""
SELECT event_id, sentence, title, row_number() OVER (ORDER BY document_id, char_start, char_end, event_id) - 1 AS place
FROM earlier.main.events JOIN earlier.main.documents USING (document_id) WHERE {in_reach("earlier.main.documents")}
"""
STATEMENTS = f"""
SELECT e.event_id, e.passage_id, e.document_id, e.date, e.date_end, e.explicit, e.sentence, known.place
FROM events e JOIN documents d USING (document_id)
LEFT JOIN ({_KNOWN}) known
ON known.event_id = e.event_id AND known.sentence = e.sentence AND known.title IS NOT DISTINCT FROM d.title
WHERE {in_reach("documents")} ORDER BY e.document_id, e.char_start, e.char_end, e.event_id
"""
"""The statements of a release, each with its place among those of the release attached as `earlier`, NULL if it is new."""


class EarlierStatements:
    """The statements of a release by their place: their words, and what was read in those that may be entries."""

    def __init__(self, release: Path, columns: Sequence[str]) -> None:
        index = StatementIndex(release / "statements")
        self.terms = index.terms
        number = len(index.documents["owners"])
        self._reports = np.full(number, -1, np.int64)
        self._reports[index.reports["place"]] = np.arange(len(index.event_ids))
        self._columns = list(zip(*(index.reports[name].tolist() for name in columns), strict=True))
        numbers, starts = rows_of_postings(*index.postings("statement"), number)
        self._numbers, self._starts = array("i", numbers.tobytes()), starts

    def words_of(self, place: int) -> Sequence[int]:
        """Return the words of a statement."""
        return self._numbers[self._starts[place] : self._starts[place + 1]]

    def report_of(self, place: int) -> tuple[Any, ...] | None:
        """Return what was read in a statement, None if it cannot be an entry."""
        row = int(self._reports[place])
        return None if row < 0 else self._columns[row]


@contextmanager
def open_earlier(
    connection: duckdb.DuckDBPyConnection, release: Path | None, version: str, columns: Sequence[str]
) -> Iterator[EarlierStatements | None]:
    """Attach a release as `earlier` until the block ends; yield None for one whose files another version wrote."""
    made_with = release / "statements" / "made_with.txt" if release else None
    if release is None or made_with is None or not made_with.is_file() or made_with.read_text("utf-8") != version:
        yield None
        return
    attach_release(connection, release, "earlier")
    try:
        yield EarlierStatements(release, columns)
    finally:
        connection.execute("DETACH earlier")
