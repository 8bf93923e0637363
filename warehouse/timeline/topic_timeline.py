"""The timeline of a topic: its most important reports."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import duckdb
import numpy as np

from warehouse.records import Filters
from warehouse.search import Search
from warehouse.timeline.archive_index import ArchiveIndex, Topic
from warehouse.timeline.records import Statement
from warehouse.timeline.report_worth import sentence_worth
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statements import read_passages, read_statements
from warehouse.timeline.topic_choice import Candidate, Chosen, choose_statements, fullness

# A document is about a topic if half of its words are; sentences of one with the topic in its title count more.
_ABOUT = 0.5
_TITLE = 2.0
_UNNAMED = 0.4  # a sentence that does not name the topic, in a document about it, is usually still about it
# Documents read for entries, those with the most words on the topic, so that a huge topic answers as fast as a small one.
_MOST_DOCUMENTS = 200
_MOST_CENTRAL = 60  # with more documents about the topic, enough sentences name it
# If few sentences per requested entry name the topic, passages that contain the words of one of its names apart are used too.
_FEW = 5
_FOUND = 10
_LANGUAGE = "en"  # the language in which times are recognised


def topic_statements(
    connection: duckdb.DuckDBPyConnection,
    archive: ArchiveIndex,
    search: Search | None,
    index: StatementIndex,
    topic: Topic,
    *,
    start: dt.date,
    end: dt.date,
    entries: int,
) -> list[Chosen]:
    """Return the statements for a topic's timeline between two days, from documents published until the second."""
    about = _documents(archive, topic, end)
    whole = [name for name, share in about.items() if share >= _ABOUT]
    if len(whole) > _MOST_CENTRAL:
        whole = []
    others = [name for name in about if name not in set(whole)]
    found = read_statements(connection, whole, others=others, topics=topic.members)
    if search is not None and sum(statement.names_topic for statement in found) < _FEW * entries:
        known = {statement.event_id for statement in found}
        found += [one for one in _search_statements(connection, search, topic, end) if one.event_id not in known]
    members = frozenset(topic.members)
    candidates = []
    for statement, clarity in _with_clarity(index, found):
        source = archive.source(statement.document_id)
        if source.language == _LANGUAGE:
            relevance = 1 / sqrt(statement.topics) if statement.names_topic else _UNNAMED
            is_titled = not members.isdisjoint(archive.topics_of_title(source.title))
            is_about = is_titled or about.get(statement.document_id, 0.0) >= _ABOUT
            is_of_release = statement.document_id in archive.of_kernel_releases
            relevance *= _TITLE if is_titled else 1.0
            candidates.append(Candidate(statement, source, relevance, clarity, is_about, is_of_release))
    return choose_statements(candidates, start=start, end=end, entries=entries)


def _with_clarity(index: StatementIndex, statements: Sequence[Statement]) -> Iterator[tuple[Statement, float]]:
    """Yield the statements that are reports, with how clearly each, read alone, says what happened."""
    rows = index.rows_of((one.event_id for one in statements), (one.document_id for one in statements))
    kept = np.flatnonzero(rows >= 0)
    for place, worth in zip(kept.tolist(), sentence_worth(index, rows[kept]).tolist(), strict=True):
        yield statements[place], fullness(statements[place].text) * worth


def _documents(archive: ArchiveIndex, topic: Topic, end: dt.date) -> Mapping[str, float]:
    """Return the documents with the topic published until a day, with the share of their words on it."""
    parts = sorted(
        archive.on_topic.get(topic.topic_id, ()), key=lambda part: (-part.words * part.about, part.document_id)
    )
    days = archive.days
    published = [part for part in parts if days.get(part.document_id, dt.date.max) <= end]
    return {part.document_id: part.about for part in published[:_MOST_DOCUMENTS]}


def _search_statements(
    connection: duckdb.DuckDBPyConnection, search: Search, topic: Topic, end: dt.date
) -> Sequence[Statement]:
    """Return statements of passages that contain all the words of one of the topic's names, in any order."""
    stems_of = search.tables.lexical.stems
    passages: dict[str, None] = {}
    for name in (topic.name, *topic.aliases):
        words = set(stems_of(name))
        if len(words) > 1:
            found = search.search(name, mode="keyword", k=_FOUND, filters=Filters(before=end), citations=False)
            for hit in found.hits:
                passages |= {one.passage_id: None for one in hit.passages if words <= set(stems_of(one.text))}
    return read_passages(connection, list(passages), topic.members) if passages else []
