"""Bytes to text to tree."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.decoding import decode
from flows.reading.html import parse_tree, read_page
from warehouse.errors import PageSetAside
from warehouse.records import Capture

GERMAN = "Für „große“ Änderungen – 5 €"


def capture(body: bytes, charset: str | None = None) -> Capture:
    return Capture("c", "http://example.org/", 200, "text/html", dt.datetime(2009, 3, 9), body, charset)


@pytest.mark.parametrize(
    ("body", "charset", "used"),
    [
        (GERMAN.encode(), "utf-8", "utf-8"),
        (GERMAN.encode(), None, "utf-8"),
        (GERMAN.encode(), "iso-8859-1", "utf-8"),  # a lie: no text in Latin-1 is UTF-8 by chance
        (GERMAN.encode("cp1252"), "iso-8859-1", "cp1252"),
        (GERMAN.encode("cp1252"), "utf-8", "cp1252"),
        (GERMAN.encode("cp1252"), None, "cp1252"),
        (GERMAN.encode("cp1252"), "no-such-charset", "cp1252"),
        (GERMAN.encode("cp1252"), "zip", "cp1252"),
        (b'<meta charset="windows-1251">' + "Привет".encode("cp1251"), None, "cp1251"),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + "Привет".encode("koi8-r"), None, "koi8-r"),
        (GERMAN.encode("utf-8-sig"), "iso-8859-1", "utf-8"),
        (b"\xff\xfe" + GERMAN.encode("utf-16-le"), None, "utf-16-le"),
    ],
)
def test_the_bytes_say_more_than_what_is_declared(body: bytes, charset: str | None, used: str) -> None:
    decoded = decode(body, charset)
    assert decoded.charset == used
    assert decoded.text.endswith((GERMAN, "Привет"))


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    decoded = decode((GERMAN * 5).encode() + b"\xff cut \xc3", "utf-8")
    assert decoded.charset == "utf-8"
    assert decoded.text.startswith(GERMAN)


def test_control_characters_are_left_out() -> None:
    assert decode(b"a\x08b\x7fcd\te\r\n").text == "abcd\te\r\n"


def test_mojibake_is_mended_where_it_is_and_nowhere_else() -> None:
    good = "<p>naïve – “quoted” Ärger</p>"
    bad = "<p>versions â€“ and donâ€™t, FÃ¼r, 1Â\u00a0find</p>"
    decoded = decode((good + bad).encode())
    assert decoded.text == good + "<p>versions – and don’t, Für, 1\u00a0find</p>"
    assert decoded.repaired == 1
    assert decoded.facts == {"mojibake_repaired": 1}
    assert decode(good.encode()).facts == {}


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_utf_8_without_mojibake_is_read_as_it_is(text: str) -> None:
    decoded = decode(text.encode())
    if not decoded.repaired:
        assert decoded.text == text.removeprefix("\ufeff") or text.startswith("\ufeff")


@given(
    st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "utf-7", "big5", "x", "\0", "base64"])
)
def test_any_bytes_are_text(body: bytes, charset: str | None) -> None:
    assert isinstance(decode(body, charset).text, str)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\0\0", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "not_html"),
        (b"PK\x03\x04" + bytes(range(256)), "not_html"),
        (b"just words", "not_html"),
        (b"<" * 10_000_000, "not_html"),
        (b"<p>" + b"<" * 10_000_000, "too_many_tags"),
        (b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000, "too_deep"),
        (b"<!-- only a comment -->", "not_html"),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(PageSetAside) as error:
        read_page(capture(body))
    assert error.value.reason == reason


def test_a_tree_may_be_deep_and_nothing_in_it_is_lost() -> None:
    page = read_page(capture(b"<div>" * 1500 + b"deep" + b"</div>" * 1500 + b"<p>after</p>"))
    assert [block.text for block in page.visible.blocks] == ["deep", "after"]


def test_a_page_tells_title_language_and_meta() -> None:
    page = read_page(
        capture(
            b'<html lang="de-DE"><head><title> A <b>b</b>\n c</title><meta name="Date" content="2009"></head><body>x</body>'
        )
    )
    assert page.title.startswith("A")
    assert page.language == "de"
    assert page.meta("date") == "2009"
    assert page.meta("author") is None


def test_null_bytes_are_no_text() -> None:
    assert "".join(parse_tree("<p>a\0b</p>").itertext()) == "ab"


def test_a_page_of_frames_is_what_it_says_to_readers_without_frames() -> None:
    page = read_page(
        capture(
            b"<html><head><title>Locks</title></head><frameset cols='2*,8*'><frame src='a.html'>"
            b"<NOFRAMES><body><p>Papers on locks.</p></body></NOFRAMES></frameset></html>"
        )
    )
    assert page.title == "Locks"
    assert [block.text for block in page.visible.blocks] == ["Papers on locks."]


def test_frames_without_words_for_others_leave_nothing_to_read() -> None:
    page = read_page(capture(b"<html><title>t</title><frameset><frame src='a.html'></frameset></html>"))
    assert page.visible.blocks == ()


def test_words_for_readers_without_frames_are_unseen_where_there_are_no_frames() -> None:
    page = read_page(capture(b"<body><p>a</p><noframes>b</noframes></body>"))
    assert [block.text for block in page.visible.blocks] == ["a"]
