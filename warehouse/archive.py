"""One published archive for programs: what the shell, notebooks and servers ask goes through here.

from warehouse import open_archive

with open_archive("archive") as archive:
    archive.search("why was Xen slow to get into the kernel?")
"""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from warehouse.connection import Connection, QueryResult, open_apart
from warehouse.errors import ArchiveMissing, UsageError
from warehouse.home import Home
from warehouse.records import Filters, SearchResult
from warehouse.settings import Settings, read_settings
from warehouse.sites import forms_of

if TYPE_CHECKING:
    from warehouse.archive_state import ArchiveState
    from warehouse.catalog import Catalog, Choice, DocumentPage
    from warehouse.releases.publish import Manifest
    from warehouse.search import Search
    from warehouse.search.request import Options
    from warehouse.timeline import Answer, Timeline, Timelines, Zoom

Made = TypeVar("Made")


def open_archive(home: Path | str | None = None, **settings: Any) -> "Archive":
    """Return the current release of a home, by default the one that KLOG_HOME names.

    Args:
        home: the archive home, the folder that `klog build` filled.
        settings: settings by name, such as `sql_rows=100_000`; others are read from the environment.

    Raises:
        ArchiveMissing: nothing has been published there.
        SettingError: a setting has a value that cannot be used.
    """
    named = settings if home is None else {**settings, "home": Path(home)}
    made = read_settings(**named)
    return Archive(Home(made.home).release(), made)


def _opened_once(make: Callable[["Archive"], Made]) -> Callable[["Archive"], Made]:
    """Make a part of the archive on first use, once, also if several threads ask at the same time."""
    name = make.__name__

    @wraps(make)
    def part(self: "Archive") -> Made:
        with self._opening:
            if name not in self._parts:
                self._parts[name] = make(self)
            made: Made = self._parts[name]
            return made

    return part


