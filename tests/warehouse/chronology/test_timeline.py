import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from warehouse.chronology.days import DayWeights
from warehouse.chronology.statements import DatedSentence, Mention, dated_sentence
from warehouse.chronology.timeline import build_timeline

FIRST, LAST = dt.date(2009, 1, 1), dt.date(2009, 12, 31)


def said(text: str, source: str, published: str, position: int = 0) -> DatedSentence:
    return dated_sentence(text, source=source, published=dt.date.fromisoformat(published), position=position)


STORY = [
    said("The maintainers merged the Dom0 patches on 5 March.", "a", "2009-03-06"),
    said("Reviewers of the Dom0 patches had asked for changes.", "a", "2009-03-06", 1),
    said("The Dom0 patches, which Torvalds merged on 5 March, still cause trouble.", "b", "2009-04-02"),
    said("However, since 5 March the Dom0 patches are in the tree.", "c", "2009-05-20"),
    said("Nobody answered the mail about printers.", "d", "2009-03-09"),
    said("Dom0 support will be discussed on 14 July.", "e", "2009-04-20"),
]


def test_the_day_that_later_sources_still_speak_of_comes_first() -> None:
    (entry,) = build_timeline(STORY, start=FIRST, end=LAST, entries=1)
    assert entry.date == dt.date(2009, 3, 5)


def test_an_entry_is_told_by_a_sentence_that_names_its_day_and_stands_alone() -> None:
    (entry,) = build_timeline(STORY, start=FIRST, end=LAST, entries=1)
    assert entry.sentences[0] in (0, 2)


def test_entries_are_in_order_of_date_and_inside_the_span() -> None:
    entries = build_timeline(STORY, start=dt.date(2009, 3, 6), end=LAST, entries=9)
    assert [entry.date.isoformat() for entry in entries] == ["2009-03-06", "2009-03-09", "2009-04-20", "2009-07-14"]


def test_a_foretold_day_counts_less_than_one_reported_later() -> None:
    foretold = [said("The window will close on 14 July.", source, "2009-07-01") for source in "ab"]
    reported = [said("The window closed on 14 August.", source, "2009-08-30") for source in "cd"]
    scores = {e.date: e.score for e in build_timeline(foretold + reported, start=FIRST, end=LAST, entries=9)}
    assert scores[dt.date(2009, 8, 14)] > scores[dt.date(2009, 7, 14)]


def test_given_relevance_decides_between_days_equally_often_named() -> None:
    story = [
        said("The graphics driver was merged on 2 February.", "a", "2009-06-01"),
        said("The network driver was merged on 9 February.", "b", "2009-06-01"),
    ]
    for best in (0, 1):
        relevance = [1.0 if row == best else 0.1 for row in range(2)]
        (entry,) = build_timeline(story, start=FIRST, end=LAST, entries=1, relevance=relevance)
        assert entry.sentences == (best,)


def test_a_day_beside_one_already_taken_gives_way() -> None:
    story = [
        said("The kernel was released on 2 February.", "a", "2009-06-01"),
        said("The released kernel was mirrored on 3 February.", "b", "2009-06-01"),
        said("The old kernel was retired on 20 February.", "c", "2009-06-01"),
    ]
    crowded = DayWeights(crowding=0.5, crowding_days=2)
    even = [1.0, 1.0, 1.0]
    entries = build_timeline(story, start=FIRST, end=LAST, entries=2, relevance=even, weights=crowded)
    assert [entry.date.day for entry in entries] == [2, 20]


def test_sentences_of_an_entry_do_not_repeat_each_other() -> None:
    story = [
        said("Torvalds released version 2.6.29 of the kernel on 23 March.", "a", "2009-04-02"),
        said("On 23 March Torvalds released the kernel in version 2.6.29.", "b", "2009-04-03"),
        said("The merge window for new drivers opened on 23 March as well.", "c", "2009-04-04"),
    ]
    (entry,) = build_timeline(story, start=FIRST, end=dt.date(2009, 3, 31), entries=1, sentences_per_entry=2)
    assert sorted(entry.sentences) in ([0, 2], [1, 2])


def test_a_statement_without_a_day_belongs_to_the_day_of_its_source() -> None:
    entries = build_timeline([STORY[4]], start=FIRST, end=LAST, entries=3)
    assert [(entry.date, entry.sentences) for entry in entries] == [(dt.date(2009, 3, 9), (0,))]


def test_nothing_gives_nothing() -> None:
    assert build_timeline([], start=FIRST, end=LAST, entries=5) == []
    assert build_timeline(STORY, start=FIRST, end=LAST, entries=0) == []
    assert build_timeline(STORY, start=dt.date(2012, 1, 1), end=dt.date(2012, 2, 1), entries=5) == []


DAYS = st.dates(dt.date(2008, 12, 1), dt.date(2010, 1, 31))
SENTENCES = st.lists(
    st.builds(
        DatedSentence,
        text=st.sampled_from(
            ["Xen is merged.", "KVM is out.", "", "…", "Ext4 and Btrfs were compared by Ts'o in a mail."]
        ),
        source=st.sampled_from("abcde"),
        published=DAYS,
        mentions=st.lists(st.builds(lambda day: Mention(day, day), DAYS), max_size=3).map(tuple),
        position=st.integers(0, 9),
    ),
    max_size=25,
)


@given(SENTENCES, st.integers(1, 30), st.integers(1, 3))
def test_any_sentences_give_distinct_days_told_by_rows_of_the_input(
    sentences: list[DatedSentence], entries: int, per_entry: int
) -> None:
    built = build_timeline(sentences, start=FIRST, end=LAST, entries=entries, sentences_per_entry=per_entry)
    assert len(built) <= entries
    days = [entry.date for entry in built]
    assert days == sorted(set(days))
    for entry in built:
        assert FIRST <= entry.date <= LAST
        assert 1 <= len(entry.sentences) <= per_entry
        for row in entry.sentences:
            told = {mention.date for mention in sentences[row].mentions} | {sentences[row].published}
            assert entry.date in told
