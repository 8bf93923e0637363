import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.errors import UsageError
from warehouse.records import Filters
from warehouse.timeline import MOST_COMPARED, Timelines, open_timelines

DAY = dt.date


def test_topic_shows_its_turns_in_order_of_date(timelines: Timelines):
    found = timelines.topic("btrfs")
    assert [entry.document_id for entry in found.entries][:1] == ["mail-1"]
    assert [entry.date for entry in found.entries] == sorted(entry.date for entry in found.entries)
    assert DAY(2009, 3, 23) in {entry.date for entry in found.entries}


def test_every_bar_gives_the_share_of_the_words_of_its_time(timelines: Timelines):
    bars = {bar.start: bar for bar in timelines.topic("btrfs", zoom="month").bars}
    assert bars[DAY(2009, 1, 1)].documents == ("mail-1",)
    assert 0 < bars[DAY(2009, 1, 1)].share < 1
    assert bars[DAY(2009, 2, 1)].share == 0
    assert bars[DAY(2009, 3, 1)].share == 1


def test_a_parent_has_the_share_of_its_children_together(timelines: Timelines):
    span = {"zoom": "month", "start": DAY(2009, 1, 1), "end": DAY(2009, 6, 30)}
    parent, xen, kvm = (timelines.topic(name, **span).bars for name in ("virtualisation", "xen", "kvm"))
    for whole, one, other in zip(parent, xen, kvm, strict=True):
        assert whole.share == pytest.approx(one.share + other.share)


def test_bars_of_releases_begin_on_their_days(timelines: Timelines):
    found = timelines.topic("xen", zoom="release")
    assert [mark.version for mark in found.kernel_releases] == ["2.6.29", "2.6.30"]
    assert {mark.released_on for mark in found.kernel_releases} <= {bar.start for bar in found.bars}


def test_a_topic_without_text_has_no_bars_and_no_entries(timelines: Timelines):
    found = timelines.topic("ext4")
    assert (found.bars, found.entries) == ((), ())
    assert found.notes


def test_documents_after_the_end_are_not_used(timelines: Timelines):
    for found in (
        timelines.topic("btrfs", end=DAY(2009, 3, 24)),
        timelines.question("merge of Btrfs", end=DAY(2009, 3, 24)),
    ):
        assert {entry.document_id for entry in found.entries} == {"mail-1"}


def test_days_before_the_start_are_not_shown(timelines: Timelines):
    found = timelines.topic("btrfs", start=DAY(2009, 2, 1))
    assert found.entries
    assert all(entry.date_end >= DAY(2009, 2, 1) for entry in found.entries)


def test_compared_topics_share_one_axis(timelines: Timelines):
    one, other = timelines.compare(["btrfs", "xen"], zoom="month")
    assert [(bar.start, bar.end) for bar in one.bars] == [(bar.start, bar.end) for bar in other.bars]


@pytest.mark.parametrize("number", [0, MOST_COMPARED + 1])
def test_one_to_six_topics_are_compared(timelines: Timelines, number: int):
    with pytest.raises(UsageError, match="one to 6"):
        timelines.compare(["btrfs"] * number)


def test_a_topic_is_found_by_a_name_that_it_alone_has(timelines: Timelines):
    assert timelines.topic("xen  DOM0") == timelines.topic("xen")


def test_an_unknown_topic_is_named_with_those_near_it(timelines: Timelines):
    with pytest.raises(UsageError, match=r"btrfs\?.* klog sql .* `topics` over HTTP"):
        timelines.topic("btr")


@pytest.mark.parametrize(
    "wrong", [{"entries": 0}, {"zoom": "week"}, {"start": DAY(2010, 1, 1), "end": DAY(2009, 1, 1)}]
)
def test_what_makes_no_sense_is_refused(timelines: Timelines, wrong: dict):
    with pytest.raises(UsageError):
        timelines.topic("btrfs", **wrong)


def test_a_question_is_answered_by_a_sentence_of_each_document(timelines: Timelines):
    found = timelines.question("Btrfs in 2.6.29")
    assert [entry.document_id for entry in found.entries] == ["mail-1", "lwn-3"]


def test_names_are_answered_by_statements_that_stand_alone(timelines: Timelines):
    found = timelines.question("Btrfs format")  # and not by "Its format on the disk may still change."
    assert [entry.text for entry in found.entries] == ["Btrfs may be merged in 2.6.29."]
    assert not found.entries[0].reported  # 2.6.29 has a day


def test_a_sentence_without_a_time_has_the_day_of_its_report(timelines: Timelines):
    found = timelines.question("Chris Mason and Linus Torvalds")
    (asked,) = [entry for entry in found.entries if entry.text.startswith("Chris Mason asks")]
    assert (asked.date, asked.reported) == (DAY(2009, 1, 6), True)


