"""What every document has in common."""

import datetime as dt

import pytest

from flows.reading.moments import PublishedMoment
from flows.sources.document import make_document
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Identity, Section

IDENTITY = Identity("page", "a.example/x", "http://a.example/x")
CAPTURE = Capture("c", "http://a.example/x", 200, "text/html", dt.datetime(2009, 3, 9, 4, 12), b"")
WORDS = Section(0, None, "body", "Some words.")


def test_a_document_is_dated_by_the_first_evidence_that_can_be_true() -> None:
    late, right = (
        PublishedMoment(dt.datetime(2010, 1, 1), "day"),
        PublishedMoment(dt.datetime(2009, 3, 1), "month", None, "url"),
    )

    document = make_document(IDENTITY, CAPTURE, title="X", sections=[WORDS], moments=[None, late, right])

    assert (document.published_at, document.published_precision) == (dt.datetime(2009, 3, 1), "month")
    assert document.published_from == "url"


def test_without_evidence_only_the_capture_is_known() -> None:
    document = make_document(IDENTITY, CAPTURE, title="X", sections=[WORDS])

    assert document.published_at is None
    assert document.published_from == "capture"


def test_a_document_without_title_is_called_by_its_first_words() -> None:
    assert make_document(IDENTITY, CAPTURE, title=" \n", sections=[WORDS]).title == "Some words."


def test_a_document_is_no_alias_of_itself() -> None:
    document = make_document(IDENTITY, CAPTURE, title="X", sections=[WORDS], aliases=["", "a.example/x", "b", "b"])

    assert document.aliases == ("b",)


def test_a_page_without_words_is_set_aside() -> None:
    with pytest.raises(PageSetAside) as caught:
        make_document(IDENTITY, CAPTURE, title="X", sections=[Section(0, "Heading", "body", " - \n")])

    assert caught.value.reason == "no_text"
