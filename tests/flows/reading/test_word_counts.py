"""The count of words: what was kept, what was boilerplate, what was lost, and which damage is ours."""

import pytest

from flows.reading.audit import shown_text
from flows.reading.word_counts import count_words, damage

PAGE = shown_text("<div>Home <a>News</a></div><h1>A title</h1><p>versions 2.6.27.18 and 2.6.28.6, which are out</p>")


def test_what_is_kept_and_what_is_boilerplate_are_all_words() -> None:
    count = count_words([PAGE], ["A title", "versions 2.6.27.18 and 2.6.28.6, which are out"], ["Home News"])
    assert (count.visible, count.kept, count.boilerplate, count.lost) == (17, 15, 2, ())
    assert (count.damage_made, count.damage_found) == (0, 0)


def test_a_lost_word_is_named_and_its_damage_is_ours() -> None:
    count = count_words([PAGE], ["A title", "versions and, which are out"], ["Home News"])
    assert sorted(count.lost) == ["18", "2", "2", "27", "28", "6", "6", "6"]
    assert count.visible == count.kept + count.boilerplate + len(count.lost)
    assert (count.damage_made, count.damage_found) == (2, 0)


def test_damage_of_the_page_itself_is_only_reported() -> None:
    text = "versions and, which are out"
    count = count_words([shown_text(f"<p>{text}</p>")], [text], [])
    assert (count.damage_made, count.damage_found) == (0, 2)


def test_a_word_kept_twice_counts_once() -> None:
    count = count_words([shown_text("<p>one two</p>")], ["one two", "one two"], ["one"])
    assert (count.visible, count.kept, count.boilerplate) == (2, 2, 0)


def test_lines_cut_otherwise_are_matched_word_by_word() -> None:
    count = count_words([shown_text("<p>one<br>two – drei vier fünf</p>")], ["one two –\n\ndrei", "vier"], ["fünf"])
    assert (count.visible, count.kept, count.boilerplate, count.lost) == (5, 4, 1, ())


@pytest.mark.parametrize(
    "text",
    [
        "so versions and, which were already mentioned",
        "version 1.11.0 of's X Server",
        "the new target LIO ( target) was",
        "as can be read at . The next",
        "the kernels , and",
        "it came from ,, who",
        "the tool () does",
    ],
)
def test_a_signature_of_lost_words_is_seen(text: str) -> None:
    assert damage(text).total() >= 1


@pytest.mark.parametrize(
    "text",
    [
        "The kernel's scheduler, which is fair, runs kfree() and so on.",
        "Linux's future: X.org, Mesa, and (perhaps) Wayland; ...",
        "In version 2.6.29, which is out, it is. It works on 2.6.28, too.",
        "the range 1 .. 5 and ./configure",
    ],
)
def test_whole_text_has_no_signature(text: str) -> None:
    assert damage(text).total() == 0
