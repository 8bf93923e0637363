import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work import grows_evenly
from warehouse.dates.times import FAR_DAYS, find_times

WEDNESDAY = dt.date(2009, 3, 4)
RELEASES = {
    "2.6.20": dt.date(2007, 2, 4),
    "2.6.28": dt.date(2008, 12, 24),
    "2.6.29-rc7": dt.date(2009, 3, 3),
    "2.6.29": dt.date(2009, 3, 23),
    "2.6.30": dt.date(2009, 6, 9),
    "3.0": dt.date(2011, 7, 21),
}


def read(sentence: str) -> list[tuple[str, str, str]]:
    """Surface, days (`first` or `first..last`) and precision of each expression found."""
    found = find_times(sentence, written=WEDNESDAY, releases=RELEASES)
    return [(t.surface, str(t.date) if t.date == t.date_end else f"{t.date}..{t.date_end}", t.precision) for t in found]


def days(sentence: str) -> list[str]:
    return [when for _, when, _ in read(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Torvalds opened it on 5 January 2009.", "2009-01-05"),
        ("He posted them on the 5th of January, 2009.", "2009-01-05"),
        ("It was merged on January 5th, 2009.", "2009-01-05"),
        ("Seen on Mon, 5 Jan 2009.", "2009-01-05"),
        ("He revised it on 3, 6 and 9 January 2009.", "2009-01-03..2009-01-09"),
        ("It broke on Nov. 15 , 2007 in Boston.", "2007-11-15"),
        ("The tag is dated 2008-12-24.", "2008-12-24"),
        ("The tag is dated 2008/12/24.", "2008-12-24"),
        ("Released 24.12.2008 in Germany.", "2008-12-24"),
        ("Released 12/24/2008 in America.", "2008-12-24"),
        ("The summit took place from 15 to 16 September 2008.", "2008-09-15..2008-09-16"),
        ("The summit took place on September 15-16, 2008.", "2008-09-15..2008-09-16"),
        ("It ran between 28 February and 2 March 2009.", "2009-02-28..2009-03-02"),
    ],
)
def test_full_dates_are_read_in_every_form(sentence: str, expected: str) -> None:
    assert days(sentence) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("He sent the series on 20 February.", "2009-02-20"),
        ("He sent the series on 20 November.", "2008-11-20"),
        ("The window was set to close on 10 April.", "2009-04-10"),
        ("He will speak on 20 November.", "2009-11-20"),
        ("The driver was rewritten in August.", "2008-08-01..2008-08-31"),
        ("The driver will be rewritten in August.", "2009-08-01..2009-08-31"),
        ("It is the first one since October.", "2008-10-01..2008-10-31"),
        ("Patches were posted back in May, and reviewers answered.", "2008-05-01..2008-05-31"),
        ("The developers met in March and April 2008.", "2008-03-01..2008-03-31"),
        ("Next year's meeting will be in October.", "2010-10-01..2010-10-31"),
        ("Last year's meeting was in 2008, this year's on 2 and 3 March.", "2009-03-02..2009-03-03"),
        ("It is to appear before 14 April, the day of the next talk.", "2009-04-14"),
        ("It is expected this week; 2.6.20 dates from 2 December.", "2008-12-02"),
        ("The next release is expected in late December or early January.", "2009-12-21..2010-01-10"),
        ("Its author says that the driver – expected in October – is done.", "2009-10-01..2009-10-31"),
        ("As expected in October, the driver was dropped.", "2008-10-01..2008-10-31"),
        ("It was posted last Tuesday (24 February).", "2009-02-24"),
    ],
)
def test_a_date_without_year_takes_the_year_that_fits_the_tense(sentence: str, expected: str) -> None:
    assert expected in days(sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The fix came yesterday.", "2009-03-03"),
        ("The fix came the day before yesterday.", "2009-03-02"),
        ("The fix will come tomorrow.", "2009-03-05"),
        ("He released it on Friday.", "2009-02-27"),
        ("He released it last Friday.", "2009-02-27"),
        ("He released it on Tuesday of last week.", "2009-02-24"),
        ("He will release it on Friday.", "2009-03-06"),
        ("The window opens next Tuesday.", "2009-03-10"),
        ("Last week brought a fix.", "2009-02-23..2009-03-01"),
        ("The week before last brought a fix.", "2009-02-16..2009-02-22"),
        ("He fixed it over the weekend.", "2009-02-28..2009-03-01"),
        ("Next month brings a release.", "2009-04-01..2009-04-30"),
        ("It began last autumn.", "2008-09-01..2008-11-30"),
        ("It is expected this autumn.", "2009-09-01..2009-11-30"),
        ("He was busy last March.", "2008-03-01..2008-03-31"),
        ("It was dropped in November last year.", "2008-11-01..2008-11-30"),
        ("He fixed it by the weekend.", "2009-02-28..2009-03-01"),
        ("He fixed it the night before last.", "2009-03-02"),
        ("It began the summer before last.", "2007-06-01..2007-08-31"),
        ("It has been stable since the turn of the year.", "2008-12-31..2009-01-01"),
        ("Version 10, published on Monday, will be kept for long.", "2009-03-02"),
        ("Development starts today.", "2009-03-04"),
        ("It came on the 28th.", "2009-02-28"),
        ("It will come by the 8th.", "2009-03-08"),
    ],
)
def test_days_are_counted_from_the_day_of_writing(sentence: str, expected: str) -> None:
    assert days(sentence) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected", "precision"),
    [
        ("It was promised three years ago.", "2006-01-01..2006-12-31", "year"),
        ("It was promised four full months ago.", "2008-11-01..2008-11-30", "month"),
        ("It was promised two weeks ago.", "2009-02-16..2009-02-22", "week"),
        ("It was promised ten days ago.", "2009-02-22", "day"),
        ("It was promised half a year ago.", "2008-09-01..2008-09-30", "month"),
        ("It was promised a year and a half ago.", "2007-09-01..2007-09-30", "month"),
        ("It will be out in two weeks.", "2009-03-16..2009-03-22", "week"),
        ("Will we regret it in three years' time?", "2012-01-01..2012-12-31", "year"),
        ("It may take two to three weeks to appear.", "2009-03-16..2009-03-29", "week"),
        ("Much happened in recent days.", "2009-02-25..2009-03-04", "day"),
        ("It should land within the next two weeks.", "2009-03-04..2009-03-18", "week"),
        ("It is the biggest change in two years.", "2007-03-05..2009-03-04", "year"),
    ],
)
def test_counted_units_lead_from_the_day_of_writing(sentence: str, expected: str, precision: str) -> None:
    assert [(when, unit) for _, when, unit in read(sentence)] == [(expected, precision)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("He sent one series on 24 February and one the following Monday.", ["2009-02-24", "2009-03-02"]),
        (
            "Version 1 came in July 2008 and the next one three months later.",
            ["2008-07-01..2008-07-31", "2008-10-01..2008-10-31"],
        ),
        ("It was posted on 24 February and merged two days later.", ["2009-02-24", "2009-02-26"]),
        ("The hole was found on 24 February and closed the next day.", ["2009-02-24", "2009-02-25"]),
        ("The hole was found in February and closed the next day.", ["2009-02-01..2009-02-28"]),
        ("Merged in 2006, it was dropped a year later.", ["2006-01-01..2006-12-31", "2007-01-01..2007-12-31"]),
        ("It was cracked on 12 August, which was noticed on the 28th.", ["2008-08-12", "2008-08-28"]),
        ("It came in July 2008, three months later than planned.", ["2008-07-01..2008-07-31"]),
        ("Nobody knows what came three months later.", []),
    ],
)
def test_a_date_can_be_counted_from_the_one_before_it(sentence: str, expected: list[str]) -> None:
    assert days(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "surface", "expected"),
    [
        (
            "It came in the first three weeks of February.",
            "the first three weeks of February",
            "2009-02-01..2009-02-21",
        ),
        ("It came in early February.", "early February", "2009-02-01..2009-02-10"),
        ("It came in mid-February.", "mid-February", "2009-02-11..2009-02-20"),
        ("It will come by the end of the month.", "the end of the month", "2009-03-25..2009-03-31"),
        ("It came in late 2008.", "late 2008", "2008-09-01..2008-12-31"),
        ("It came in mid-2008.", "mid-2008", "2008-05-01..2008-08-31"),
        ("It came in the first days of the new year.", "the first days of the new year", "2009-01-01..2009-01-03"),
        ("It came in the last years of the 1990s.", "the last years of the 1990s", "1997-01-01..1999-12-31"),
        ("It came in the last eighteen months.", "last eighteen months", "2007-09-04..2009-03-04"),
        ("It came earlier this year.", "earlier this year", "2009-01-01..2009-03-04"),
        ("It will come early next week.", "early next week", "2009-03-09..2009-03-10"),
        ("It came in the second quarter of 2008.", "second quarter of 2008", "2008-04-01..2008-06-30"),
        ("It came in the second half of 2008.", "second half of 2008", "2008-07-01..2008-12-31"),
        ("It came in Q3 2008.", "Q3 2008", "2008-07-01..2008-09-30"),
        ("It will come in spring 2010.", "spring 2010", "2010-03-01..2010-05-31"),
        ("It came on the first Monday of February.", "the first Monday of February", "2009-02-02"),
        ("It came in the week of February 9.", "the week of February 9", "2009-02-09..2009-02-15"),
        ("It has been so since 2005.", "2005", "2005-01-01..2005-12-31"),
        ("It was so from 2005 to 2007.", "2005 to 2007", "2005-01-01..2007-12-31"),
        ("It was so from May to July 2008.", "May to July 2008", "2008-05-01..2008-07-31"),
    ],
)
def test_parts_and_ranges_are_taken_with_the_date(sentence: str, surface: str, expected: str) -> None:
    assert [(found, when) for found, when, _ in read(sentence)] == [(surface, expected)]


