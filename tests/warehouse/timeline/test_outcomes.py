import datetime as dt

import numpy as np
import pytest

from warehouse.timeline.outcomes import DatedClaim, follow_ups, outcome_of

EXPECTED = "The Aufs2 file system may be merged in 2.6.30."


def said(text: str, day: str, source: str = "", terms: tuple[str, ...] = ()) -> DatedClaim:
    return DatedClaim(text, source or day, dt.date.fromisoformat(day), frozenset(terms))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Torvalds has merged Aufs2 into 2.6.30.", "happened"),
        ("Aufs2 found its way into Linux 2.6.30 after all.", "happened"),
        ("Aufs2 was not merged in 2.6.30.", "did_not_happen"),
        ("Aufs2 did not make it into 2.6.30, as reviewers had many questions.", "did_not_happen"),
        ("Hellwig rejected Aufs2 for good.", "did_not_happen"),
        ("The merge of Aufs2 was postponed to 2.6.31.", "postponed"),
        ("Aufs2 was reviewed again, but it was not merged in 2.6.30.", "did_not_happen"),
        ("Aufs2 was out of tree for years, but was merged in 2.6.30.", "happened"),
        ("Aufs2 was finally merged in 2.6.33.", "happened_later"),
    ],
)
def test_a_sentence_that_decides_the_matter_is_its_outcome(text: str, verdict: str) -> None:
    assert outcome_of(EXPECTED, text) == verdict


@pytest.mark.parametrize(
    "text",
    [
        "Aufs2 may still be merged in 2.6.31.",
        "Aufs2 will be merged as soon as it is ready.",
        "Okajima posted Aufs2 again for review.",
        "Btrfs was merged in 2.6.29, while Aufs2 waits for a review.",
        "Nilfs2 was merged in 2.6.30.",
        "Whether Aufs2 was merged is not known.",
        "If Aufs2 is merged, Unionfs will be forgotten.",
        "Aufs2 has not yet been merged.",
        "Was Aufs2 merged in 2.6.30?",
        "In many cases Aufs2 can simply be merged.",
        "Okajima released a new version of Aufs2.",
        "The Aufs2 file system has seen delayed reviews.",
        "Aufs2 appears to be getting closer to inclusion.",
    ],
)
def test_plans_conditions_and_other_matters_decide_nothing(text: str) -> None:
    assert outcome_of(EXPECTED, text) is None


def test_a_release_that_was_expected_is_answered_by_its_release() -> None:
    expected = "Linux 2.6.29 should be released in two weeks."
    assert outcome_of(expected, "Torvalds released Linux 2.6.29 on Monday.") == "happened"
    assert outcome_of(expected, "Torvalds released Linux 2.6.28.8 on Monday.") is None


LATER = [
    said("KVM was merged into 2.6.20 long ago.", "2009-04-01", terms=("kvm",)),
    said("Okajima sent the Aufs2 file system for another review.", "2009-04-02", terms=("aufs",)),
    said("The Aufs2 file system was not merged in 2.6.30.", "2009-06-10", terms=("aufs",)),
    said("The Aufs2 file system is still not accepted.", "2009-09-01", terms=("aufs",)),
    said("The Aufs2 file system was new then.", "2009-01-01", terms=("aufs",)),
]


def test_later_statements_on_the_matter_come_in_order_of_date() -> None:
    found = follow_ups(said(EXPECTED, "2009-03-04", terms=("aufs",)), LATER[::-1])
    assert [LATER[::-1][follow_up.row].date.isoformat() for follow_up in found] == [
        "2009-04-02",
        "2009-06-10",
        "2009-09-01",
    ]


def test_only_the_first_answer_to_an_expectation_is_its_outcome() -> None:
    found = follow_ups(said(EXPECTED, "2009-03-04", terms=("aufs",)), LATER)
    assert [follow_up.outcome for follow_up in found] == [None, "did_not_happen", None]


def test_the_outcome_stays_when_there_is_room_for_one() -> None:
    found = follow_ups(said(EXPECTED, "2009-03-04", terms=("aufs",)), LATER, limit=1)
    assert [(follow_up.row, follow_up.outcome) for follow_up in found] == [(2, "did_not_happen")]


def test_what_is_past_has_follow_ups_but_no_outcome() -> None:
    found = follow_ups(said("The Aufs2 file system was posted.", "2009-03-04", terms=("aufs",)), LATER)
    assert found
    assert not any(follow_up.outcome for follow_up in found)


def test_the_same_source_does_not_follow_itself() -> None:
    origin = said(EXPECTED, "2009-03-04", "issue", ("aufs",))
    assert follow_ups(origin, [said("The Aufs2 file system was merged.", "2009-05-01", "issue", ("aufs",))]) == []


def test_meaning_counts_where_both_sides_have_a_vector() -> None:
    origin = DatedClaim("A union mount is wanted.", "a", dt.date(2009, 1, 1), vector=np.array([1.0, 0.0]))
    near = DatedClaim("Stacking directories was done.", "b", dt.date(2009, 2, 1), vector=np.array([1.0, 0.0]))
    off = DatedClaim("Printers were mended.", "c", dt.date(2009, 2, 1), vector=np.array([0.0, 1.0]))
    assert [follow_up.row for follow_up in follow_ups(origin, [near, off])] == [0]


def test_no_later_statement_gives_none() -> None:
    assert follow_ups(said(EXPECTED, "2009-03-04"), []) == []
