"""The timeline of a topic: its bars, and the statements that tell its turns."""

import datetime as dt
import re

import duckdb

from warehouse.timeline.bars import make_bars, span_of
from warehouse.timeline.choice import Candidate, Chosen, choose_statements
from warehouse.timeline.holdings import Holdings, Topic
from warehouse.timeline.records import Statement, Zoom
from warehouse.timeline.statements import read_statements

# A document is about a topic where its title names it, or from half of its words on.
_ABOUT = 0.5
_TITLE = 1.5
_UNNAMED = 0.4  # a sentence of such a document that does not name the topic is usually still of it
# Documents read for entries: those with most to say, so that a topic of everything answers as fast as a small one.
_MOST_DOCUMENTS = 200
_MOST_CENTRAL = 60  # with more documents about the topic there are sentences enough that name it
_LANGUAGE = "en"  # the language whose times are read


def topic_statements(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    topic: Topic,
    *,
    start: dt.date,
    end: dt.date,
    entries: int,
) -> list[Chosen]:
    """Return the statements that tell a topic between two days, from documents published until the second."""
    in_title = _title_pattern(holdings, topic)
    about: dict[str, float] = {}
    for part in sorted(holdings.on_topic.get(topic.topic_id, ()), key=lambda part: -part.words * part.about):
        source = holdings.source(part.document_id)
        if source.day is None or source.day > end or source.language != _LANGUAGE or len(about) == _MOST_DOCUMENTS:
            continue
        about[part.document_id] = 1.0 if in_title.search(source.title) else part.about
    central = [name for name, share in about.items() if share >= _ABOUT]
    others = [name for name in about if about[name] < _ABOUT]
    found = read_statements(connection, central, topic.members, only_named=len(central) > _MOST_CENTRAL)
    found += read_statements(connection, others, topic.members, only_named=True)
    candidates = [
        Candidate(statement, holdings.source(statement.document_id), _relevance(statement, about))
        for statement in found
    ]
    return choose_statements(candidates, start=start, end=end, entries=entries)


def topic_span(
    holdings: Holdings, topic_ids: tuple[str, ...], zoom: Zoom, start: dt.date | None, end: dt.date | None
) -> tuple[dt.date, dt.date] | None:
    """The days that timelines of these topics show together: those asked for, else all that have text on them."""
    span = span_of(holdings, topic_ids, zoom)
    if span is None:
        return None
    first, last = start or span[0], end or span[1]
    return (first, last) if first <= last else None


def topic_bars(holdings: Holdings, topic: Topic, zoom: Zoom, span: tuple[dt.date, dt.date]):  # type: ignore[no-untyped-def]
    """The bars of a topic over a span."""
    return make_bars(holdings, topic.topic_id, zoom, *span)


def _relevance(statement: Statement, about: dict[str, float]) -> float:
    relevance = 1.0 if statement.names_topic else _UNNAMED
    return relevance * (_TITLE if about[statement.document_id] == 1.0 else 1.0)


def _title_pattern(holdings: Holdings, topic: Topic) -> re.Pattern[str]:
    names = {
        name for member in topic.members for name in (holdings.topics[member].name, *holdings.topics[member].aliases)
    }
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