@pytest.mark.parametrize(
    ("sentence", "surface", "expected"),
    [
        ("On the second day of the 2008 Kernel Summit he spoke.", "2008", "2008-01-01..2008-12-31"),
        ("It came at the end of the 2008 workshop.", "2008", "2008-01-01..2008-12-31"),
        ("The first day of the June 2008 meeting was calm.", "June 2008", "2008-06-01..2008-06-30"),
        ("He spoke on the second day of 2008.", "the second day of 2008", "2008-01-02"),
        ("He spoke on the first Monday of 2008 in Bonn.", "the first Monday of 2008", "2008-01-07"),
        ("It ends on the last day of 2010, he said.", "the last day of 2010", "2010-12-31"),
    ],
)
def test_a_part_of_what_a_year_belongs_to_is_no_part_of_the_year(sentence: str, surface: str, expected: str) -> None:
    assert [(found, when) for found, when, _ in read(sentence)] == [(surface, expected)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The patch may be merged; developers march on.",
        "A few seconds ago the build broke.",
        "The second patch in the series touches 2009 lines.",
        "Version 2.6.30 of the driver runs 24 hours a day in 32-bit mode.",
        "The function x1999_init() and CVE-2009-1234 are named in it.",
        "Sun and Mandriva Linux 2010 ship it daily, every Friday, on Mondays.",
        "Jan Kara and Jan Engelhardt answered by mail.",
        "It takes two weeks of work, a two-week window, weeks of testing.",
        "Patch Tuesday is no concern of today's kernels.",
        "Kernel 1 may be first, 2 march second, and Sat the third.",
        "He wrote it in two weeks.",
        "It works without the need to fall back to threads, and for new ones to spring up.",
        "The call needs nine round trips today.",
        "That was a design which nobody would have chosen today.",
        "The number is unlikely to fall in the near future, said he; others want to spring into action.",
        "A reverse-Christmas-tree order of declarations is asked for.",
        "Today's scheduler is tomorrow's legacy code.",
        "He fixed the bug on the 28th attempt.",
        "The port will take six to eight weeks of work.",
    ],
)
def test_what_only_looks_like_a_date_is_none(sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "version", "tense"),
    [
        ("With the release of 2.6.28 this changed.", "2.6.28", "past"),
        ("Linux 2.6.20 came out first.", "2.6.20", "past"),
        ("It found its way into the main tree with Linux 2.6.20.", "2.6.20", "past"),
        ("The code may be merged in 2.6.30.", "2.6.30", "expected"),
        ("Dom0 support will appear in Linux 3.0.", "3.0", "expected"),
        ("He would like to see the core merged in 2.6.30.", "2.6.30", "expected"),
        ("He counts 1,166 developers for 2.6.30, which should be finished soon.", "2.6.30", "expected"),
    ],
)
def test_a_release_named_as_out_or_to_come_has_its_own_day(sentence: str, version: str, tense: str) -> None:
    (found,) = find_times(sentence, written=WEDNESDAY, releases=RELEASES)
    assert (found.kernel_release, found.date, found.tense) == (version, RELEASES[version], tense)


