"""The starting point of "what happened next": the subject of a passage, of a sentence in it, or of a whole document."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from warehouse.dates.tense import tense_of
from warehouse.errors import UsageError
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.records import Statement
from warehouse.timeline.statements import find_passage, find_statement, first_passage, names_in, read_passages

_TITLED = 3  # a name in the title counts as three in the text
_SERIES = re.compile(
    r"^[^:]{0,40}:\s+|^\[[^\]]*\]\s*|^(?:Re|Fwd):\s*", re.IGNORECASE
)  # "Kernel Log: ...", "[PATCH 0/9] ..."


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A starting point: its text, the names of its subject (possibly none), and what it expects."""

    passage_id: str
    document_id: str
    text: str
    names: frozenset[str]
    day: dt.date
    expected: tuple[Statement, ...]


def find_anchor(connection: duckdb.DuckDBPyConnection, archive: ArchiveIndex, anchor_id: str) -> StartingPoint:
    """Return the anchor with that id: the sentence of an event, or the leading names of a passage or a document's first passage.

    Raises:
        UsageError: no event, passage or document has that id, or its document has no date.
    """
    event = find_statement(connection, anchor_id)
    passage_id = event.passage_id if event else anchor_id
    if event is None and archive.has_document(anchor_id):
        passage_id = first_passage(connection, anchor_id) or anchor_id
    found = find_passage(connection, passage_id)
    if found is None:
        raise UsageError(f"{anchor_id!r} is not the id of a passage, an event or a document with text in this archive.")
    document_id, text = found
    day = archive.day(document_id, in_months=False)
    if day is None:
        raise UsageError(f"{anchor_id!r} is in a document without a date, so nothing can be later.")
    named = names_in(connection, [passage_id]).get(passage_id, [])
    if event is not None:
        names = _leading(archive, "", [one for one in named if _is_inside(event, one)], least=1)
        return StartingPoint(passage_id, document_id, event.text, names, day, _expected([event]))
    title = _SERIES.sub("", archive.source(document_id).title) if document_id == anchor_id else ""
    names = _leading(archive, title, named, least=2 if title else 1)
    said = read_passages(connection, [passage_id])
    on_matter = [one for one in said if names.intersection(name for name, at in named if _is_inside(one, (name, at)))]
    # A sentence without names is about the subject of its neighbours: "He would like to see the core merged."
    nameless = [one for one in said if not any(_is_inside(one, found) for found in named)]
    sentences = dict.fromkeys([title, *(one.text for one in on_matter)]) if on_matter else [title, text]
    return StartingPoint(
        passage_id, document_id, " ".join(sentences).strip(), names, day, _expected([*on_matter, *nameless])
    )


def _leading(archive: ArchiveIndex, title: str, named: Sequence[tuple[str, int]], *, least: int) -> frozenset[str]:
    """Return the names that occur at least half as often as the most frequent one, and at least `least` times."""
    weights = Counter(dict.fromkeys(archive.topics_of_title(title), _TITLED))
    weights.update(name for name, _ in set(named) if not archive.is_process(name))
    most = max(weights.values(), default=0)
    return frozenset(name for name, weight in weights.items() if weight >= max(least, most / 2))


def _expected(said: Sequence[Statement]) -> tuple[Statement, ...]:
    return tuple({one.text: one for one in said if "expected" in (one.tense, tense_of(one.text))}.values())


def _is_inside(statement: Statement, name: tuple[str, int]) -> bool:
    return statement.char_start <= name[1] < statement.char_end
