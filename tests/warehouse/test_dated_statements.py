import datetime as dt
from collections.abc import Sequence

import pytest

from warehouse.dated_statements import statement_rows
from warehouse.records import Mention

RELEASES = {"2.6.39": dt.date(2011, 5, 18), "3.0": dt.date(2011, 7, 21), "3.1": dt.date(2011, 10, 24)}
WRITTEN = dt.datetime(2012, 3, 1, 10, tzinfo=dt.UTC)


def read(text: str, mentions: Sequence[Mention] = (), start: int = 0) -> list[tuple[str, str, bool]]:
    """First day, last day and whether the sentence names it, of each statement of a passage that begins at `start`."""
    passage = {"passage_id": "p", "document_id": "d", "char_start": start, "text": text}
    document = {"published_at": WRITTEN, "published_from": "page", "published_precision": "day", "captured_at": None}
    rows = statement_rows(passage, mentions, document, RELEASES)
    return [(str(row["date"]), str(row["date_end"]), row["explicit"]) for row in rows]


@pytest.mark.parametrize(
    "sentence",
    [
        "As has been seen in recent years, it is not that hard to break.",
        "It has been available for the last six months or so.",
        "He has asked for that change over the last year.",
        "In the past few months, much of it was rewritten.",
        "Much has changed since the previous version was posted in November.",
        "Since Linux 2.6.39 was released last May, the complaint has been heard often.",
    ],
)
def test_a_stretch_up_to_now_is_not_when_something_happened(sentence: str) -> None:
    assert read(sentence) == [("2012-03-01", "2012-03-01", False)]


def test_the_marker_of_a_list_is_no_part_of_its_sentence() -> None:
    text = "* The old driver was removed at last. * The new one has been merged."
    passage = {"passage_id": "p", "document_id": "d", "char_start": 7, "text": text}
    document = {"published_at": WRITTEN, "published_from": "page", "published_precision": "day", "captured_at": None}
    rows = list(statement_rows(passage, (), document, RELEASES))
    assert [row["sentence"] for row in rows] == ["The old driver was removed at last.", "The new one has been merged."]
    assert all(text[row["char_start"] - 7 : row["char_end"] - 7] == row["sentence"] for row in rows)


@pytest.mark.parametrize(
    ("sentence", "first", "last"),
    [
        ("He asked for that change last year, and got it.", "2011-01-01", "2011-12-31"),
        ("It was merged last August for Linux 3.1.", "2011-08-01", "2011-08-31"),
        ("The code was merged for Linux 3.1 in the end.", "2011-07-21", "2011-08-04"),
    ],
)
def test_the_time_that_a_sentence_names_goes_before_that_of_its_release(sentence: str, first: str, last: str) -> None:
    assert read(sentence) == [(first, last, True)]


def test_a_number_that_is_known_to_be_a_kernel_has_its_days() -> None:
    text = "The first one is short, as it should be. The old driver was removed in 3.1."
    at = 100 + text.index("3.1")
    (first, removed) = read(text, [Mention("kernel_release", "3.1", "3.1", at, at + 3)], start=100)
    assert (first[2], removed) == (False, ("2011-07-21", "2011-08-04", True))
    assert read(text)[1][2] is False
