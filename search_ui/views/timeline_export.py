"""A timeline as files: its bars with the chart, its entries, and what searches find over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from search_ui.compare_chart import compare_chart
from search_ui.histogram import Period
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.wording import enumerated
from warehouse.timeline import Timeline


def offer_bars(timelines: Sequence[Timeline], names: Sequence[str], chart: Any) -> None:
    """Offer the bars of topics, and the chart that shows them."""
    title = f"Share of the text: {', '.join(names)}"
    offer(f"{' '.join(names)} timeline", lambda: bars_table(timelines, names), chart, title)


def offer_entries(timeline: Timeline, name: str, chart: Any = None) -> None:
    """Offer the entries of a timeline, and the chart of them if there is one."""
    if timeline.entries:
        offer(
            f"{name} entries", lambda: entries_table(timeline), chart, name, key=f"{timeline.topic_id} {name} entries"
        )


def bars_table(timelines: Sequence[Timeline], names: Sequence[str]) -> Table:
    """Return every bar of every topic; `share` is from 0 to 1."""
    return Table(
        ("topic", "start", "end", "share", "words", "passages", "documents"),
        tuple(
            (name, bar.start, bar.end, bar.share, bar.words, bar.passages, len(bar.documents))
            for timeline, name in zip(timelines, names, strict=True)
            for bar in timeline.bars
        ),
    )


def entries_table(timeline: Timeline) -> Table:
    """Return the entries in order, each with its source."""
    columns = (
        "date", "date_end", "precision", "reported", "tense", "text", "document_id", "passage_id", "title", "kind", "published_at", "url", "memento_url",
    )  # fmt: skip
    return Table(columns, tuple(tuple(getattr(entry, name) for name in columns) for entry in timeline.entries))


def share_of(period: Period, totals: Mapping[tuple[int, int], int]) -> float:
    """Return the share that a period's documents are of all documents of that time, 0 to 1; `totals` is by year and first month."""
    whole = totals.get((period.first.year, period.first.month)) or totals.get((period.first.year, 1)) or 0
    return period.documents / whole if whole else 0.0


def offer_compared(
    lanes: Mapping[str, Sequence[Period]], totals: Mapping[tuple[int, int], int], *, is_share: bool
) -> None:
    """Offer what searches, by name, find in each period, and a chart with a line for each."""
    sizes = {
        name: [share_of(one, totals) if is_share else float(one.documents) for one in shown]
        for name, shown in lanes.items()
    }
    unit = "share of all documents" if is_share else "documents"
    chart = compare_chart(lanes, sizes, unit)
    names = enumerated([*lanes])
    offer(f"{names} over time", lambda: compared_table(lanes, totals), chart, f"{names} over time: {unit}")


def compared_table(lanes: Mapping[str, Sequence[Period]], totals: Mapping[tuple[int, int], int]) -> Table:
    """Return every period of every search, also those without a document; `share` is from 0 to 1."""
    return Table(
        ("search", "start", "end", "documents", "share"),
        tuple(
            (name, one.first, one.last, one.documents, share_of(one, totals))
            for name, shown in lanes.items()
            for one in shown
        ),
    )
