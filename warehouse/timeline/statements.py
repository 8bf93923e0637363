"""Reads a release's dated statements, for a topic or from documents."""

from collections.abc import Mapping, Sequence

import duckdb

from warehouse.timeline.records import Statement

_COLUMNS = """
event_id, passage_id, document_id, date, date_end, precision, tense, explicit, sentence, char_start, char_end, len(topics)
"""


def in_reach(documents: str) -> str:
    """Return the condition for days that a timeline shows: since Linux began, and not further ahead than people plan."""
    ahead = "INTERVAL 10 YEAR, DATE '9999-12-31'"
    return f"date >= DATE '1991-01-01' AND date <= (SELECT coalesce(max(published_at) + {ahead}) FROM {documents})"


IN_REACH = in_reach("documents")
_OF_DOCUMENTS = f"""
SELECT {_COLUMNS}, list_has_any(topics, $topics) AS named FROM events
WHERE list_contains($documents, document_id) AND (named OR list_contains($whole, document_id)) AND {IN_REACH}
ORDER BY document_id, char_start, char_end, event_id
"""
_OF_PASSAGES = f"""
SELECT {_COLUMNS}, list_has_any(topics, $topics) FROM events
WHERE list_contains($passages, passage_id) AND {IN_REACH} ORDER BY document_id, char_start, char_end, event_id
"""
_BY_ID = f"SELECT {_COLUMNS}, true FROM events WHERE event_id = $event"
_BY_IDS = f"SELECT {_COLUMNS}, true FROM events WHERE event_id IN (SELECT unnest($events))"
_HEADINGS = """
SELECT passage_id, heading FROM passages JOIN sections USING (section_id, document_id)
WHERE heading IS NOT NULL AND list_contains($passages, passage_id)
"""
_PASSAGE = "SELECT document_id, text FROM passages WHERE passage_id = $passage"
_FIRST_PASSAGE = "SELECT passage_id FROM passages WHERE document_id = $document ORDER BY position LIMIT 1"
_NAMES = """
SELECT passage_id, entity_id, char_start FROM mentions
WHERE entity_type IN ('topic', 'project') AND list_contains($passages, passage_id)
"""


def read_statements(
    connection: duckdb.DuckDBPyConnection,
    whole: Sequence[str],
    *,
    others: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> list[Statement]:
    """Return all statements of the documents `whole`, and those of `others` that name one of the topics, in reading order."""
    if not whole and not others:
        return []
    values = {"documents": [*whole, *others], "whole": list(whole), "topics": list(topics)}
    return [Statement(*row) for row in connection.cursor().execute(_OF_DOCUMENTS, values).fetchall()]


def read_passages(
    connection: duckdb.DuckDBPyConnection, passages: Sequence[str], topics: Sequence[str] = ()
) -> list[Statement]:
    """Return the statements of the passages in reading order."""
    values = {"passages": list(passages), "topics": list(topics)}
    found = connection.cursor().execute(_OF_PASSAGES, values).fetchall()
    return [Statement(*row) for row in found]


def find_statement(connection: duckdb.DuckDBPyConnection, event_id: str) -> Statement | None:
    """Return the statement with that id, None if there is none."""
    row = connection.cursor().execute(_BY_ID, {"event": event_id}).fetchone()
    return None if row is None else Statement(*row)


def read_events(connection: duckdb.DuckDBPyConnection, event_ids: Sequence[str]) -> Mapping[str, Statement]:
    """Return the statements with those ids, by id."""
    found = connection.cursor().execute(_BY_IDS, {"events": list(event_ids)}).fetchall()
    return {row[0]: Statement(*row) for row in found}


def headings_of(connection: duckdb.DuckDBPyConnection, passages: Sequence[str]) -> Mapping[str, str]:
    """Return the headings above passages; passages without one are absent."""
    return dict(connection.cursor().execute(_HEADINGS, {"passages": list(passages)}).fetchall())


def find_passage(connection: duckdb.DuckDBPyConnection, passage_id: str) -> tuple[str, str] | None:
    """Return a passage's document and text, None if the passage does not exist."""
    row = connection.cursor().execute(_PASSAGE, {"passage": passage_id}).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def first_passage(connection: duckdb.DuckDBPyConnection, document_id: str) -> str | None:
    """Return the first passage of a document, None if the document does not exist or has none."""
    row = connection.cursor().execute(_FIRST_PASSAGE, {"document": document_id}).fetchone()
    return None if row is None else str(row[0])


def names_in(connection: duckdb.DuckDBPyConnection, passages: Sequence[str]) -> Mapping[str, list[tuple[str, int]]]:
    """Return the topics and projects that each passage names, with their offsets; passages without any are absent."""
    found: dict[str, list[tuple[str, int]]] = {}
    for passage_id, name, start in connection.cursor().execute(_NAMES, {"passages": list(passages)}).fetchall():
        found.setdefault(passage_id, []).append((name, start))
    return found
