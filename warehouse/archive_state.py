"""What a release says of itself: which one it is, how fresh, and how complete."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.catalog import Catalog, count_known_issues, read_counts
from warehouse.html_table import html_table
from warehouse.releases.publish import Manifest


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """The release of an archive.

    `published_at` (UTC) is when it was published; `newest_document_at` is the latest date of a document, on its own clock, and
    `newest_capture_at` (UTC) the latest capture. `known_issues` counts the issues of the column that are known, found, gone and
    due, empty if the archive was not built from web archives; `links_here` of `links` lead to documents that are in the archive;
    `set_aside` pages could not be found, fetched or read.
    """

    release_id: str
    published_at: dt.datetime
    is_sample: bool
    documents: int
    kinds: Mapping[str, int]
    newest_document_at: dt.datetime | None
    newest_capture_at: dt.datetime | None
    known_issues: Mapping[str, int]
    links: int
    links_here: int
    set_aside: int

    def _repr_html_(self) -> str:
        """Return the counts as a table for a notebook."""
        return html_table(f"Release {self.release_id}", ("kind", "documents"), self.kinds.items())


def read_state(reader: Catalog, manifest: Manifest) -> ArchiveState:
    """Return the state of a release."""
    counts = read_counts(reader)
    days = reader.rows(
        "SELECT max(published_at) AS published, (SELECT max(captured_at) FROM captures) AS captured FROM documents"
    )[0]
    return ArchiveState(
        release_id=manifest.release_id,
        published_at=dt.datetime.fromisoformat(manifest.published_at),
        is_sample=manifest.home_kind == "sample",
        documents=counts["documents"],
        kinds=manifest.kinds,
        newest_document_at=days["published"],
        newest_capture_at=days["captured"],
        known_issues=count_known_issues(reader),
        links=counts["links"],
        links_here=counts["links_here"],
        set_aside=counts["set_aside"],
    )
