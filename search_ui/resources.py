"""Cached resources: the readers of the current release, and their results.

The cache key is the folder of the release, which is looked up at every rerun: a page that stays open while a build publishes
reads the new release from its next click on.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from warehouse import catalog
from warehouse.connection import DatabaseError, QueryResult
from warehouse.encoding.encoder import Encoder
from warehouse.encoding.models import settings_like
from warehouse.encoding.query_encoder import open_query_encoder
from warehouse.encoding.shared_encoder import SharedEncoder
from warehouse.errors import ArchiveMissing, KlogError
from warehouse.home import Home
from warehouse.records import Filters, SearchResult
from warehouse.releases.publish import Manifest, read_manifest
from warehouse.settings import Settings, read_settings

# What the front page does not need is imported when it is first used, because nobody gets an answer before.
if TYPE_CHECKING:
    from warehouse.search import Search
    from warehouse.timeline import Timeline, Timelines, Zoom


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """The release that this rerun shows."""

    release: str
    settings: Settings
    manifest: Manifest
    reader: catalog.Catalog

    @property
    def is_sample(self) -> bool:
        """Whether the archive's pages were written for this project."""
        return self.manifest.home_kind == "sample"


_LOG = logging.getLogger(__name__)
NAMED_BY: tuple[tuple[str, catalog.ChoiceOf], ...] = (
    ("topic", "topic"), ("person", "person"), ("version", "kernel_release"),
)  # fmt: skip
"""The operators of a query that take a name, and the choices that they have."""

# A release id identifies an archive. Cached results are shared by all visitors and take some ten megabytes.
_BY_RELEASE: dict[str | type[Any], Callable[[Any], Any]] = {OpenArchive: attrgetter("release")}
_MOST = 400
_LATER = 20  # statements on what happened next
# `cache_data` copies what it returns. Lists that nobody changes are cached as resources, because those of a large archive are long.


def close_reader(reader: catalog.Catalog) -> None:
    """Close the reader of a release that is no longer shown."""
    reader.close()


def close_timelines(timelines: "Timelines") -> None:
    """Close the timelines of a release that is no longer shown."""
    timelines.close()


@st.cache_resource(max_entries=2, show_spinner=False, on_release=close_reader)
def _open_reader(release: str) -> catalog.Catalog:
    return catalog.open_catalog(Path(release))


@contextmanager
def _reading(archive: OpenArchive) -> Iterator[None]:
    """Raise ArchiveMissing, with the command to run, if a file of the release is missing or truncated."""
    try:
        yield
    except (OSError, ValueError, LookupError, DatabaseError) as error:
        _LOG.warning("%s cannot be read", archive.release, exc_info=error)
        raise ArchiveMissing(
            f"{archive.release} cannot be read ({type(error).__name__}). Build it again with: klog build"
        ) from error


# Only these settings change the encoder. Two encoders must not load at once, because they share torch's default precision.
@st.cache_resource(
    max_entries=1,
    show_spinner=False,
    hash_funcs={Settings: attrgetter("model", "model_revision", "precision", "threads")},
)
def _open_encoder(settings: Settings) -> Encoder:
    return SharedEncoder(open_query_encoder(settings))


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs=_BY_RELEASE)
def _open_search(archive: OpenArchive) -> "Search":
    from warehouse.search import open_search

    # Without settings, the search does not load a second encoder.
    return open_search(Path(archive.release) / "search")


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs=_BY_RELEASE, on_release=close_timelines)
def _open_timelines(archive: OpenArchive) -> "Timelines":
    from warehouse.timeline import open_timelines

    return open_timelines(Path(archive.release), _open_search(archive))


def open_archive() -> OpenArchive:
    """Return the current release of the home that KLOG_HOME names.

    Raises:
        ArchiveMissing: there is no release, it is empty, or it cannot be read.
    """
    settings = read_settings()
    release = Home(settings.home).release()
    manifest = read_manifest(release)
    if manifest is None:
        raise ArchiveMissing(f"{release / 'release.json'} cannot be read. Build it again with: klog build")
    settings = settings_like(settings, manifest.model, manifest.model_setting)
    archive = OpenArchive(str(release), settings, manifest, _open_reader(str(release)))
    if not read_counts(archive)["documents"]:
        raise ArchiveMissing(f"The archive at {settings.home} holds no documents yet. Fill it with: klog build")
    return archive


