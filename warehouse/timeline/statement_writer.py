"""Writes the statement files beside a release's DuckDB file, so that a question need not read every sentence.

terms.txt        the words of all statements, titles and headings, one per line, in order of their numbers
words.npz        postings: for each word the statements that have it
context.npz      postings of titles (by document) and of headings (by passage)
reports.npz      columns of the statements that may be entries: row among all, days, document, passage, kinds, how surely it tells
                 that something happened, and so on
event_ids.npy    their ids
documents.npz    columns of the documents: statements, day, times cited, whether it is a round-up of merges
document_ids.npy, passage_ids.npy
made_with.txt    version of the code that read the sentences (absent if it is unknown)

The same marts give the same bytes, whether sentences are read or taken from the files of the release before.
"""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.timeline.earlier_statements import Columns, EarlierStatements, open_earlier, read_statements
from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.reports import read_report
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.telling import QUESTIONS, read_telling
from warehouse.timeline.term_rows import Ints, TermRows, renumber

Floats32 = npt.NDArray[np.float32]

_DOCUMENTS = """
SELECT documents.document_id, title, CAST(published_at AS DATE), count(DISTINCT links.document_id)
FROM documents LEFT JOIN links
ON links.target_document_id = documents.document_id AND links.document_id <> documents.document_id
GROUP BY ALL ORDER BY documents.document_id
"""
_PASSAGES = """
SELECT passage_id, document_id, heading FROM passages JOIN sections USING (section_id, document_id)
ORDER BY document_id, passages.position, passage_id
"""
# Titles of round-ups of a merge window, a release or a week.
_OF_MERGES = (
    r"merge window|prepatch|kernel is out|kernel status|released|-rc\d|what(?:'?s| is) (?:new|coming|merged)|coming in|\bmerged\b|"
    r"rest of the story|stragglers|in brief|kernel log|what got into"
)
MERGE_ROUND_UP = re.compile(_OF_MERGES, re.IGNORECASE)
"""Titles of round-ups of what was merged."""
ROUND_UP = re.compile(rf"{_OF_MERGES}|\bpart [1-9]\b", re.IGNORECASE)
_PLACED = dict.fromkeys(("place", "first", "last", "document", "passage"), np.int32) | {"explicit": np.int8}
_READ: dict[str, type[np.generic]] = {
    "kinds": np.int32,
    **dict.fromkeys(("alone", "news"), np.float32),
    **dict.fromkeys(("supposed", "past", "present", "version"), np.int8),
    **dict.fromkeys(QUESTIONS, np.float32),
}
"""Columns of reports that depend on the sentence and the title of its document alone."""


def build_statement_files(
    connection: duckdb.DuckDBPyConnection, directory: Path, *, version: str = "", earlier: Path | None = None
) -> int:
    """Write the files of the marts that `connection` has open into the new `directory`.

    `version` is that of the code that reads sentences. Statements that the release `earlier` has too are not read again if the
    same version wrote its files. Return how many statements may be entries.
    """
    directory.mkdir(parents=True)
    documents = connection.execute(_DOCUMENTS).fetchall()
    passages = connection.execute(_PASSAGES).fetchall()
    with open_earlier(connection, earlier, version, list(_READ)) as known:
        reader = _StatementReader(known, [row[1] or "" for row in documents])
        reader.read(connection, [row[2] or "" for row in passages])
    terms = renumber(reader.vocabulary, reader.words, reader.titles, reader.headings)
    _write_postings(directory, reader, len(terms))
    _write_reports(directory, reader, len(terms))
    _save(
        directory / "documents.npz",
        owners=reader.owners,
        day=np.array([_ordinal(row[2]) for row in documents], np.int32),
        cited=np.array([row[3] for row in documents], np.float32),
        round_up=np.array([bool(ROUND_UP.search(row[1] or "")) for row in documents], bool),
    )
    ids = {
        "event_ids": reader.ids,
        "document_ids": [row[0] for row in documents],
        "passage_ids": [row[0] for row in passages],
    }
    for name, column in ids.items():
        np.save(directory / f"{name}.npy", np.array(column, dtype=np.bytes_))
    (directory / "terms.txt").write_text("\n".join(terms), encoding="utf-8")
    if version:
        (directory / "made_with.txt").write_text(version, encoding="utf-8")
    return len(reader.ids)