def test_a_question_about_when_is_answered_first_with_day_release_and_source(timelines: Timelines):
    found = timelines.question("when was Btrfs merged?")
    assert found.answer is not None
    assert (found.answer.kernel_release, found.answer.date_end) == ("2.6.29", DAY(2009, 3, 23))
    assert found.answer.entry is not None
    assert found.answer.entry.text.startswith("Btrfs was merged in 2.6.29")
    assert found.answer.source == "https://archive.example/lwn-3"
    (only,) = timelines.question("when was Btrfs merged?", entries=1).entries
    assert only.event_id == found.answer.entry.event_id


def test_a_question_about_when_is_answered_although_its_search_finds_nothing(
    timelines: Timelines, monkeypatch: pytest.MonkeyPatch
):
    search_hits = timelines.questions._search_hits
    nothing = {"hits": (), "notes": (), "suggestions": ()}
    monkeypatch.setattr(timelines.questions, "_search_hits", lambda *asked: replace(search_hits(*asked), **nothing))
    found = timelines.question("when was Btrfs merged?")
    assert found.answer is not None
    assert (found.answer.kernel_release, found.entries, found.notes) == ("2.6.29", (), ())


def test_the_day_of_a_release_is_answered_from_the_table_of_releases(timelines: Timelines):
    found = timelines.question("when was 2.6.30 released?")
    assert found.answer is not None
    assert (found.answer.date, found.answer.source, found.answer.entry) == (DAY(2009, 6, 9), "the announcement", None)


@pytest.mark.parametrize("query", ["when was Xen Dom0 merged", "when was Btrfs removed", "has Ext4 been merged?"])
def test_what_the_archive_does_not_say_has_no_answer(timelines: Timelines, query: str):
    found = timelines.question(query)
    assert found.answer is None
    assert any("says when that happened" in note or "Nothing in the archive" in note for note in found.notes)


def test_a_question_on_a_topic_is_answered_by_sentences_that_name_it(timelines: Timelines):
    for entry in timelines.question("when was Btrfs merged").entries:
        assert "Btrfs" in entry.text


@pytest.mark.parametrize("query", ["apple pie recipe", "", "?!", "zzqqx"])
def test_a_question_that_nothing_answers_gives_no_entries(timelines: Timelines, query: str):
    found = timelines.question(query)
    assert found.entries == ()
    assert found.notes


def test_filters_hold_for_documents_found_by_a_link_too(timelines: Timelines):
    found = timelines.question("when was Btrfs merged", filters=Filters(kinds=("lwn",)))
    assert {entry.kind for entry in found.entries} == {"lwn"}


def test_a_topics_name_alone_is_the_topic(timelines: Timelines):
    found = timelines.question(" xen  DOM0 ")
    assert found.topic_id == "xen"
    assert found.notes[-1] == "The bars are those of the topic 'Xen'; xen DOM0 is one of its names."
    by_year = timelines.question("xen DOM0", zoom="year")
    assert (by_year.zoom, {(bar.start.month, bar.start.day) for bar in by_year.bars}) == ("year", {(1, 1)})
    assert not any("bars" in note for note in timelines.question("xen").notes)


def test_a_question_without_a_search_is_refused(release: Path):
    with open_timelines(release, None) as opened, pytest.raises(UsageError, match="search"):
        opened.question("Btrfs in the kernel")


@pytest.mark.parametrize("anchor", ["mail-1:0", "mail-1:0.e1", "mail-1"])
def test_the_outcome_of_an_expectation_is_marked(timelines: Timelines, anchor: str):
    found = timelines.next(anchor)
    (outcome,) = [entry for entry in found.entries if entry.outcome_of]
    assert outcome.document_id == "lwn-3"
    assert outcome.outcome_of == "mail-1:0.e1"
    assert outcome.text.startswith("Btrfs was merged in 2.6.29")


def test_what_happened_next_is_later_and_of_other_documents(timelines: Timelines):
    for entry in timelines.next("mail-1:0").entries:
        assert entry.date > DAY(2009, 1, 6)
        assert entry.document_id != "mail-1"


def test_nothing_happened_after_the_last_document(timelines: Timelines):
    assert timelines.next("issue-4:0").entries == ()


def test_what_happened_next_needs_no_search(release: Path):
    with open_timelines(release, None) as opened:
        assert "lwn-3" in {entry.document_id for entry in opened.next("mail-1").entries}


def test_an_unknown_anchor_is_refused(timelines: Timelines):
    with pytest.raises(UsageError, match="nothing-7"):
        timelines.next("nothing-7")
