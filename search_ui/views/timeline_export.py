"""A timeline as files: its bars with the chart, and its entries."""

from collections.abc import Sequence
from typing import Any

from search_ui.tables import Table
from search_ui.take_along import offer
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
        "date", "date_end", "precision", "tense", "text", "document_id", "passage_id", "title", "kind", "published_at", "url", "memento_url",
    )  # fmt: skip
    return Table(columns, tuple(tuple(getattr(entry, name) for name in columns) for entry in timeline.entries))
