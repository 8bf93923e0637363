"""All results of a search as files: the whole match set, in the order shown."""

import datetime as dt

from search_ui import resources
from search_ui.resources import OpenArchive
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.views.search_form import SearchRequest
from warehouse.records import Hit, SearchResult


def offer_results(archive: OpenArchive, asked: SearchRequest, result: SearchResult) -> None:
    """Offer the results to take along, if there are any."""
    if result.total:
        name = asked.q.strip() or f"documents {dt.datetime.now(dt.UTC):%Y-%m-%d}"
        offer(name, lambda: results_table(_all(archive, asked, result.total)))


def _all(archive: OpenArchive, asked: SearchRequest, total: int) -> tuple[Hit, ...]:
    found = resources.search_whole(
        archive, asked.q, total, mode=asked.mode, order=asked.order, filters=asked.filters, plain=asked.plain,
        citations=asked.cited, dates=not asked.undated,
    )  # fmt: skip
    return tuple(hit for hit in found.hits if hit.is_match)


def results_table(hits: tuple[Hit, ...]) -> Table:
    """Return hits as a table, best first, each with its address and the passage found."""
    columns = (
        "rank", "document_id", "kind", "published_at", "title", "author", "url", "capture", "score", "passage_id", "passage",
    )  # fmt: skip
    return Table(
        columns,
        tuple(
            (
                rank, hit.document_id, hit.kind, hit.published_at, hit.title, hit.author, hit.url, hit.memento_url,
                round(hit.score, 6), *((hit.passages[0].passage_id, hit.passages[0].text) if hit.passages else (None, None)),
            )
            for rank, hit in enumerate(hits, 1)
        ),
    )  # fmt: skip