class _StatementReader:
    """Reads sentences, titles and headings, or takes what the earlier release says of a sentence.

    Attributes:
        words, titles, headings: the words of each statement, title and heading, by their number in `vocabulary`.
        owners: the document row of each statement.
        reports: columns of the statements that may be entries, `_PLACED` and `_READ`.
        ids: their event ids.
    """

    def __init__(self, earlier: EarlierStatements | None, titles: Sequence[str]) -> None:
        self._earlier = earlier
        self._titles = titles
        self.vocabulary = {} if earlier is None else dict(earlier.terms)
        self.words, self.titles, self.headings = TermRows(), TermRows(), TermRows()
        self.owners: Ints = np.zeros(0, np.int32)
        self.reports: dict[str, npt.NDArray[Any]] = {}
        self.ids: list[str] = []

    def read(self, connection: duckdb.DuckDBPyConnection, headings: Sequence[str]) -> None:
        """Read the statements, then titles and the headings of passages."""
        found = read_statements(connection, is_known=self._earlier is not None)
        known, self.owners = found["known"], found["document"].astype(np.int32)
        rows, words = np.full(len(known), -1, np.int64), TermRows()
        read: list[tuple[Any, ...]] = []
        for place in np.flatnonzero(known < 0).tolist():
            words.append(self._number_words(found["sentence"][place]))
            report = self._report(found["sentence"][place], int(self.owners[place]))
            if report is not None:
                rows[place] = len(read)
                read.append(report)
        values = zip(*read, strict=True) if read else [()] * len(_READ)
        reports: Columns = {name: np.array(column, _READ[name]) for name, column in zip(_READ, values, strict=True)}
        if self._earlier is not None:
            words = self._earlier.words.filled(known, words)
            rows, reports = self._earlier.with_reports(known, rows, reports)
        self.words = words
        kept = np.flatnonzero(rows >= 0)
        found["place"] = np.arange(len(known))
        self.reports = {name: found[name][kept].astype(kind) for name, kind in _PLACED.items()}
        self.reports |= {name: column[rows[kept]] for name, column in reports.items()}
        self.ids = found["event_id"][kept].tolist()
        number_once = lru_cache(maxsize=4096)(self._number_words)  # a heading stands above several passages
        self.titles = TermRows(map(number_once, self._titles))
        self.headings = TermRows(map(number_once, headings))

    def _report(self, sentence: str, document: int) -> tuple[Any, ...] | None:
        """Return the values of `_READ` for a sentence, None if it cannot be an entry."""
        report = read_report(sentence, self._titles[document])
        if report is None:
            return None
        telling = read_telling(sentence)
        return (
            sum(1 << KINDS.index(kind) for kind in report.kinds), report.standalone, report.news, report.supposed, report.past,
            report.present, report.has_version, *(getattr(telling, asked) for asked in QUESTIONS),
        )  # fmt: skip

    def _number_words(self, text: str) -> list[int]:
        return list({self.vocabulary.setdefault(word, len(self.vocabulary)) for word in statement_words(text)})


def _write_postings(directory: Path, found: _StatementReader, terms: int) -> None:
    columns = {}
    for name, rows in (("statement", found.words), ("title", found.titles), ("heading", found.headings)):
        owners, starts = rows.postings(terms)
        columns[name] = {f"{name}_rows": owners, f"{name}_starts": starts}
    _save(directory / "words.npz", **columns["statement"])
    _save(directory / "context.npz", **columns["title"], **columns["heading"])


def _write_reports(directory: Path, found: _StatementReader, terms: int) -> None:
    words, starts = found.words.taken(found.reports["place"])
    rarity = np.log1p(len(found.words) / (1 + np.bincount(found.words.numbers, minlength=terms)))
    titled = _shares(words, starts, found.titles, found.reports["document"], rarity)
    _save(directory / "reports.npz", **found.reports, titled=titled, terms=words, starts=starts)


def _save(path: Path, **columns: Any) -> None:
    np.savez(path, **columns)


def _ordinal(day: dt.date | None) -> int:
    return 0 if day is None else day.toordinal()


def _shares(words: Ints, starts: Ints, titles: TermRows, documents: Ints, rarity: npt.NDArray[np.float64]) -> Floats32:
    """Return the share of each title's words that a report of the document has, weighted by rarity."""
    of_title = np.bincount(titles.owners(), rarity[titles.numbers], minlength=len(titles))[documents]
    rows = np.repeat(np.arange(len(documents)), np.diff(starts))
    in_title = np.isin(
        documents[rows] * np.int64(len(rarity)) + words, titles.owners() * np.int64(len(rarity)) + titles.numbers
    )
    shared = np.bincount(rows, rarity[words] * in_title, minlength=len(documents))
    return np.divide(shared, of_title, out=np.zeros(len(documents)), where=of_title > 0).astype(np.float32)
