"""The timeline of a question: statements that are turns of a story, or the answer to a question about when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.encoding.encoder import Encoder
from warehouse.records import Filters, Hit, SearchResult
from warehouse.search import Search
from warehouse.search.date_queries import read_date_query
from warehouse.timeline.aboutness import About, find_about
from warehouse.timeline.answers import Vector, answering_hits
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.closeness import LEAST_READ, READ, closeness
from warehouse.timeline.entries import as_entry
from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.query_form import is_headline
from warehouse.timeline.question_choice import Selected, select
from warehouse.timeline.records import Answer, Entry, FurtherSource, KernelRelease, Statement
from warehouse.timeline.report_worth import add_known, learned_worth, measure
from warehouse.timeline.similarity import MeaningReader
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statements import headings_of, read_events
from warehouse.timeline.story_timeline import rank_story, story_statements
from warehouse.timeline.topic_choice import Chosen
from warehouse.timeline.when import find_answer
from warehouse.timeline.when_fit import AskedKind
from warehouse.timeline.when_question import WhenAsked, read_when
from warehouse.timeline.when_reading import WhenCandidate

Floats = npt.NDArray[np.float64]

# Documents that a search returns to choose from: it finds 61 % of the articles cited by a later one among the first hundred,
# and 51 % among the first fifty.
_FOUND = 100
_MOST_SOURCES = 5
_BEHIND = 1.0  # distance of a document outside the story behind the story's last
# An answer has some of the subject's words, and most of them are in it or near it; this many such statements are read.
_LEAST, _READ = 0.5, 600
_NOTHING = "Nothing in the archive answers this."
_NO_ANSWER = "No sentence was found that says when that happened."


@dataclass(frozen=True, slots=True)
class QuestionTimeline:
    """Entries in order of date, the answer to a question about when, notes for the reader, and other spellings of the query."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    answer: Answer | None = None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """The statements that may answer a query, and their features.

    `story` is, for each document, its score in the story minus the best document's: 0 or less.
    """

    about: About
    measured: Mapping[str, Floats]
    story: Floats


class QuestionReader:
    """Answers questions over one release."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, data: ArchiveIndex, search: Search, index: StatementIndex
    ) -> None:
        self.connection = connection
        self._data = data
        self._search = search
        self.index = index
        self._meaning = None if search.tables.vectors is None else MeaningReader(search, index)

    @property
    def kernel_releases(self) -> Sequence[KernelRelease]:
        """Mainline releases with a known day, oldest first."""
        return self._data.kernel_releases

    def read(
        self,
        query: str,
        *,
        start: dt.date | None,
        end: dt.date | None,
        entries: int,
        filters: Filters,
        encoder: Encoder | None,
    ) -> QuestionTimeline:
        """Return the entries that answer a query, from documents published until `end`; none if nothing answers."""
        asked = read_when(query)
        subject = query if asked is None else asked.subject
        until = min((day for day in (end, filters.before) if day is not None), default=None)
        vector = self._search.encode(query, encoder)
        found = self._search_hits(query, vector, replace(filters, before=until), encoder)
        hits, notes, meant = found.hits, found.notes, found.suggestions
        answer = self._answer(asked, start, until)
        if not hits:
            return QuestionTimeline((), notes if answer is not None else (*notes, _NOTHING), answer, meant)
        only_hits = replace(filters, before=None) != Filters()
        if asked is None and is_headline(query):
            statements = story_statements(
                self.connection, self._data, self._search, query, hits,
                vector=vector, start=start, until=until, entries=entries, only_hits=only_hits,
            )  # fmt: skip
            return QuestionTimeline(
                tuple(map(as_entry, statements)), notes if statements else (*notes, _NOTHING), None, meant
            )
        weighed = self.weigh(subject, hits, vector, start=start, until=until)
        allowed = self._allowed(weighed.about, hits, only_hits=only_hits)
        worths, read = self.worths(weighed, learned_worth(weighed.measured), allowed, vector, encoder, entries)
        if answer is not None and answer.entry is not None:
            is_answer = self.index.event_ids[weighed.about.rows] == answer.entry.event_id.encode()
            worths[is_answer & (allowed > 0)] = worths.max(initial=0.0)
        chosen = select(self.index, weighed.about.rows, worths, entries)
        made = self._entries(chosen, self.index.subject(subject).words, read)
        if answer is None and (asked is not None or not made):
            notes = (*notes, _NOTHING if asked is None else _NO_ANSWER)
        return QuestionTimeline(made, notes, answer, meant)

    def weigh(
        self, subject: str, hits: Sequence[Hit], vector: Vector | None, *, start: dt.date | None, until: dt.date | None
    ) -> Weighed:
        """Return the statements that may report on a subject between two days, with their features."""
        first, last = (start or dt.date.min).toordinal(), (until or dt.date.max).toordinal()
        meaning = None if vector is None or self._meaning is None else self._meaning.read(vector, last)
        about = find_about(self.index, self.index.subject(subject), meaning, first=first, last=last)
        ranked = dict(rank_story(self._data, self._search, hits, vector=vector, until=until))
        nearest, farthest = max(ranked.values()), min(ranked.values())
        story = np.array([ranked.get(name, farthest - _BEHIND) - nearest for name in self.index.document_ids])
        return Weighed(about, measure(self.index, about), story)

    def worths(
        self,
        weighed: Weighed,
        learned: Floats,
        allowed: Floats | float,
        vector: Vector | None,
        encoder: Encoder | None,
        entries: int,
    ) -> tuple[Floats, Mapping[str, Statement]]:
        """Return how much each statement belongs in a timeline of so many entries, given the logarithms from `learned_worth`.

        With a vector of the query, only the best count, by the meaning of their sentence too; they are returned, by event id.
        """
        worths = allowed * add_known(self.index, weighed.about, learned, weighed.story)
        if vector is None:
            return worths, {}
        best = np.argsort(-worths, kind="stable")[: max(LEAST_READ, int(READ * entries))]
        ids = [self.index.event_ids[row].decode() for row in weighed.about.rows[best].tolist()]
        statements = read_events(self.connection, ids)
        texts = [f"{self._data.source(statements[name].document_id).title}: {statements[name].text}" for name in ids]
        vectors = self._search.encode_texts(texts, encoder)
        closer = np.zeros_like(worths)
        closer[best] = worths[best] * closeness(vectors, weighed.about.covered[best], vector)
        return closer, statements

    def search_hits(
        self, query: str, until: dt.date | None, encoder: Encoder | None
    ) -> tuple[list[Hit], Vector | None]:
        """Return the hits that answer a query, and its vector."""
        vector = self._search.encode(query, encoder)
        return list(self._search_hits(query, vector, Filters(before=until), encoder).hits), vector

    def _search_hits(
        self, query: str, vector: Vector | None, filters: Filters, encoder: Encoder | None
    ) -> SearchResult:
        # An earlier document must not be found by what later documents say about it, so citations are not searched.
        # A search for nothing but a date lists documents; a timeline needs those that have the words.
        dates = read_date_query(query) is None
        found = self._search.search(
            query, k=_FOUND, filters=filters, citations=False, dates=dates, encoder=encoder, vector=vector
        )
        return replace(found, hits=tuple(answering_hits(self._search, query, found.hits, vector)))

    def _allowed(self, about: About, hits: Sequence[Hit], *, only_hits: bool) -> Floats:
        """Return 1 for reports in the best document's language that the filters allow, else 0."""
        language = self._data.source(hits[0].document_id).language
        names = {hit.document_id for hit in hits}
        may = np.array(
            [
                self._data.source(name).language == language and (not only_hits or name in names)
                for name in self.index.document_ids
            ],
            np.float64,
        )
        kept: Floats = may[self.index.reports["document"][about.rows]]
        return kept

    def _answer(self, asked: WhenAsked | None, start: dt.date | None, until: dt.date | None) -> Answer | None:
        """Return the answer from the table of kernel releases, or else from the statements that say when it happened."""
        if asked is None:
            return None
        release = self._data.kernel_release_days.get(asked.version or "")
        if release is not None and (until is None or release[0] <= until):
            return Answer(release[0], release[0], "day", asked.version, release[1], None)
        found = find_answer(self.when_candidates(asked, start, until), asked, self._data.kernel_releases)
        if found is None:
            return None
        entry = self._entry(found.candidate.statement, found.fit, None, ())
        return Answer(found.date, found.date_end, found.precision, found.kernel_release, entry.url, entry)

    def when_candidates(
        self, asked: WhenAsked, start: dt.date | None = None, until: dt.date | None = None
    ) -> list[WhenCandidate]:
        """Return the statements that may answer a question about when, in order of date."""
        first, last = (start or dt.date.min).toordinal(), (until or dt.date.max).toordinal()
        names: dict[str, float] = {}
        for name in (*asked.names, *asked.other_names):
            about = find_about(self.index, self.index.subject(name), None, first=first, last=last)
            covered = np.where(about.named > 0, np.maximum(about.named, about.covered), 0.0)
            may_answer = np.flatnonzero(covered >= _LEAST)
            says_so = self._is_of_kind(asked.kind)[about.rows[may_answer]]
            for place in may_answer[np.lexsort((-covered[may_answer], ~says_so))][:_READ].tolist():
                event = self.index.event_ids[int(about.rows[place])].decode()
                names[event] = max(names.get(event, 0.0), float(covered[place]))
        statements = read_events(self.connection, list(names))
        return [
            WhenCandidate(one, self._data.source(one.document_id), names[one.event_id])
            for one in sorted(statements.values(), key=lambda one: (one.date, one.event_id))
        ]

    def _is_of_kind(self, kind: AskedKind | None) -> npt.NDArray[np.bool_]:
        """Return which reports have a word for a kind of event; leaving the staging tree is a merge to them."""
        if kind is None:
            return np.zeros(len(self.index.kinds), bool)
        of_kind: npt.NDArray[np.bool_] = self.index.kinds[:, KINDS.index("merged" if kind == "graduated" else kind)]
        return of_kind

    def _entries(
        self, chosen: Sequence[Selected], words: Sequence[int], read: Mapping[str, Statement]
    ) -> tuple[Entry, ...]:
        """Return the entries of the chosen reports, in order of date; those in `read` are not read again."""
        names = {one.row: self.index.event_ids[one.row].decode() for one in chosen}
        unread = [name for name in names.values() if name not in read]
        statements = {**read, **(read_events(self.connection, unread) if unread else {})}
        headings = headings_of(self.connection, [statements[name].passage_id for name in names.values()])
        asked = set(words)
        made = []
        for one in chosen:
            statement = statements[names[one.row]]
            says_it = bool(asked.intersection(self.index.words_of(one.row).tolist()))
            context = None if says_it else headings.get(statement.passage_id, "")
            made.append(self._entry(statement, one.worth, context, self._sources(one)))
        return tuple(sorted(made, key=lambda one: (one.date.toordinal() + one.date_end.toordinal(), one.event_id)))

    def _entry(
        self, statement: Statement, worth: float, context: str | None, sources: tuple[FurtherSource, ...]
    ) -> Entry:
        """Return the entry of a statement; an empty context means the title of its document."""
        source = self._data.source(statement.document_id)
        return as_entry(
            Chosen(statement, source, worth), context=source.title if context == "" else context, sources=sources
        )

    def _sources(self, chosen: Selected) -> tuple[FurtherSource, ...]:
        documents = dict.fromkeys(self.index.reports["document"][list(chosen.also)].tolist())
        found = [self._data.source(self.index.document_ids[row]) for row in documents]
        return tuple(FurtherSource(one.document_id, one.title, one.url) for one in found[:_MOST_SOURCES])
