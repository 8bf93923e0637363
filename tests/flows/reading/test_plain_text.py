"""Whose words are whose in plain text."""

from hypothesis import given
from hypothesis import strategies as st

from flows.reading.plain_text import find_addresses, read_plain


def quoted(text: str) -> list[str]:
    plain = read_plain(text)
    return [plain.text[start:end] for start, end in plain.quoted]


def test_wrapped_lines_of_a_paragraph_become_one_line() -> None:
    text = "The first line of this paragraph is as long as mail is\nwrapped, and here it ends.\n\nAnother one.\nA short line stays.\n"

    assert read_plain(text).text == (
        "The first line of this paragraph is as long as mail is wrapped, and here it ends.\n\nAnother one.\nA short line stays."
    )


def test_bullets_keep_their_lines_and_gather_their_continuations() -> None:
    text = "What is new:\n - a first thing that needs more than one line to be\n   told\n - a second\n"

    assert read_plain(text).text.split("\n") == [
        "What is new:",
        " - a first thing that needs more than one line to be told",
        " - a second",
    ]


def test_code_keeps_its_lines() -> None:
    text = "    if (entry->number != inode->number && !entry->dead)\n            return -ESTALE;"

    assert read_plain(text).text == text


def test_an_indented_message_is_a_paragraph() -> None:
    text = "    This version of the stable series contains a single change\n    that is larger than usual."

    assert "\n" not in read_plain(text).text


def test_quotes_with_their_attribution_are_not_the_authors_words() -> None:
    text = "Hello,\n\nOn Tuesday, Sample Poster wrote:\n> It is wrong.\n>> Is it?\n\nIt is not.\n> So?\nNo.\n"

    assert quoted(text) == ["On Tuesday, Sample Poster wrote:\n> It is wrong.\n>> Is it?", "> So?"]


def test_signature_and_list_footer_are_not_the_authors_words() -> None:
    assert quoted("Yes.\n\n-- \nSample Writer\n") == ["--\nSample Writer"]
    assert quoted("Yes.\n--\nTo unsubscribe from this list: send the line\nmore") == [
        "--\nTo unsubscribe from this list: send the line\nmore"
    ]
    assert quoted("Yes.\n_______________________________________________\nxorg mailing list\nhttp://x.example") != []


def test_patches_are_told_apart_and_words_after_them_are_own_again() -> None:
    text = "See:\n\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n\nWhat do you think of it?\n"
    plain = read_plain(text)

    assert plain.has_patch
    assert quoted(text) == ["--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b"]


def test_trailers_stay_lines() -> None:
    text = "Signed-off-by: Sample Writer With a Long Name <sample@kernel-log.example>\nCc: Sample Reader <reader@kernel-log.example>"

    assert read_plain(text).text == text


def test_addresses_end_before_punctuation() -> None:
    text = "(see http://a.example/x_(y), <https://b.example/?q=1;h=2>, http://c.example/.)"

    assert [address for *_, address in find_addresses(text)] == [
        "http://a.example/x_(y)",
        "https://b.example/?q=1;h=2",
        "http://c.example/",
    ]
    assert all(text[start:end] == address for start, end, address in find_addresses(text))


@given(
    st.lists(
        st.sampled_from(
            [
                "> q",
                "own words here",
                " - item",
                "",
                "-- ",
                "diff --git a b",
                "+x",
                "On X wrote:",
                "\tcode",
                "a" * 70,
            ]
        )
    )
)
def test_no_word_is_lost_and_ranges_are_in_order(lines: list[str]) -> None:
    plain = read_plain("\n".join(lines))

    assert plain.text.split() == " ".join(lines).split()
    ends = [0, *(place for span in plain.quoted for place in span)]
    assert ends == sorted(ends) and ends[-1] <= len(plain.text)
