"""The timeline of a long question: the documents of its story, with one sentence of each."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.records import Hit
from warehouse.search import Search
from warehouse.timeline.answers import Vector, shares_of_words
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.records import Statement
from warehouse.timeline.statements import read_statements
from warehouse.timeline.story_choice import choose_sentences
from warehouse.timeline.story_ranking import rank_documents
from warehouse.timeline.topic_choice import Chosen

Floats = npt.NDArray[np.float64]

# Documents read per requested entry: some are skipped because they repeat another, or have no day inside.
_READ_FOR_ENTRY = 2
_OTHER_TOPIC = 0.5


def story_statements(
    connection: duckdb.DuckDBPyConnection,
    archive: ArchiveIndex,
    search: Search,
    query: str,
    hits: Sequence[Hit],
    *,
    vector: Vector | None,
    start: dt.date | None,
    until: dt.date | None,
    entries: int,
    only_hits: bool,
) -> list[Chosen]:
    """Return one statement of each document of the story, in order of date.

    `hits` are the search results for the query; `only_hits` excludes documents that are only linked with them.
    """
    ranked = rank_story(archive, search, hits, vector=vector, until=until, only_hits=only_hits)
    language = archive.source(hits[0].document_id).language
    ranked = [one for one in ranked if archive.source(one[0]).language == language][: _READ_FOR_ENTRY * entries + 10]
    topics = [member for name in archive.topics_in(query) for member in archive.topics[name].members]
    statements = [
        statement
        for statement in read_statements(connection, [name for name, _ in ranked], topics=topics)
        if (start is None or statement.date_end >= start) and (until is None or statement.date <= until)
    ]
    sources = {name: archive.source(name) for name, _ in ranked}
    return choose_sentences(
        ranked,
        statements,
        sources,
        query=query,
        titles=[hit.title for hit in hits],
        closeness=_closeness(search, sources, _cosines(search, sources, vector), hits),
        named=_named(search, query, statements, has_topic=bool(topics)),
        entries=entries,
    )


def rank_story(
    archive: ArchiveIndex,
    search: Search,
    hits: Sequence[Hit],
    *,
    vector: Vector | None,
    until: dt.date | None,
    only_hits: bool = False,
) -> list[tuple[str, float]]:
    """Return the documents of the story, from hits and their links, with their scores, best first."""
    citations = archive.citations(until)
    names = {hit.document_id for hit in hits}
    names |= {other for name in names for other in citations.neighbours(name)}
    cosines = _cosines(search, names, vector)
    ranked = rank_documents(
        hits,
        citations,
        _centroids(search, names),
        archive.days,
        closeness={name: float(values.max()) for name, values in cosines.items()},
        seen_from=None if until is None or until == dt.date.max else until + dt.timedelta(days=1),
    )
    # A linked document may not pass filters that only the search applies.
    return [one for one in ranked if one[0] in {hit.document_id for hit in hits}] if only_hits else ranked


def _centroids(search: Search, names: Iterable[str]) -> Mapping[str, Floats]:
    """Return the mean vectors of documents as unit vectors; empty if the archive has no vectors."""
    tables = search.tables
    centroids: dict[str, Floats] = {}
    if tables.vectors is None:
        return centroids
    for name in names:
        rows = tables.passages_of(tables.rows[name]) if name in tables.rows else range(0)
        if rows:
            total = tables.vectors[rows.start : rows.stop].sum(axis=0, dtype=np.float64)
            centroids[name] = total / max(float(np.linalg.norm(total)), 1e-9)
    return centroids


def _named(search: Search, query: str, statements: Sequence[Statement], *, has_topic: bool) -> list[float]:
    """Return the share of the query's words in each statement; for a query on a topic, halved if the statement does not name it.

    "Locking", "kernel" and "removed" are all words of "big kernel lock removal".
    """
    shares = shares_of_words(search, query, (statement.text for statement in statements))
    return [
        share if one.names_topic or not has_topic else share * _OTHER_TOPIC
        for one, share in zip(statements, shares, strict=True)
    ]


def _cosines(search: Search, names: Iterable[str], vector: Vector | None) -> Mapping[str, Vector]:
    """Return the cosines of each document's passages with the query; empty without vectors."""
    tables = search.tables
    if vector is None or tables.vectors is None:
        return {}
    rows = {name: tables.passages_of(tables.rows[name]) for name in names if name in tables.rows}
    return {name: tables.vectors[found.start : found.stop] @ vector for name, found in rows.items() if found}


def _closeness(
    search: Search, names: Iterable[str], cosines: Mapping[str, Vector], hits: Sequence[Hit]
) -> Mapping[str, float]:
    """Return how near each passage of the documents is to the query: its cosine, else whether the search shows it."""
    if not cosines:
        return {passage.passage_id: 1.0 for hit in hits for passage in hit.passages}
    tables = search.tables
    return {
        tables.passage_ids[row]: float(cosine)
        for name in names
        if name in cosines
        for row, cosine in zip(tables.passages_of(tables.rows[name]), cosines[name], strict=True)
    }
