"""How well a timeline covers a history: labelled events found, and entries that are an event."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.timeline import Entry

# An entry may be this many days off an event with a known day, or off the middle of an event's month.
NEAR_DAYS, NEAR_MONTH = 14, 46
LONGEST_DAYS = 31  # an entry of a longer range counts as its middle day
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """An event on `day`, give or take `near` days, and a pattern for the sentences that report it."""

    day: dt.date
    near: int
    pattern: re.Pattern[str]
    key: bool
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """A question and the events of its answer."""

    query: str
    start: dt.date
    until: dt.date
    events: tuple[LabelledEvent, ...]


def read_histories(path: Path, half: str) -> list[History]:
    """Return the histories of one half of a labelled file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        History(
            row["query"],
            dt.date.fromisoformat(row["from"]),
            dt.date.fromisoformat(row["until"]),
            tuple(map(_event, row["events"])),
        )
        for row in rows
        if row["half"] == half
    ]


def found_events(history: History, entry: Entry, *, with_context: bool = False) -> set[int]:
    """Return the indices of the events that an entry reports, by its sentence alone or including its context."""
    text = f"{getattr(entry, 'context', None) or ''} {entry.text}" if with_context else entry.text
    if not {word.casefold() for word in _WORD.findall(text)} - {
        word.casefold() for word in _WORD.findall(history.query)
    }:
        return set()
    first, last = entry.date, entry.date_end
    if (last - first).days > LONGEST_DAYS:
        first = last = first + (last - first) / 2
    return {
        place
        for place, event in enumerate(history.events)
        if max((event.day - last).days, (first - event.day).days) <= event.near and event.pattern.search(text)
    }


def score_histories(
    histories: Sequence[History], entries: Sequence[Sequence[Entry]], *, with_context: bool = False
) -> dict[str, float]:
    """Return the share of events found, of key events found, and of entries that are an event."""
    events = found = keys = found_keys = shown = right = 0
    for history, of_history in zip(histories, entries, strict=True):
        of_entries = [found_events(history, entry, with_context=with_context) for entry in of_history]
        places = set().union(*of_entries)
        events += len(history.events)
        found += len(places)
        keys += sum(event.key for event in history.events)
        found_keys += sum(history.events[place].key for place in places)
        shown += len(of_history)
        right += sum(map(bool, of_entries))
    return {"events": found / events, "key events": found_keys / keys, "entries right": right / max(shown, 1)}


def _event(row: dict[str, Any]) -> LabelledEvent:
    in_month = row["precision"] != "day"
    day = dt.date.fromisoformat(f"{row['date'][:7]}-15" if in_month else row["date"])
    near = NEAR_MONTH if in_month else NEAR_DAYS
    return LabelledEvent(day, near, re.compile(row["words"], re.IGNORECASE), row["key"], row["event"])
