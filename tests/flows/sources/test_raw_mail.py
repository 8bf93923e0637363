"""Mails as they were sent, broken ones too."""

import datetime as dt

import pytest

from flows.reading.moments import PublishedMoment
from flows.sources.raw_mail import is_message, message_id, name_and_address, read_mail_date, read_message

MESSAGE = b"From: Sample Writer <s@kernel-log.example>\nSubject: x\nMessage-ID: <a@b.example>\n\nwords\n"


def test_a_mail_is_distinguished_from_other_text() -> None:
    assert is_message(MESSAGE)
    assert is_message(b"From s@b.example Thu Mar  5 01:31:20 2009\n" + MESSAGE)
    assert not is_message(b"Note: this is text\n\nFrom: nobody\nSubject: nothing")
    assert not is_message(b"<html><body>From: a\nSubject: b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Wed, 4 Mar 2009 17:31:20 -0800",
            PublishedMoment(dt.datetime(2009, 3, 4, 17, 31, 20), "minute", -480, "header"),
        ),
        (
            "Wed, 04 Mar 09 17:31:20 PST",
            PublishedMoment(dt.datetime(2009, 3, 4, 17, 31, 20), "minute", -480, "header"),
        ),
        ("4 Mar 2009 17:31:20 -0000", PublishedMoment(dt.datetime(2009, 3, 4, 17, 31, 20), "minute", None, "header")),
        (
            "Wed, 4 Mar 2009 17:31:20 +9999",
            PublishedMoment(dt.datetime(2009, 3, 4, 17, 31, 20), "minute", None, "header"),
        ),
        ("Thu, 99 Foo 20099 99:99:99", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header_is_read_or_nothing_is_made_of_it(text: str | None, expected: PublishedMoment | None) -> None:
    assert read_mail_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sample Writer <s@kernel-log.example>", ("Sample Writer", "s@kernel-log.example")),
        ('"Writer, Sample" <s@kernel-log.example>', ("Writer, Sample", "s@kernel-log.example")),
        ("s@kernel-log.example (Sample Writer)", ("Sample Writer", "s@kernel-log.example")),
        ("s@kernel-log.example", ("s@kernel-log.example", "s@kernel-log.example")),
        ("Sample Writer <sample () kernel-log ! example>", ("Sample Writer", "sample@kernel-log.example")),
        ("Sample Writer <sample@xxxxxxxx>", ("Sample Writer", None)),
        ("Sample Writer <>", ("Sample Writer", None)),
        ("", (None, None)),
    ],
)
def test_a_sender_has_a_name_and_an_address(text: str, expected: tuple[str | None, str | None]) -> None:
    assert name_and_address(text) == expected


def test_of_a_mailbox_the_mail_that_was_asked_for_is_read() -> None:
    second = MESSAGE.replace(b"a@b.example", b"c@d.example").replace(b"words", b"other words")
    mailbox = (
        b"From s@b.example Thu Mar  5 01:31:20 2009\n"
        + MESSAGE
        + b"\nFrom s@b.example Thu Mar  5 02:31:20 2009\n"
        + second
    )

    assert read_message(mailbox, None, "c@d.example").body.strip() == "other words"
    assert read_message(mailbox, None, "unknown").body.strip() == "words"


def test_plain_text_is_preferred_to_markup_and_pictures_are_left_out() -> None:
    message = (
        b"From: s@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=cut\n\n"
        b"--cut\nContent-Type: text/html\n\n<p>marked <b>up</b></p>\n--cut\nContent-Type: text/plain; charset=iso-8859-1\n"
        b"Content-Transfer-Encoding: quoted-printable\n\ncaf=E9\n--cut\nContent-Type: image/png\n\nPNG\n--cut--\n"
    )

    assert read_message(message, None, "").body.strip() == "café"
    assert read_message(message.replace(b"text/plain", b"image/gif"), None, "").body.strip() == "marked up"


def test_a_message_id_loses_its_brackets() -> None:
    assert message_id("<a@b.example> (sent by x)") == "a@b.example"
    assert message_id("a@b.example") == "a@b.example"
    assert message_id("none at all") is None
