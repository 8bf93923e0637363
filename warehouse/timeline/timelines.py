"""The timelines of one release: of a topic, of a question, of several topics, and of what happened next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from warehouse.connection import open_release
from warehouse.encoding.encoder import Encoder
from warehouse.errors import UsageError
from warehouse.records import Filters
from warehouse.search import Search
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.entries import as_entry
from warehouse.timeline.follow_ups import follow_up_entries
from warehouse.timeline.period_asked import read_period
from warehouse.timeline.question_timeline import QuestionReader
from warehouse.timeline.records import ZOOMS, Entry, KernelRelease, Timeline, Zoom
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.topic_bars import make_bars, span_of
from warehouse.timeline.topic_timeline import topic_statements

MOST_COMPARED = 6
_NO_FILTERS = Filters()


def open_timelines(release: Path, search: Search | None) -> "Timelines":
    """Return the timelines of a published release; without a search, questions cannot be asked.

    Raises:
        ArchiveMissing: the release has no readable archive.
    """
    return Timelines(open_release(release), search, StatementIndex(release / "statements"))


class Timelines:
    """One release, open for reading; safe to use from several threads at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, search: Search | None, index: StatementIndex) -> None:
        self._connection = connection
        self._search = search
        self._index = index
        self._archive = ArchiveIndex(connection)
        self._reader: QuestionReader | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the release."""
        self._connection.close()

    def topic(
        self,
        topic_id: str,
        *,
        zoom: Zoom = "release",
        start: dt.date | None = None,
        end: dt.date | None = None,
        entries: int = 10,
    ) -> Timeline:
        """Return a topic's bars and entries between two days, both included; by default all.

        Only documents published until `end` are used for entries.

        Raises:
            UsageError: the topic or zoom is unknown, or a number is out of range.
        """
        return self.compare([topic_id], zoom=zoom, start=start, end=end, entries=entries)[0]

    def compare(
        self,
        topic_ids: Sequence[str],
        *,
        zoom: Zoom = "release",
        start: dt.date | None = None,
        end: dt.date | None = None,
        entries: int = 10,
    ) -> tuple[Timeline, ...]:
        """Return the timelines of one to six topics over the same bars.

        Raises:
            UsageError: there are more or fewer topics, or a topic or zoom is unknown, or a number is out of range.
        """
        if not 1 <= len(topic_ids) <= MOST_COMPARED:
            raise UsageError(f"{len(topic_ids)} topics were named; one to {MOST_COMPARED} can be compared.")
        check_zoom(zoom)
        _check(entries, start, end)
        topics = list(dict.fromkeys(map(self._archive.topic, topic_ids)))
        first, last = self._archive.first_and_last_day
        chosen_by_topic = [
            topic_statements(
                self._connection,
                self._archive,
                self._search,
                self._index,
                topic,
                start=start or first,
                end=end or last,
                entries=entries,
            )
            for topic in topics
        ]
        days = [
            day for chosen in chosen_by_topic for one in chosen for day in (one.statement.date, one.statement.date_end)
        ]
        span = span_of(self._archive, [topic.topic_id for topic in topics], days, zoom, start, end)
        return tuple(
            Timeline(
                topic.name,
                topic.topic_id,
                None,
                zoom,
                make_bars(self._archive, topic.topic_id, zoom, *span) if span else (),
                tuple(map(as_entry, chosen)),
                self._releases(*span) if span else (),
                () if chosen else ("No text from that period is on this topic.",),
            )
            for topic, chosen in zip(topics, chosen_by_topic, strict=True)
        )

    def question(
        self,
        query: str,
        *,
        zoom: Zoom = "release",
        start: dt.date | None = None,
        end: dt.date | None = None,
        entries: int = 10,
        filters: Filters = _NO_FILTERS,
        encoder: Encoder | None = None,
    ) -> Timeline:
        """Return dated sentences that answer a query, of days between `start` and `end`, both included.

        Without them, a time that the query names in words sets them, unless it asks when something happened. Only documents published until `end` (and within the filters) are used. `encoder` must be the one that made the archive's
        vectors; by default it is the search's own. If nothing answers, there are no entries. A query that is exactly one of a topic's
        names also has the bars of the topic, each of a `zoom`; a note says which, unless it is the first of them.

        Raises:
            UsageError: the timelines were opened without a search, or a number is out of range.
        """
        questions = self.questions
        _check(entries, start, end)
        matter = query
        notes: tuple[str, ...] = ()
        if start is None and end is None and (period := read_period(query)) is not None:
            matter, start, end = period.matter, period.first, period.last
            notes = (f"Only what is of the time that the question names ({period.surface}).",)
        named = self._archive.topic_named(matter)
        found = questions.read(matter, start=start, end=end, entries=entries, filters=filters, encoder=encoder)
        made = Timeline(
            matter, None, query, None, (), found.entries, self._releases_around(found.entries), (*notes, *found.notes),
            found.answer, found.suggestions,
        )  # fmt: skip
        if named is None or filters != _NO_FILTERS:
            return made
        if not made.entries:
            of_topic = self.topic(named.topic_id, zoom=zoom, start=start, end=end, entries=entries)
            made = replace(of_topic, title=matter, query=query, notes=(*notes, *of_topic.notes))
        else:
            days = [day for entry in made.entries for day in (entry.date, entry.date_end)]
            span = span_of(self._archive, [named.topic_id], days, zoom, start, end)
            made = replace(
                made,
                topic_id=named.topic_id,
                zoom=zoom,
                bars=make_bars(self._archive, named.topic_id, zoom, *span) if span else (),
                kernel_releases=self._releases(*span) if span else (),
            )
        name = " ".join(matter.split())
        if not made.bars or name.casefold() == named.name.casefold():
            return made
        note = f"The bars are those of the topic {named.name!r}; {name} is one of its names."
        return replace(made, notes=(*made.notes, note))

    @property
    def questions(self) -> QuestionReader:
        """The reader for questions, opened on first use."""
        if self._reader is None:
            if self._search is None:
                raise UsageError("A question needs a search; these timelines were opened without one.")
            self._reader = QuestionReader(self._connection, self._archive, self._search, self._index)
        return self._reader

    def next(self, anchor_id: str, *, limit: int = 10) -> Timeline:
        """Return later statements on the subject of a passage, an event or a document, in order of date.

        Statements that answer an expectation of the anchor are marked as its outcome, if the text supports it.

        Raises:
            UsageError: nothing in the archive has that id, or a number is out of range.
        """
        _check(limit, None, None)
        following = follow_up_entries(self._connection, self._archive, self._search, anchor_id, limit=limit)
        return Timeline(
            following.title,
            None,
            None,
            None,
            (),
            following.entries,
            self._releases_around(following.entries),
            following.notes,
        )

    def _releases(self, start: dt.date, end: dt.date) -> tuple[KernelRelease, ...]:
        return tuple(mark for mark in self._archive.kernel_releases if start <= mark.released_on <= end)

    def _releases_around(self, entries: Sequence[Entry]) -> tuple[KernelRelease, ...]:
        if not entries:
            return ()
        return self._releases(min(entry.date for entry in entries), max(entry.date_end for entry in entries))


def check_zoom(zoom: str) -> None:
    """Refuse a period that no bars have.

    Raises:
        UsageError: it is none of `ZOOMS`.
    """
    if zoom not in ZOOMS:
        raise UsageError(f"There is no zoom {zoom!r}; expected one of {', '.join(ZOOMS)}.")


def _check(entries: int, start: dt.date | None, end: dt.date | None) -> None:
    if entries < 1:
        raise UsageError(f"{entries} entries were requested; expected 1 or more.")
    if start is not None and end is not None and start > end:
        raise UsageError(f"The timeline would begin on {start} and end on {end}; expected a start before its end.")