@pytest.mark.parametrize(
    "sentence",
    [
        "Some small parts of it have been merged with 2.6.30.",
        "The file system has been merged for Linux 2.6.30.",
        "The merge window for 2.6.30 is open and should be released from its duties soon.",
        "The third release candidate of Linux 2.6.28 was released over the weekend.",
        "The Linux 2.6.28 merge window was closed early.",
    ],
)
def test_what_happens_on_the_way_to_a_release_is_not_of_its_day(sentence: str) -> None:
    assert [found for found in find_times(sentence, written=WEDNESDAY, releases=RELEASES) if found.kernel_release] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The file system was merged for the 2.6.28 kernel.",
        "It was pulled, after some debate, for 2.6.28.",
        "The old driver was removed in 2.6.28.",
        "The code went into Linux 2.6.28.",
    ],
)
def test_a_change_was_taken_in_after_the_release_before(sentence: str) -> None:
    (found,) = find_times(sentence, written=WEDNESDAY, releases=RELEASES)
    opened = RELEASES["2.6.20"]
    assert (found.date, found.date_end, found.tense) == (opened, opened + dt.timedelta(days=14), "past")


def test_a_merge_window_ends_with_the_first_candidate() -> None:
    releases = {**RELEASES, "2.6.28-rc1": RELEASES["2.6.20"] + dt.timedelta(days=17)}
    (found,) = find_times("It was merged for 2.6.28.", written=WEDNESDAY, releases=releases)
    assert found.date_end == releases["2.6.28-rc1"]


