"""Writes the statement files beside a release's DuckDB file, so that a question need not read every sentence.

terms.txt        the words of all statements, one per line, in order of their numbers
words.npz        postings: for each word the statements that have it
context.npz      postings of titles (by document) and of headings (by passage)
reports.npz      columns of the statements that may be entries: row among all, days, document, passage, kinds, how surely it tells
                 that something happened, and so on
event_ids.npy    their ids
documents.npz    columns of the documents: statements, day, times cited, whether it is a round-up of merges
document_ids.npy, passage_ids.npy
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.reports import read_report
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.statements import IN_REACH
from warehouse.timeline.telling import QUESTIONS, read_telling

Ints = npt.NDArray[np.int32]
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
_STATEMENTS = f"""
SELECT event_id, passage_id, document_id, date, date_end, explicit, sentence FROM events WHERE {IN_REACH}
ORDER BY document_id, char_start, char_end, event_id
"""
# Titles of round-ups of a merge window, a release or a week.
ROUND_UP = re.compile(
    r"merge window|prepatch|kernel is out|kernel status|released|-rc\d|what(?:'?s| is) (?:new|coming|merged)|coming in|\bmerged\b|"
    r"rest of the story|stragglers|in brief|kernel log|\bpart [1-9]\b|what got into",
    re.IGNORECASE,
)


def build_statement_files(connection: duckdb.DuckDBPyConnection, directory: Path) -> int:
    """Write the files of the marts that `connection` has open into the new `directory`.

    Return how many statements may be entries.
    """
    directory.mkdir(parents=True)
    vocabulary: dict[str, int] = {}

    def numbers(text: str | None) -> list[int]:
        return sorted({vocabulary.setdefault(word, len(vocabulary)) for word in statement_words(text or "")})

    documents = connection.execute(_DOCUMENTS).fetchall()
    passages = connection.execute(_PASSAGES).fetchall()
    document_rows = {row[0]: place for place, row in enumerate(documents)}
    passage_rows = {row[0]: place for place, row in enumerate(passages)}
    titles = [row[1] or "" for row in documents]
    words: list[list[int]] = []
    reports: list[tuple[Any, ...]] = []
    ids: list[str] = []
    owners: list[int] = []
    found = connection.execute(_STATEMENTS)
    while batch := found.fetchmany(4096):
        for event_id, passage_id, document_id, first, last, explicit, sentence in batch:
            document = document_rows[document_id]
            owners.append(document)
            words.append(numbers(sentence))
            report = read_report(sentence, titles[document])
            if report is None:
                continue
            telling = read_telling(sentence)
            ids.append(event_id)
            reports.append(
                (
                    len(words) - 1, first.toordinal(), last.toordinal(), document, passage_rows[passage_id],
                    sum(1 << KINDS.index(kind) for kind in report.kinds), report.standalone, report.news, report.supposed,
                    report.past, report.present, report.has_version, explicit, *(getattr(telling, asked) for asked in QUESTIONS),
                )
            )  # fmt: skip
    title_words = [numbers(title) for title in titles]
    heading_words = [numbers(row[2]) for row in passages]
    _save(directory / "words.npz", **_postings("statement", words, len(vocabulary)))
    _save(
        directory / "context.npz",
        **_postings("title", title_words, len(vocabulary)),
        **_postings("heading", heading_words, len(vocabulary)),
    )
    _save(
        directory / "reports.npz",
        **_columns(reports),
        titled=_shares([words[row[0]] for row in reports], [title_words[row[3]] for row in reports], words),
        **_rows([words[row[0]] for row in reports]),
    )
    _save(
        directory / "documents.npz",
        owners=np.array(owners, np.int32),
        day=np.array([_ordinal(row[2]) for row in documents], np.int32),
        cited=np.array([row[3] for row in documents], np.float32),
        round_up=np.array([bool(ROUND_UP.search(title)) for title in titles], bool),
    )
    for name, column in (("event_ids", ids), ("document_ids", document_rows), ("passage_ids", passage_rows)):
        np.save(directory / f"{name}.npy", np.array(list(column), dtype=np.bytes_))
    (directory / "terms.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    return len(ids)


def _save(path: Path, **columns: Any) -> None:
    np.savez(path, **columns)


def _ordinal(day: dt.date | None) -> int:
    return 0 if day is None else day.toordinal()


def _columns(reports: Sequence[tuple[Any, ...]]) -> dict[str, npt.NDArray[Any]]:
    types = {
        **dict.fromkeys(("place", "first", "last", "document", "passage", "kinds"), np.int32),
        **dict.fromkeys(("alone", "news"), np.float32),
        **dict.fromkeys(("supposed", "past", "present", "version", "explicit"), np.int8),
        **dict.fromkeys(QUESTIONS, np.float32),
    }
    columns = list(zip(*reports, strict=True)) if reports else [()] * len(types)
    return {name: np.array(column, types[name]) for name, column in zip(types, columns, strict=True)}


def _shares(
    rows: Sequence[Sequence[int]], of: Sequence[Sequence[int]], everything: Sequence[Sequence[int]]
) -> Floats32:
    """Return the share of each title's words that its statement has, weighted by rarity."""
    flat = _flat(everything)
    rarity = np.log1p(
        len(everything) / (1 + np.bincount(flat, minlength=1 + max((max(row, default=0) for row in of), default=0)))
    )
    found = np.zeros(len(rows), np.float32)
    for place, (row, title) in enumerate(zip(rows, of, strict=True)):
        total = float(sum(rarity[word] for word in title))
        found[place] = sum(rarity[word] for word in set(row).intersection(title)) / total if total else 0.0
    return found


def _rows(rows: Sequence[Sequence[int]]) -> dict[str, Ints]:
    """Return rows of numbers as one concatenated array, and where each row begins."""
    starts = np.zeros(len(rows) + 1, np.int32)
    starts[1:] = np.cumsum([len(row) for row in rows])
    return {"terms": _flat(rows), "starts": starts}


def _postings(name: str, rows: Sequence[Sequence[int]], terms: int) -> dict[str, Ints]:
    """Return for each term the rows that have it, as one concatenated array, and where those of each term begin."""
    flat = _flat(rows)
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row) for row in rows])
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.arange(terms + 1)).astype(np.int32)
    return {f"{name}_rows": owners[order], f"{name}_starts": starts}


def _flat(rows: Iterable[Sequence[int]]) -> Ints:
    return np.array([number for row in rows for number in row], np.int32)
