"""How many of the articles cited by a later article its story's timeline quotes, scored as for the LWN stories."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval_scores import bare

from warehouse.timeline import Entry

DEPTH, NEAR_DAYS = 10, 7


@dataclass(frozen=True, slots=True)
class Story:
    """The title of an article that looks back, the day before which the question is asked, and the articles it cites."""

    query: str
    source: str
    before: dt.date
    cited: frozenset[str]
    days: tuple[dt.date, ...]


def read_stories(path: Path) -> list[Story]:
    """Return the stories of a JSON Lines file: `query`, `source`, `to`, `cited`, `dates`."""
    return [
        Story(
            row["query"],
            bare(row["source"]),
            dt.date.fromisoformat(row["to"]),
            frozenset(map(bare, row["cited"])),
            tuple(map(dt.date.fromisoformat, row["dates"])),
        )
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def score_stories(stories: Sequence[Story], entries: Sequence[Sequence[Entry]]) -> dict[str, float]:
    """Return the share of cited articles quoted, of their days with an entry, and of entries that match either."""
    quoted = met = right = 0.0
    for story, of_story in zip(stories, entries, strict=True):
        shown = [entry for entry in of_story if bare(entry.url) != story.source][:DEPTH]
        quoted += len({bare(entry.url) for entry in shown} & story.cited) / len(story.cited)
        met += sum(any(_is_near(entry, day) for entry in shown) for day in story.days) / len(story.days)
        good = sum(bare(entry.url) in story.cited or any(_is_near(entry, day) for day in story.days) for entry in shown)
        right += good / max(len(shown), 1)
    number = len(stories)
    return {"cited": quoted / number, "days": met / number, "entries right": right / number}


def _is_near(entry: Entry, day: dt.date) -> bool:
    """Return whether the first day of the entry's displayed date is near; for a month its first day, as in the stories' scores."""
    shown = entry.date.replace(day=1) if entry.precision in ("month", "year") else entry.date
    if entry.precision == "year":
        shown = shown.replace(month=1)
    return abs((shown - day).days) <= NEAR_DAYS
