"""Statements of the release before that have not changed: what was read in them, so that only new sentences are read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.connection import attach_release
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statements import in_reach
from warehouse.timeline.term_rows import TermRows, rows_of_postings

Places = npt.NDArray[np.int64]
Columns = Mapping[str, npt.NDArray[Any]]

_KNOWN = f"""
SELECT event_id, sentence, title, row_number() OVER (ORDER BY document_id, char_start, char_end, event_id) - 1 AS place
FROM earlier.main.events JOIN earlier.main.documents USING (document_id) WHERE {in_reach("earlier.main.documents")}
"""
_NONE_KNOWN = "SELECT '' AS event_id, '' AS sentence, '' AS title, 0 AS place WHERE false"
_STATEMENTS = """
WITH of_documents AS (SELECT document_id, title, row_number() OVER (ORDER BY document_id) - 1 AS row FROM documents),
of_passages AS (
    SELECT passage_id, row_number() OVER (ORDER BY document_id, passages.position, passage_id) - 1 AS row
    FROM passages JOIN sections USING (section_id, document_id)
)
SELECT
    e.event_id, d.row AS document, p.row AS passage, e.explicit, datediff('day', DATE '0001-01-01', e.date) + 1 AS first,
    datediff('day', DATE '0001-01-01', e.date_end) + 1 AS last, coalesce(known.place, -1) AS known,
    CASE WHEN known.place IS NULL THEN e.sentence END AS sentence
FROM events e JOIN of_documents d USING (document_id) JOIN of_passages p USING (passage_id)
LEFT JOIN ({known}) known
ON known.event_id = e.event_id AND known.sentence = e.sentence AND known.title IS NOT DISTINCT FROM d.title
WHERE {in_reach} ORDER BY e.document_id, e.char_start, e.char_end, e.event_id
"""


def read_statements(connection: duckdb.DuckDBPyConnection, *, is_known: bool) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of a release's statements in order, with the rows of their documents and passages and days as Python counts.

    With `is_known`, the column `known` is the place of a statement in the release attached as `earlier`. Statements whose `known` is
    -1 have a `sentence` to read.
    """
    known = _KNOWN if is_known else _NONE_KNOWN
    return connection.execute(_STATEMENTS.format(known=known, in_reach=in_reach("documents"))).fetchnumpy()


class EarlierStatements:
    """The statements of a release by their place: their words, and what was read in those that may be entries."""

    def __init__(self, release: Path, columns: Sequence[str]) -> None:
        index = StatementIndex(release / "statements")
        self.terms = index.terms
        number = len(index.documents["owners"])
        self.words = TermRows.of(*rows_of_postings(*index.postings("statement"), number))
        self._rows = np.full(number, -1, np.int64)
        self._size = len(index.event_ids)
        self._rows[index.reports["place"]] = np.arange(self._size)
        self._columns = {name: index.reports[name] for name in columns}

    def with_reports(self, known: Places, rows: Places, reports: Columns) -> tuple[Places, Columns]:
        """Return the columns of this release's reports with new ones behind, and which row each statement has there, -1 for none.

        `known` are the places of statements in this release, -1 for new ones, whose rows in `reports` are `rows`.
        """
        new = np.where(rows < 0, -1, rows + self._size)
        found = np.where(known < 0, new, np.append(self._rows, -1)[known])
        return found, {name: np.concatenate([column, reports[name]]) for name, column in self._columns.items()}


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
