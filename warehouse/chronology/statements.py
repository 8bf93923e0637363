"""A sentence with the days it speaks of: what timelines are built from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.chronology.spans import Precision
from warehouse.chronology.times import find_times
from warehouse.records import Tense


@dataclass(frozen=True, slots=True)
class Mention:
    """Days that a sentence speaks of, `date` to `date_end`, at the precision that its words name them with."""

    date: dt.date
    date_end: dt.date
    precision: Precision = "day"
    tense: Tense = "past"


@dataclass(frozen=True, slots=True)
class DatedSentence:
    """A sentence that stands in a source, the day that source was published, and the days the sentence names.

    `position` counts the sentences of a source from 0.
    """

    text: str
    source: str
    published: dt.date
    mentions: tuple[Mention, ...] = ()
    position: int = 0


def dated_sentence(
    text: str,
    *,
    source: str,
    published: dt.date,
    position: int = 0,
    releases: Mapping[str, dt.date] | None = None,
) -> DatedSentence:
    """Return a sentence with the days it names, without those more than ten years off."""
    found = find_times(text, written=published, releases=releases)
    mentions = tuple(Mention(t.date, t.date_end, t.precision, t.tense) for t in found if not t.far)
    return DatedSentence(text, source, published, mentions, position)