@pytest.mark.parametrize("sentence", ["He warned of Linux 2.6.28.", "The bug was found; it affects 2.6.20 and 2.6.28."])
def test_a_release_that_somebody_warns_of_is_no_event(sentence: str) -> None:
    assert find_times(sentence, written=WEDNESDAY, releases=RELEASES) == []


def test_a_count_is_no_year() -> None:
    assert find_times("The changesets (1910 of them) were merged.", written=WEDNESDAY, releases=RELEASES) == []


def test_a_change_for_the_first_known_release_has_that_day() -> None:
    (found,) = find_times("It was merged for 2.6.20.", written=WEDNESDAY, releases=RELEASES)
    assert (found.date, found.date_end) == (RELEASES["2.6.20"], RELEASES["2.6.20"])


def test_a_short_number_is_a_kernel_only_where_that_is_known() -> None:
    sentence, written = "The target was removed in 3.0.", dt.date(2012, 1, 5)
    assert find_times(sentence, written=written, releases=RELEASES) == []
    (found,) = find_times(sentence, written=written, releases=RELEASES, kernels=[sentence.index("3.0")])
    assert (found.kernel_release, found.date) == ("3.0", RELEASES["2.6.30"])
    (found,) = find_times("The 3.0 kernel was released.", written=written, releases=RELEASES)
    assert found.date == RELEASES["3.0"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Version 3.0 of the driver was released.",
        "HPLIP 2.6.30 was released.",
        "Linux 2.6.99 will be released.",
        "The patches are against Linux 2.6.29-rc77.",
    ],
)
def test_other_versions_have_no_day(sentence: str) -> None:
    assert find_times(sentence, written=WEDNESDAY, releases=RELEASES) == []


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [
        ("It was released on 3 March.", "past"),
        ("It will be released on 9 June.", "expected"),
        ("This week he posted a new series.", "past"),
        ("The talks are held this week.", "present"),
        ("The merge is planned for this week.", "expected"),
    ],
)
def test_tense_says_what_was_is_and_is_to_come(sentence: str, tense: str) -> None:
    assert [t.tense for t in find_times(sentence, written=WEDNESDAY)] == [tense]


def test_a_date_more_than_ten_years_off_says_so() -> None:
    near, far = find_times("Work begun in 1991 was done in 2005.", written=WEDNESDAY)[::-1]
    assert (near.far, far.far) == (False, True)


PIECES = st.sampled_from(
    (
        *(
            "in",
            "on",
            "last",
            "next",
            "the",
            "of",
            "to",
            "and",
            "from",
            "early",
            "mid",
            "late",
            "end",
            "first",
            "three",
        ),
        *(
            "two",
            "weeks",
            "week",
            "months",
            "year",
            "years",
            "ago",
            "Monday",
            "May",
            "March",
            "February",
            "since",
            "today",
        ),
        *("5", "31", "29", "2009", "1999", "2.6.30", "9999", "99999999", "Q3", "quarter", "half", "90s", "30/02/2009"),
        *(",", "-", ".", "'", "time", "will", "was"),
    )
)


@given(
    st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=60),
    st.dates(dt.date(1991, 1, 1), dt.date(2040, 1, 1)),
)
def test_any_text_gives_ordered_expressions_within_it(text: str, written: dt.date) -> None:
    at = 0
    for found in find_times(text, written=written, releases=RELEASES):
        assert at <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.surface
        assert found.date <= found.date_end
        is_near = all(abs((day - written).days) <= FAR_DAYS for day in (found.date, found.date_end))
        assert found.far is not is_near
        at = found.end


@pytest.mark.parametrize(
    "words", ["2009-03-12 ", "in March ", "today ", "in two weeks ", "will be in May, ", "kernel 2.6.30 "]
)
def test_a_sentence_of_nothing_but_dates_costs_what_its_length_does(words: str) -> None:
    releases = {"2.6.30": dt.date(2009, 6, 10)}

    def read(times: int) -> None:
        # Each of another length, so that nothing that is remembered of one helps the next.
        for number in range(3):
            find_times(words * (times - number), written=dt.date(2009, 3, 12), releases=releases)

    assert grows_evenly(read, small=25, large=250)  # as many as a passage can hold