@st.cache_resource(max_entries=1, show_spinner=False)
def warm_up(_archive: OpenArchive) -> threading.Thread:
    """Load the encoder in the background, once, so that the first question does not wait for it."""
    warming = threading.Thread(target=_warm, args=(_archive.settings,), daemon=True)
    warming.start()
    return warming


def is_warming_up(archive: OpenArchive) -> bool:
    """Return whether a question asked now would wait for the encoder."""
    return warm_up(archive).is_alive()


def _warm(settings: Settings) -> None:
    with suppress(KlogError):  # the first question raises the same error, and shows it to the reader
        _open_encoder(settings)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def search(
    archive: OpenArchive,
    query: str,
    *,
    mode: str,
    k: int,
    offset: int,
    order: str,
    filters: Filters,
    plain: bool,
    citations: bool,
    dates: bool = True,
) -> SearchResult:
    """Return one page of a query's documents, and the totals, by the same call as `klog search`."""
    return _ask(
        archive, query, mode=mode, k=k, offset=offset, order=order, filters=filters, syntax=not plain, citations=citations,
        dates=dates, facets=True,
    )  # fmt: skip


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def kernel_releases(archive: OpenArchive) -> Mapping[str, dt.date]:
    """Return the day of each mainline kernel release, if known."""
    with _reading(archive):
        return _open_search(archive).tables.kernel_releases


def search_whole(
    archive: OpenArchive,
    query: str,
    total: int,
    *,
    mode: str,
    order: str,
    filters: Filters,
    plain: bool,
    citations: bool,
    dates: bool,
) -> SearchResult:
    """Return all `total` documents of a query's match set; not cached, because it may be thousands."""
    return _ask(
        archive, query, mode=mode, k=max(total, 1), order=order, filters=filters, syntax=not plain, citations=citations, dates=dates
    )  # fmt: skip


def _ask(archive: OpenArchive, query: str, *, mode: str, **options: Any) -> SearchResult:
    """Search with the encoder, unless the question needs none."""
    encoder = None if mode == "keyword" or not query.strip() else _open_encoder(archive.settings)
    with _reading(archive):
        return _open_search(archive).search(query, mode=mode, matches_first=True, encoder=encoder, **options)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def more_like(archive: OpenArchive, document_id: str, k: int = 5) -> SearchResult:
    """Return the documents most similar to a document."""
    with _reading(archive):
        return _open_search(archive).more_like(document_id, k)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def topic_timelines(
    archive: OpenArchive,
    topics: tuple[str, ...],
    *,
    zoom: "Zoom",
    start: dt.date | None,
    end: dt.date | None,
    entries: int,
) -> "tuple[Timeline, ...]":
    """Return a timeline for each of up to six topics, over the same bars."""
    with _reading(archive):
        return _open_timelines(archive).compare(topics, zoom=zoom, start=start, end=end, entries=entries)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def question_timeline(
    archive: OpenArchive, query: str, *, start: dt.date | None, end: dt.date | None, entries: int
) -> "Timeline":
    """Return the timeline that answers a question."""
    encoder = _open_encoder(archive.settings)
    with _reading(archive):
        return _open_timelines(archive).question(query, start=start, end=end, entries=entries, encoder=encoder)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def what_happened_next(archive: OpenArchive, anchor_id: str, limit: int = _LATER) -> "Timeline":
    """Return later statements on the subject of a passage, an event or a document."""
    with _reading(archive):
        return _open_timelines(archive).next(anchor_id, limit=limit)


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs=_BY_RELEASE)
def sql(archive: OpenArchive, statement: str) -> QueryResult:
    """Run a reader's SQL statement within the limits of the settings and return the answer."""
    from warehouse.sql import run_sql

    return run_sql(Path(archive.release), statement, archive.settings, keep_spare=True)


