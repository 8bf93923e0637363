"""The questions that both servers answer: their parameters, limits and answers.

Every answer holds `answer` (the fields of the Python result), `citations` (the documents that it quotes), `archive` (release, how
fresh, how complete) and, if a search or a document goes on, `next_cursor`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from warehouse.archive import Archive
from warehouse.catalog import Card, DocumentPage
from warehouse.errors import UsageError
from warehouse.json_values import as_json
from warehouse.records import Filters, Hit
from warehouse.search.request import Mode
from warehouse.serving.current import CurrentArchive
from warehouse.serving.cursors import MOST_CHARACTERS, read_cursor, write_cursor

if TYPE_CHECKING:  # the first question may be a search, which needs no timelines
    from warehouse.timeline import Entry, Timeline

PAGE_CHARACTERS = 20_000
"""Characters of a document in one answer."""

_LAST_HIT = 1_000  # hits that can be paged through; ranking more of them costs as much as the whole archive

Answer = dict[str, Any]
Query = Annotated[str, Field(min_length=1, max_length=1_000, description="The question, in words.")]
Name = Annotated[str, Field(min_length=1, max_length=2_000, description="A document_id or the address of a document.")]
Cursor = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS, description="The next_cursor of the answer before; empty for the first page."),
]
Limit = Annotated[int, Field(ge=1, le=100, description="Results in one answer.")]
Day = Annotated[dt.date | None, Field(description="A day, as in 2009-03-12.")]


class Questions:
    """The questions over the current release of a home; safe to ask from several threads at once."""

    def __init__(self, current: CurrentArchive) -> None:
        self._current = current

    def search(
        self,
        query: Query,
        limit: Limit = 10,
        mode: Annotated[Mode, Field(description="hybrid is by words and meaning.")] = "hybrid",
        order: Literal["relevance", "newest", "oldest"] = "relevance",
        after: Day = None,
        before: Day = None,
        syntax: Annotated[
            bool, Field(description='Read operators: "phrase" -word OR kind: topic: version: person: author: site: in:')
        ] = False,
        cursor: Cursor = "",
    ) -> Answer:
        """Find the documents of the archive that answer a question, best first, each with the passages that match."""
        archive = self._current.get()
        asked = {
            "search": query, "mode": mode, "order": order, "after": after, "before": before, "syntax": syntax,
        }  # fmt: skip
        begin = read_cursor(cursor, archive.release_id, asked)
        if begin + limit > _LAST_HIT:
            raise UsageError(f"Only the first {_LAST_HIT} documents can be paged through; narrow the question.")
        found = archive.search(
            query, k=limit, offset=begin, mode=mode, order=order, syntax=syntax, matches_first=True,  # pages end with the last match
            filters=Filters(after=after, before=before),
        )  # fmt: skip
        end = begin + len(found.hits)
        has_more = end < min(found.total, _LAST_HIT - limit) and bool(found.hits)
        return _answer(archive, found, found.hits, write_cursor(archive.release_id, asked, end) if has_more else "")

    def read_document(self, document: Name, cursor: Cursor = "") -> Answer:
        """Read a document: its sections, the sources it cites, what cites it, and its captures.

        `sections` and `passages` have the ranges of characters by which a passage can be cited. A long document is read in pages.
        """
        archive = self._current.get()
        page = archive.document(document)
        asked = {"document": page.card.document_id}
        begin = read_cursor(cursor, archive.release_id, asked)
        read, end = _page_of(page, begin)
        cards = [page.card, *(one.target for one in page.citations if one.target is not None)]
        return _answer(archive, read, cards, write_cursor(archive.release_id, asked, end) if end else "")

    def timeline(
        self,
        query: Annotated[str, Field(max_length=1_000, description="A question; or give a topic.")] = "",
        topic: Annotated[str, Field(max_length=200, description="A topic_id, as in `topics`.")] = "",
        zoom: Annotated[
            Literal["release", "month", "year"], Field(description="The period of a topic's bars.")
        ] = "release",
        start: Day = None,
        end: Day = None,
        entries: Limit = 10,
    ) -> Answer:
        """Show dated statements about a question or a topic, in order of date, each a sentence quoted from a document."""
        archive = self._current.get()
        found = archive.timeline(query or None, topic=topic or None, zoom=zoom, start=start, end=end, entries=entries)
        return _answer(archive, found, _cited(found))

    def when(self, query: Query) -> Answer:
        """Tell when something happened ("when was Xen Dom0 merged"): the days, the kernel release and the sentence that says so.

        The answer is null if the archive does not say.
        """
        archive = self._current.get()
        found = archive.when(query)
        return _answer(archive, found, [] if found is None or found.entry is None else [found.entry])

    def follow_ups(
        self,
        anchor: Annotated[
            str, Field(min_length=1, max_length=2_000, description="A passage_id, event_id or document_id.")
        ],
        limit: Limit = 10,
    ) -> Answer:
        """Show what happened after a passage, an event or a document, in order of date."""
        archive = self._current.get()
        found = archive.follow_ups(anchor, limit=limit)
        return _answer(archive, found, _cited(found))

    def topics(self) -> Answer:
        """List the topics that documents of the archive name, with the number of documents."""
        archive = self._current.get()
        return _answer(archive, archive.topics(), [])

    def sql(
        self,
        statement: Annotated[str, Field(min_length=1, max_length=20_000, description="One SELECT in DuckDB's SQL.")],
        limit: Annotated[int, Field(ge=1, le=1_000, description="Rows in the answer.")] = 100,
    ) -> Answer:
        """Run one SELECT on the archive's tables; `SELECT table_name, comment FROM duckdb_tables()` describes them.

        `cut` is true if there were more rows than the limit.
        """
        archive = self._current.get()
        return _answer(archive, archive.sql(statement, limit=limit), [])

    def state(self) -> Answer:
        """Tell which release of the archive this is, how fresh and how complete it is."""
        archive = self._current.get()
        return _answer(archive, archive.state(), [])

    def release_id(self) -> str:
        """Return the id of the current release."""
        return self._current.get().release_id


def _answer(archive: Archive, result: Any, cited: "Iterable[Hit | Entry | Card]", next_cursor: str = "") -> Answer:
    made: Answer = {"answer": as_json(result), "citations": _citations(cited), "archive": as_json(archive.state())}
    return {**made, "next_cursor": next_cursor} if next_cursor else made


def _cited(timeline: "Timeline") -> "list[Entry]":
    answer = [] if timeline.answer is None or timeline.answer.entry is None else [timeline.answer.entry]
    return [*answer, *timeline.entries]


def _citations(cited: "Iterable[Hit | Entry | Card]") -> list[dict[str, Any]]:
    """Return what a reader needs to check an answer, once for each document, in the order of the answer."""
    return list(
        {
            one.document_id: {
                "document_id": one.document_id,
                "title": one.title,
                "published_at": one.published_at,
                "original": one.url,
                "capture": one.memento_url,
            }
            for one in cited
        }.values()
    )


def _page_of(page: DocumentPage, begin: int) -> tuple[dict[str, Any], int]:
    """Return the part of a document from a character on, and where the next part begins, 0 if there is none."""
    end = begin + PAGE_CHARACTERS
    read = as_json(page)
    sections, last = [], 0
    for section in page.sections:
        start, stop = section.char_start, section.char_start + len(section.text)
        last = max(last, stop)
        low, high = max(begin, start), min(end, stop)
        if low < high or (start == stop and begin <= start < end):
            sections.append(
                {
                    "section_id": section.section_id,
                    "heading": section.heading,
                    "role": section.role,
                    "char_start": low,
                    "text": section.text[low - start : high - start],
                }
            )
    if begin > last:
        raise UsageError(f"The document ends at character {last}; ask without a cursor for its beginning.")
    shown = {section["section_id"] for section in sections}
    read["sections"] = sections
    read["passages"] = {name: place for name, place in page.passages.items() if place[0] < end and place[1] > begin}
    read["citations"] = [one for one in read["citations"] if one["section_id"] in shown]
    return read, end if end < last else 0
