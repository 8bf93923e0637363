"""Bars: the time between two days cut at releases, months or years, with the share of each period's text on a topic."""

import bisect
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warehouse.timeline.archive_index import ArchiveIndex, OnTopic
from warehouse.timeline.records import Bar, KernelRelease, Zoom


def cut_periods(
    zoom: Zoom, start: dt.date, end: dt.date, releases: Sequence[KernelRelease]
) -> list[tuple[dt.date, dt.date]]:
    """Return the periods that together cover exactly the days from `start` to `end`, in order.

    A release's period begins on its day. If no release is known, there is one period.
    """
    if start > end:
        return []
    if zoom == "release":
        firsts = sorted({mark.released_on for mark in releases if start < mark.released_on <= end})
    else:
        firsts = [day for day in _first_days(start.year, end.year, zoom) if start < day <= end]
    begins = [start, *firsts]
    return [*zip(begins, [day - dt.timedelta(days=1) for day in firsts], strict=False), (begins[-1], end)]


def make_bars(archive: ArchiveIndex, topic_id: str, zoom: Zoom, start: dt.date, end: dt.date) -> tuple[Bar, ...]:
    """Return a bar for every period between two days, including periods without the topic."""
    periods = cut_periods(zoom, start, end, archive.kernel_releases)
    begins = [period[0] for period in periods]
    in_months = zoom != "year"

    def place(document_id: str) -> int | None:
        day = archive.day(document_id, in_months=in_months)
        return bisect.bisect_right(begins, day) - 1 if day is not None and start <= day <= end else None

    totals = [0.0] * len(periods)
    for document_id, words in archive.words.items():
        at = place(document_id)
        if at is not None:
            totals[at] += words
    piles = [_Pile() for _ in periods]
    for part in archive.on_topic.get(topic_id, ()):
        at = place(part.document_id)
        if at is not None:
            piles[at].parts.append(part)
    return tuple(
        pile.as_bar(archive, first, last, total)
        for pile, (first, last), total in zip(piles, periods, totals, strict=True)
    )


def span_of(
    archive: ArchiveIndex,
    topic_ids: Iterable[str],
    days: Iterable[dt.date],
    zoom: Zoom,
    start: dt.date | None,
    end: dt.date | None,
) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a joint timeline of these topics: those requested, else of all text and entries (`days`).

    A day that was not requested is extended to a whole month or year at that zoom. None if nothing is inside.
    """
    inside = [
        day
        for day in [*days, *_days_with_text(archive, topic_ids, zoom)]
        if (start is None or day >= start) and (end is None or day <= end)
    ]
    if not inside:
        return None
    first, last = min(inside), max(inside)
    if zoom == "year":
        first, last = dt.date(first.year, 1, 1), dt.date(last.year, 12, 31)
    if zoom == "month":
        first, last = first.replace(day=1), _last_of_month(last)
    return start or first, end or last


def _days_with_text(archive: ArchiveIndex, topic_ids: Iterable[str], zoom: Zoom) -> Iterable[dt.date]:
    for topic_id in topic_ids:
        for part in archive.on_topic.get(topic_id, ()):
            day = archive.day(part.document_id, in_months=zoom != "year")
            if day is not None:
                yield day


@dataclass(slots=True)
class _Pile:
    parts: list[OnTopic] = field(default_factory=list)

    def as_bar(self, archive: ArchiveIndex, start: dt.date, end: dt.date, total: float) -> Bar:
        words = sum(part.words for part in self.parts)
        order = sorted(
            self.parts,
            key=lambda part: (archive.source(part.document_id).kind != "issue", -part.words, part.document_id),
        )
        return Bar(
            start,
            end,
            words / total if total else 0.0,
            words,
            sum(part.passages for part in self.parts),
            tuple(part.document_id for part in order),
        )


def _first_days(first_year: int, last_year: int, zoom: Zoom) -> list[dt.date]:
    months = range(1, 13) if zoom == "month" else (1,)
    return [dt.date(year, month, 1) for year in range(first_year, last_year + 1) for month in months]


def _last_of_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
