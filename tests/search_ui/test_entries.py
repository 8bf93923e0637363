"""Entries of a timeline as they are shown."""

import datetime as dt

from search_ui.entries import those_that_tell
from warehouse.timeline import Entry

TELLS = (
    "At long last, the AppArmor security module has been merged.",
    "The EROFS filesystem now supports direct I/O on uncompressed files.",
    "EROFS was added to Linux 5.4 in 2019.",
)
SAYS_NOTHING = (
    "Even so, they have not found their way into it as of this writing.",
    "How can they learn to do that when simple code review is done by others?",
    "The kernel limits the functions that are available to loadable modules.",
    "In fact, it does not use the kernel's block layer at all.",
)


def an_entry(number: int, text: str, outcome_of: str | None = None) -> Entry:
    day = dt.date(2010, 1, 1) + dt.timedelta(days=number)
    return Entry(
        f"e{number}", day, day, "day", "past", text, f"d{number}", f"p{number}", 0, len(text), "A title", "lwn", "http://lwn.example/1", None,
        None, score=number / 100, outcome_of=outcome_of,
    )  # fmt: skip


def test_sentences_that_say_nothing_alone_are_left_out() -> None:
    entries = [an_entry(number, text) for number, text in enumerate((*SAYS_NOTHING, *TELLS))]
    assert [one.text for one in those_that_tell(entries, 8)] == list(TELLS)
    assert [one.text for one in those_that_tell(entries, 2)] == list(TELLS[1:])  # the best, in order of time


def test_an_outcome_is_shown_however_it_is_said() -> None:
    entries = [an_entry(0, SAYS_NOTHING[0], outcome_of="e9"), *(an_entry(n, text) for n, text in enumerate(TELLS, 1))]
    assert [one.event_id for one in those_that_tell(entries, 2)] == ["e0", "e3"]
