"""Links: the words around an anchor that says nothing."""

import pytest

from flows.reading.links import clause_around, make_links
from flows.sources.registry import link_identifier


def clause(text: str) -> str:
    """The clause of the anchor between brackets ``⟨ ⟩`` in a sentence."""
    start, end = text.index("⟨"), text.index("⟩") - 1
    return clause_around(text.replace("⟨", "").replace("⟩", ""), start, end)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Version 1.6 of the server is out (⟨1⟩, 2, documentation).", "Version 1.6 of the server is out"),
        ("Version 1.6 of the server is out (1, ⟨2⟩, documentation).", "Version 1.6 of the server is out"),
        ("Version 1.6 of the server is out (1, 2, ⟨documentation⟩).", "Version 1.6 of the server is out"),
        (
            "The stable series grew (see ⟨1⟩ and 2), and a driver was lost (⟨3⟩).".replace("⟨1⟩", "1"),
            "a driver was lost",
        ),
        ("The stable series grew (see ⟨1⟩ and 2), and a driver was lost (3).", "The stable series grew"),
        ("Btrfs learns RAID 5 (e.g. ⟨1⟩); Ext4 does not.", "Btrfs learns RAID 5"),
        ("Btrfs learns RAID 5 (1); Ext4 gets [⟨2⟩] discard.", "Ext4 gets"),
        ("Torvalds ⟨released⟩ rc7 on Monday, but warned of an rc8.", "Torvalds released rc7 on Monday"),
        ("Torvalds released rc7, but ⟨warned⟩ of an rc8.", "warned of an rc8"),
        ("The ⟨driver⟩, which is new, works.", "The driver"),
        ("(⟨1⟩) A fix followed.", "A fix followed"),
        ("⟨1⟩", ""),
    ],
)
def test_the_clause_is_what_the_anchor_stands_for(sentence: str, expected: str) -> None:
    found = clause(sentence)
    assert found.removeprefix("but ").removeprefix("and ") == expected


def test_links_keep_sentence_section_and_order() -> None:
    text = "First sentence with nothing. X.org is mentioned here. The third has two links."
    hrefs = ["http://x.org/", "mailto:me@example.org", "http://lwn.net/Articles/325485/#c", "http://example.org/"]
    places = [(text.index(word), text.index(word) + len(word)) for word in ("X.org", "mentioned", "two", "links")]
    anchors = [(*place, href) for place, href in zip(places, hrefs, strict=True)]
    links = make_links([(4, text, anchors)], link_identifier())
    assert [(link.position, link.section_position, link.anchor, link.kind, link.key) for link in links] == [
        (0, 4, "X.org", "page", "x.org"),
        (1, 4, "two", "lwn", "325485"),
        (2, 4, "links", "page", "example.org"),
    ]
    assert [link.sentence for link in links] == ["X.org is mentioned here.", *["The third has two links."] * 2]
    assert links[1].href == "http://lwn.net/Articles/325485/"


def test_a_link_without_words_is_no_link() -> None:
    assert (
        make_links([(0, "a b", [(1, 2, "http://example.org/"), (1, 1, "http://example.org/")])], link_identifier())
        == ()
    )


def test_of_a_sentence_too_long_to_be_one_the_words_around_the_anchor_are_taken() -> None:
    text = "word " * 5000
    [link] = make_links([(0, text, [(10_000, 10_004, "http://example.org/")])], link_identifier())
    assert len(link.sentence) < 1000
    assert set(link.sentence.split()) == {"word"}
    text = "(" * 5000 + "1" + ")" * 5000
    [link] = make_links([(0, text, [(5000, 5001, "http://example.org/")])], link_identifier())
    assert len(link.sentence) < 1000