def start_sql(archive: OpenArchive) -> str | None:
    """Start the process for the first statement; return why statements cannot be run, None if they can."""
    from warehouse.sql import keep_spare, why_unconfined

    reason = why_unconfined()
    if reason is None:
        keep_spare(Path(archive.release), archive.settings)
    return reason


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def document(archive: OpenArchive, document_id: str, passage_id: str = "") -> catalog.DocumentPage | None:
    """Return a document with everything that its view shows, None if it does not exist."""
    return catalog.read_document(archive.reader, document_id, passage_id)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def citing_place(archive: OpenArchive, document_id: str, position: int) -> catalog.CitingPlace | None:
    """Return the sentence of a document's link, None if it has no such link."""
    return catalog.read_citing_place(archive.reader, document_id, position)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def cited_passage(archive: OpenArchive, place: catalog.CitingPlace) -> str:
    """Return the passage of the cited document that has most of the citing sentence, empty if none has any of its words."""
    with _reading(archive):
        found = _open_search(archive).search(
            place.sentence,
            mode="keyword",
            k=1,
            filters=Filters(documents=(place.target_document_id or "",)),
            dates=False,
        )
    passages = [passage for hit in found.hits for passage in hit.passages if passage.marks]
    return passages[0].passage_id if passages else ""


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def citing_places(archive: OpenArchive, document_id: str) -> Mapping[str, catalog.CitingPlace]:
    """Return for each document that cites this one the first place where it does."""
    return catalog.read_citing_places(archive.reader, document_id)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def naming(
    archive: OpenArchive, document_ids: tuple[str, ...], entity_ids: tuple[str, ...]
) -> Mapping[str, catalog.NamingPlace]:
    """Return for each of the documents the first sentence that names one of the topics, people or kernel releases."""
    return catalog.read_naming_places(archive.reader, document_ids, entity_ids)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def thread(archive: OpenArchive, document_id: str) -> catalog.Thread | None:
    """Return the thread of a mail, None if the archive has no other mail of it."""
    return catalog.read_thread(archive.reader, document_id)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs=_BY_RELEASE)
def cards(
    archive: OpenArchive, document_ids: tuple[str, ...], passage_ids: tuple[str, ...] = ()
) -> tuple[catalog.Card, ...]:
    """Return the named documents, oldest first; topics of the passages shown come before others."""
    return catalog.read_cards(archive.reader, document_ids, passage_ids)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=_BY_RELEASE)
def choices(archive: OpenArchive, what: catalog.ChoiceOf) -> Mapping[str, catalog.Choice]:
    """Return the values of a filter by id, in display order."""
    return {choice.choice_id: choice for choice in catalog.list_choices(archive.reader, what)}


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def topic_names(archive: OpenArchive) -> Mapping[str, str]:
    """Return every topic's name by its id."""
    return catalog.read_topics(archive.reader)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def read_counts(archive: OpenArchive) -> Mapping[str, int]:
    """Return the numbers of documents, issues, passages and so on in the release."""
    return catalog.read_counts(archive.reader)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def count_known_issues(archive: OpenArchive) -> Mapping[str, int]:
    """Return how many issues of the column are known, found, gone and due; empty if the release asked for none."""
    return catalog.count_known_issues(archive.reader)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def describe_tables(archive: OpenArchive) -> tuple[catalog.TableSchema, ...]:
    """Return the tables that a statement can query."""
    return catalog.describe_tables(archive.reader)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of the release: documents by kind, (year, kind, documents), pages set aside, quality checks."""

    kinds: Mapping[str, int]
    years: tuple[tuple[int | None, str, int], ...]
    set_aside: tuple[Mapping[str, Any], ...]
    checks: tuple[Mapping[str, Any], ...]


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def read_coverage(archive: OpenArchive) -> Coverage:
    """Return the archive's coverage: documents by kind and year, pages set aside, and quality checks."""
    reader = archive.reader
    return Coverage(
        catalog.count_kinds(reader), catalog.count_years(reader), catalog.list_set_aside(reader),
        catalog.read_quality(reader),
    )  # fmt: skip
