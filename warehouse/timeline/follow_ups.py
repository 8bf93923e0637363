"""What happened next: later statements on the subject of a passage, an event or a document."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.records import Filters
from warehouse.search import Search
from warehouse.timeline import outcomes
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.entries import as_entry
from warehouse.timeline.newsworthiness import newsworth
from warehouse.timeline.records import Entry, Statement
from warehouse.timeline.standalone import standing
from warehouse.timeline.starting_point import StartingPoint, find_anchor
from warehouse.timeline.statements import names_in, read_passages
from warehouse.timeline.topic_choice import Chosen

Floats = npt.NDArray[np.float64]
_Names = Mapping[str, Sequence[tuple[str, int]]]

_FOUND = 60  # later documents to read: ten times as many as are shown
_MOST_PASSAGES = 200
_LANGUAGE = "en"  # the language in which times and outcomes are recognised


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Later entries in order of date, and the title of the document that they follow."""

    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


def follow_up_entries(
    connection: duckdb.DuckDBPyConnection, archive: ArchiveIndex, search: Search | None, anchor_id: str, *, limit: int
) -> FollowUps:
    """Return the statements that follow the anchor, one per document, with those that answer an expectation marked.

    Raises:
        UsageError: no event, passage or document has that id, or its document has no date.
    """
    anchor = find_anchor(connection, archive, anchor_id)
    title = archive.source(anchor.document_id).title
    passages = _later_passages(connection, search, anchor)
    statements = [
        statement
        for statement in _one_a_sentence(read_passages(connection, passages), anchor.day, archive.days)
        if archive.source(statement.document_id).language == _LANGUAGE
    ]
    names = names_in(connection, [anchor.passage_id, *passages])
    vectors = _vectors(
        search, [(anchor.document_id, anchor.passage_id), *((one.document_id, one.passage_id) for one in statements)]
    )
    later = [_said(one, names, vectors) for one in statements]

    vector = vectors.get(anchor.passage_id)

    def follow(text: str, named: frozenset[str]) -> list[outcomes.FollowUp]:
        origin = outcomes.DatedClaim(text, anchor.document_id, anchor.day, named, vector)
        return outcomes.follow_ups(origin, later, limit=len(later) or 1)

    answers: dict[int, str] = {}
    for expected in anchor.expected:
        own = _named(names, anchor.passage_id, expected.char_start, expected.char_end)
        text = expected.text if own else f"{archive.say(anchor.names)}: {expected.text}"
        followed = follow(text, own or anchor.names)
        answers |= {one.row: expected.event_id for one in followed if one.outcome in _ANSWERS}
    likeness = {one.row: one.likeness for one in follow(anchor.text, anchor.names)}
    worths = {row: value * _reads(statements[row], archive) for row, value in likeness.items()}
    rows = _best_of_documents(statements, worths, answers)
    rows = sorted(
        sorted(rows, key=lambda row: (row not in answers, -likeness.get(row, 0.0)))[:limit],
        key=lambda row: (statements[row].date, row),
    )
    entries = tuple(
        as_entry(
            Chosen(statements[row], archive.source(statements[row].document_id), likeness.get(row, 0.0)),
            answers.get(row),
        )
        for row in rows
    )
    return FollowUps(title, entries, () if entries else ("No later statement on this topic.",))


_ANSWERS = ("happened", "happened_later", "did_not_happen", "postponed")


def _reads(statement: Statement, archive: ArchiveIndex) -> float:
    return sqrt(standing(statement.text, archive.source(statement.document_id).title) * newsworth(statement.text))


def _later_passages(connection: duckdb.DuckDBPyConnection, search: Search | None, anchor: StartingPoint) -> list[str]:
    """Return passages of later documents that may be on the anchor's subject, likeliest first."""
    after = anchor.day + dt.timedelta(days=1)
    if search is not None:
        vector = _vectors(search, [(anchor.document_id, anchor.passage_id)]).get(anchor.passage_id)
        found = search.search(
            anchor.text,
            mode="hybrid" if vector is not None else "keyword",
            k=_FOUND,
            filters=Filters(after=after),
            citations=False,
            vector=None if vector is None else vector.astype(np.float32),
        )
        return [passage.passage_id for hit in found.hits for passage in hit.passages][:_MOST_PASSAGES]
    return _passages_sharing_names(connection, anchor, after)


_SHARING = """
SELECT mentions.passage_id FROM mentions JOIN documents USING (document_id)
WHERE entity_type IN ('topic', 'project') AND list_contains($names, entity_id) AND documents.published_at >= $after
GROUP BY mentions.passage_id, documents.published_at
ORDER BY count(DISTINCT entity_id) DESC, documents.published_at, mentions.passage_id LIMIT $most
"""


def _passages_sharing_names(connection: duckdb.DuckDBPyConnection, anchor: StartingPoint, after: dt.date) -> list[str]:
    values = {"names": sorted(anchor.names), "after": after, "most": _MOST_PASSAGES}
    return [row[0] for row in connection.cursor().execute(_SHARING, values).fetchall()]


def _one_a_sentence(
    statements: Iterable[Statement], after: dt.date, published: Mapping[str, dt.date]
) -> list[Statement]:
    """Return each sentence once, with one of its times after the anchor's day.

    The time is the last that the sentence reports, or else the first that it expects.
    """
    found: dict[tuple[str, int], Statement] = {}
    for statement in sorted(statements, key=lambda one: one.date):
        place = (statement.document_id, statement.char_start)
        is_report = statement.date <= published.get(statement.document_id, dt.date.min)
        if statement.date > after and (place not in found or is_report):
            found[place] = statement
    return list(found.values())


def _vectors(search: Search | None, places: Sequence[tuple[str, str]]) -> dict[str, Floats]:
    """Return the vectors of passages, given as document and passage."""
    found: dict[str, Floats] = {}
    vectors = None if search is None else search.tables.vectors
    if search is None or vectors is None:
        return found
    tables = search.tables
    for document_id in dict(places):
        if document_id in tables.rows:
            for row in tables.passages_of(tables.rows[document_id]):
                found[tables.passage_ids[row]] = vectors[row].astype(np.float64)
    return found


def _named(names: _Names, passage_id: str, start: int, end: int) -> frozenset[str]:
    """Return the names in a passage between two offsets of its document."""
    return frozenset(name for name, at in names.get(passage_id, ()) if start <= at < end)


def _said(statement: Statement, names: _Names, vectors: dict[str, Floats]) -> outcomes.DatedClaim:
    return outcomes.DatedClaim(
        statement.text,
        statement.document_id,
        statement.date,
        _named(names, statement.passage_id, statement.char_start, statement.char_end),
        vectors.get(statement.passage_id),
    )


def _best_of_documents(
    statements: Sequence[Statement], likeness: dict[int, float], answers: dict[int, str]
) -> list[int]:
    """Return for each document the row that answers an expectation, or else the row most similar; each sentence once."""
    best: dict[str, int] = {}
    said: set[str] = set()
    for row in [*answers, *sorted(likeness, key=lambda row: -likeness[row])]:
        text = " ".join(statements[row].text.casefold().split())
        if statements[row].document_id not in best and text not in said:
            best[statements[row].document_id] = row
            said.add(text)
    return list(best.values())