class Archive:
    """A release, open for reading; safe to use from several threads at once. Its parts are opened when they are first used.

    A release never changes. Open the archive again to read what a later build published.
    """

    def __init__(self, release: Path, settings: Settings) -> None:
        self.release = release
        self.settings = settings
        self._opening = threading.RLock()
        self._parts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        with self._opening:
            for name in ("timelines", "catalog"):
                if name in self._parts:
                    self._parts.pop(name).close()
            if "searcher" in self._parts:
                self._parts.pop("searcher").__exit__()

    def __repr__(self) -> str:
        return f"<Archive {self.release.parent.parent}, release {self.release_id}>"

    @property
    def release_id(self) -> str:
        """The name of the release; two answers of one release never differ."""
        return self.release.name

    @_opened_once
    def state(self) -> "ArchiveState":
        """Return what the archive holds: its release, how fresh it is, and how complete."""
        from warehouse.archive_state import read_state

        return read_state(self.catalog(), self.manifest())

    def search(self, query: str, **options: Unpack["Options"]) -> SearchResult:
        """Return the best documents for a query in plain words; see `warehouse.search.request.Options`.

        Raises:
            UsageError: an option has a value that cannot be used.
        """
        return self.searcher().search(query, **options)

    def similar(self, document_id: str, k: int = 10) -> SearchResult:
        """Return the `k` documents nearest to one, given by its id or address.

        Raises:
            UsageError: the document does not exist.
        """
        return self.searcher().more_like(self.id_of(document_id), k)

    def timeline(
        self,
        query: str | None = None,
        *,
        topic: str | None = None,
        zoom: "Zoom" = "release",
        start: dt.date | None = None,
        end: dt.date | None = None,
        entries: int = 10,
        filters: Filters | None = None,
    ) -> "Timeline":
        """Return the timeline of a question or of a topic, of days between `start` and `end`, both included.

        Raises:
            UsageError: both or neither are given, the topic or zoom is unknown, or a number is out of range.
        """
        from warehouse.timeline import check_zoom

        check_zoom(zoom)
        if (query is None) == (topic is None):
            raise UsageError("Expected a question or a topic, one of them.")
        if topic is not None:
            return self.compare([topic], zoom=zoom, start=start, end=end, entries=entries)[0]
        return self.timelines().question(
            query or "", zoom=zoom, start=start, end=end, entries=entries, filters=filters or Filters()
        )

    def compare(
        self,
        topics: Sequence[str],
        *,
        zoom: "Zoom" = "release",
        start: dt.date | None = None,
        end: dt.date | None = None,
        entries: int = 10,
    ) -> "tuple[Timeline, ...]":
        """Return the timelines of one to six topics over the same bars.

        Raises:
            UsageError: there are more or fewer topics, or a topic or zoom is unknown, or a number is out of range.
        """
        return self.timelines().compare(topics, zoom=zoom, start=start, end=end, entries=entries)

    def when(self, question: str) -> "Answer | None":
        """Return when something happened ("when was Xen Dom0 merged"), None if the archive does not say."""
        return self.timeline(question, entries=1).answer

    def follow_ups(self, anchor_id: str, *, limit: int = 10) -> "Timeline":
        """Return what happened after a passage, an event or a document.

        Raises:
            UsageError: nothing in the archive has that id, or the limit is below 1.
        """
        return self.timelines().next(anchor_id, limit=limit)

    def document(self, document_id: str, passage_id: str = "") -> "DocumentPage":
        """Return a document, given by its id or address, with its sections, what it cites and what cites it.

        Raises:
            UsageError: the document does not exist.
        """
        from warehouse.catalog import read_document

        found = read_document(self.catalog(), self.id_of(document_id), passage_id)
        if found is None:
            raise _no_document(document_id)
        return found

    def topics(self) -> "tuple[Choice, ...]":
        """Return the topics that some document names, by name, with the number of those documents."""
        from warehouse.catalog import list_choices

        return list_choices(self.catalog(), "topic")

    def sql(self, statement: str, *, limit: int | None = None) -> QueryResult:
        """Return the answer to one SELECT, run in a process of its own, without files or the network, within limits.

        The settings `sql_rows`, `sql_seconds` and `sql_memory` are the limits; `connect` has none.

        Raises:
            QueryRefused: the statement is not one that reads, or it hit a limit.
        """
        from warehouse.sql import run_sql

        return run_sql(self.release, statement, self.settings, limit=limit, keep_spare=True)

    def connect(self) -> Connection:
        """Return a read-only DuckDB connection of this program's own: for statements that it trusts, of any size."""
        return open_apart(self.release)

    def id_of(self, document: str) -> str:
        """Return the id of the document with this id or address, or with another form of the address.

        The query is left out where the path names the document by its key, as in `https://lwn.net/Articles/1000654/?format=printable`.

        Raises:
            UsageError: there is none.
        """
        rows = self.catalog().rows(
            "SELECT document_id FROM documents WHERE document_id = $name OR url = $name "
            "ORDER BY document_id <> $name LIMIT 1",
            {"name": document},
        ) or self.catalog().rows(
            """
            SELECT document_id FROM documents
            WHERE list_contains($whole, url)
                OR (list_contains($path, url) AND contains(regexp_extract(url, '^[a-z]+://[^/]+(.*)$', 1), key))
            ORDER BY NOT list_contains($whole, url), document_id LIMIT 1
            """,
            {"whole": forms_of(document), "path": forms_of(document.partition("?")[0])},
        )
        if not rows:
            raise _no_document(document)
        return str(rows[0]["document_id"])

    @_opened_once
    def manifest(self) -> "Manifest":
        """Return the manifest of the release."""
        from warehouse.releases.publish import read_manifest

        found = read_manifest(self.release)
        if found is None:
            raise ArchiveMissing(f"{self.release / 'release.json'} cannot be read. Build it again with: klog build")
        return found

    @_opened_once
    def catalog(self) -> "Catalog":
        """Return the reader of the tables."""
        from warehouse.catalog import open_catalog

        return open_catalog(self.release)

    @_opened_once
    def searcher(self) -> "Search":
        """Return the search over the release."""
        from warehouse.search import open_search

        return open_search(self.release / "search", settings=self.settings)

    @_opened_once
    def timelines(self) -> "Timelines":
        """Return the timelines of the release."""
        from warehouse.timeline import open_timelines

        return open_timelines(self.release, self.searcher())


def _no_document(name: str) -> UsageError:
    return UsageError(f"There is no document {name[:200]!r} in this archive; expected a document_id or an address.")
