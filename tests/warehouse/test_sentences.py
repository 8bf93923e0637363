import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Stable kernel 2.6.27.18 and the candidate 2.6.29-rc7 were both built today",
        "J. R. Okajima and H. Peter Anvin answered Paul E. McKenney.",
        "Some file systems, e.g. Btrfs, i.e. the young ones, vs. Ext3 etc. were compared.",
        "X.org 7.4 and LWN.net are reached from mm/slab.c and /proc/sys alike.",
        "Mr. Bunk asked St. Louis for approx. 5 patches (cf. Fig. 3, vol. 2).",
        "The old firm Foo Inc. said so on Jan. 5 at 3 p.m. in the afternoon.",
        "Linus Torvalds hat Linux 3.0 am 21. Juli 2011 freigegeben.",
        "Am 30. und 31. August tagt man, vom 3. bis 5. September ist frei, und am Freitag, 9. April 2010, geht es weiter.",
        "Der 2. Kandidat ist im 3. Quartal fällig.",
        "A big.LITTLE machine runs the code of head.S and the FOSS.IN talks on it.",
    ],
)
def test_nothing_inside_ends_a_sentence(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It runs. It works! Does it? Yes.", ["It runs.", "It works!", "Does it?", "Yes."]),
        ("Linux 2.6.29-rc7 is out. 2.6.30 will follow.", ["Linux 2.6.29-rc7 is out.", "2.6.30 will follow."]),
        (
            "It is in entry.S. Read it on a big.LITTLE. It is big. LITTLE is not.",
            ["It is in entry.S.", "Read it on a big.LITTLE.", "It is big.", "LITTLE is not."],
        ),
        ("See main.c. It is short.", ["See main.c.", "It is short."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("(See the mail.) The rest is old.", ["(See the mail.)", "The rest is old."]),
        ("The answer is no. The end.", ["The answer is no.", "The end."]),
        ("1. Build it. 2. Boot it.", ["1. Build it.", "2. Boot it."]),
        ("Kernel status\n\nVersion 2.6.29 is near.", ["Kernel status", "Version 2.6.29 is near."]),
        ("e.g.\n \nNext", ["e.g.", "Next"]),
        (
            "There were 30. August was calm. May I see 5. then?",
            ["There were 30.", "August was calm.", "May I see 5.", "then?"],
        ),
        (
            "Im Juli waren es 30. Der Mai hat 31. Tage nennt niemand.",
            ["Im Juli waren es 30.", "Der Mai hat 31.", "Tage nennt niemand."],
        ),
        ("Größe „é“ ist 5. 😀 Next.", ["Größe „é“ ist 5.", "😀 Next."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


PROSE = st.text(alphabet='aA2.?!"()[] \n\t•-é😀“”', max_size=200) | st.text(max_size=80)


@given(PROSE)
def test_ranges_are_in_order_and_hold_every_visible_character(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(PROSE)
def test_no_sentence_crosses_a_blank_line(text: str) -> None:
    assert all("\n\n" not in sentence for sentence in sentences(text))
