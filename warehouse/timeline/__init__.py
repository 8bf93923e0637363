"""Timelines of a release, whose entries are sentences quoted from its documents: `open_timelines` reads them."""

from warehouse.timeline.records import (
    ZOOMS,
    Answer,
    Bar,
    Entry,
    FurtherSource,
    KernelRelease,
    Timeline,
    Zoom,
    said_of_day,
)
from warehouse.timeline.timelines import MOST_COMPARED, Timelines, check_zoom, open_timelines

__all__ = [
    "MOST_COMPARED",
    "ZOOMS",
    "Answer",
    "Bar",
    "Entry",
    "FurtherSource",
    "KernelRelease",
    "Timeline",
    "Timelines",
    "Zoom",
    "check_zoom",
    "open_timelines",
    "said_of_day",
]
