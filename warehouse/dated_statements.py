"""Dated statements: the sentences of a passage with the dates that they state, or with the date of their document."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from warehouse.dates.stretches import is_stretch
from warehouse.dates.times import TimeExpression, find_times
from warehouse.records import Mention, Row
from warehouse.sentences import split_sentences

MOST_CHARACTERS = 4000  # of a statement; a longer one of 240 tokens is not prose
_LIST_MARKER = re.compile(r"\s*[*•‣◦·]\s+")  # of a list whose items a page gives as text
MOST_TIMES = 60  # in one sentence; sentences in prose name a dozen at most
MIN_STATEMENT_WORDS = 5  # headings, signatures and incomplete list items are shorter


def statement_rows(
    passage: Row, mentions: Sequence[Mention], document: Row, releases: Mapping[str, dt.date]
) -> Iterator[Row]:
    """Yield the rows of `events` of a passage: one for each date of a sentence, or one for its document's date.

    `mentions` are those inside the passage; `releases` maps kernel releases to their dates.
    """
    captured = document["captured_at"] if document["published_from"] == "capture" else None
    published = document["published_at"] or captured
    if published is None:
        return
    written = published.date()
    number = 0
    place, text = passage["char_start"], passage["text"]
    kernels = [one.char_start - place for one in mentions if one.entity_type == "kernel_release"]
    for start, end in split_sentences(text):
        marker = _LIST_MARKER.match(text, start, end)
        start = marker.end() if marker else start
        sentence = text[start:end]
        if len(sentence) > MOST_CHARACTERS or len(sentence.split()) < MIN_STATEMENT_WORDS:
            continue
        times = find_times(sentence, written=written, releases=releases, kernels=[at - start for at in kernels])
        found = _days_of_events(sentence, times)[:MOST_TIMES]
        for time in found or [_own_day(document["published_precision"], written)]:
            yield {
                "event_id": f"{passage['passage_id']}.e{number}",
                "passage_id": passage["passage_id"],
                "document_id": passage["document_id"],
                "date": time.date,
                "date_end": time.date_end,
                "precision": time.precision,
                "tense": time.tense,
                "explicit": bool(found),
                "far": time.far,
                "sentence": sentence,
                "char_start": place + start,
                "char_end": place + end,
                "kernel_release": _kernel_release_in(mentions, place + start, place + end),
            }
            number += 1


def _days_of_events(sentence: str, times: Sequence[TimeExpression]) -> list[TimeExpression]:
    """Return the times at which something happened; a time that the sentence names goes before the day of a release."""
    found = [time for time in times if not is_stretch(sentence, time)]
    return [time for time in found if time.kernel_release is None] or found


def _own_day(precision: str | None, written: dt.date) -> TimeExpression:
    match precision:
        case "month" | "year":
            return TimeExpression(0, 0, "", written, written, precision, "present")
        case _:
            return TimeExpression(0, 0, "", written, written, "day", "present")


def _kernel_release_in(mentions: Sequence[Mention], start: int, end: int) -> str | None:
    inside = (one for one in mentions if start <= one.char_start and one.char_end <= end)
    return next((one.entity_id for one in inside if one.entity_type == "kernel_release"), None)
