import numpy as np
import pytest

from warehouse.timeline.aboutness import MENTIONED, NAMED, find_about
from warehouse.timeline.statement_index import StatementIndex
from warehouse.timeline.statement_words import statement_words
from warehouse.timeline.subject import Subject, read_subject

RARE = ("hyper", "v", "risc", "multi", "generat", "lru", "page", "reclaim", "smack", "tomoyo", "printk", "btrfs")
NUMBERS = {word: number for number, word in enumerate((*RARE, "driver", "rework", "kernel", "random"))}


def read(query: str) -> Subject:
    return read_subject(query, NUMBERS.get, lambda number: 6.0 if number < len(RARE) else 3.0)


def units(query: str) -> list[list[tuple[int, ...] | None]]:
    return [[unit for unit, _ in name.units] for name in read(query).names]


def test_a_list_of_names_is_several_and_each_is_enough():
    assert units("Smack, TOMOYO and the page reclaim") == [
        [(NUMBERS["smack"],)], [(NUMBERS["tomoyo"],)], [(NUMBERS["page"],), (NUMBERS["reclaim"],)],
    ]  # fmt: skip


def test_a_compound_is_named_by_all_its_parts():
    assert units("Hyper-V") == [[(NUMBERS["hyper"], NUMBERS["v"])]]
    assert units("RISC-V") != units("Hyper-V")
    assert units("page_reclaim") == [[(NUMBERS["page"], NUMBERS["reclaim"])]]


def test_words_for_what_happens_to_anything_weigh_little():
    (name,) = read("the rework of printk").names
    weights = dict(name.units)
    assert weights[(NUMBERS["printk"],)] > 0.9 > 0.1 > weights[(NUMBERS["rework"],)]


def test_a_word_that_the_archive_lacks_still_counts():
    (name,) = read("btrfs zzyzx").names
    assert dict(name.units)[None] > 0.5
    assert read("btrfs zzyzx").words == (NUMBERS["btrfs"],)


@pytest.mark.parametrize("query", ["", "and", "the, or", "-- / --", "."])
def test_a_query_without_words_has_no_names(query: str):
    assert read(query) == Subject((), ())


def test_words_of_addresses_are_not_read_and_a_file_system_is_a_filesystem():
    assert statement_words("See https://man7.org/linux/random.2.html for file systems") == statement_words(
        "See for filesystems"
    )


def test_an_identifier_is_read_in_parts_and_a_release_whole():
    assert statement_words("page_reclaim() and __PRINTK__ in 2.6.29-rc7") == ["page", "reclaim", "printk", "2.6.29-rc7"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("do_fork() calls IS_ERR(), as it should", ["do", "fork", "call", "is", "err"]),
        ("The a.out format is out", ["a", "out", "format", "out"]),
        ("It can use the CAN bus", ["can", "use", "can", "bus"]),
        ("It can use the bus.", ["use", "bus"]),
        ("HOW CAN IT BE", []),
        ("state-of-the-art and/or not", ["state", "art"]),
    ],
)
def test_function_words_are_read_where_they_are_names(text: str, words: list[str]):
    assert statement_words(text) == words


def test_accents_and_the_letter_before_a_version_make_no_other_word():
    assert statement_words("Jérôme Łoś maintains v6.1") == statement_words("jerome los maintains 6.1")


def test_sentences_about_a_subject_name_it_or_stand_near_a_name(release, index: StatementIndex):
    about = find_about(index, index.subject("Btrfs"), None, first=1, last=3_000_000)
    assert len(about.rows)
    assert (about.covered >= MENTIONED).all()
    words = [index.words_of(row).tolist() for row in about.rows.tolist()]
    term = index.terms["btrfs"]
    assert [term in one for one in words] == (about.named >= NAMED).tolist()
    assert np.isfinite(about.company).all()


@pytest.fixture
def index(release):
    return StatementIndex(release / "statements")
