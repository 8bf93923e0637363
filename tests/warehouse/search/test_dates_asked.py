"""Years and months in words are read, and numbers that are none are not."""

import datetime as dt

import pytest

from warehouse.search.dates_asked import kernel_release_answer, matter_of, read_dates, read_order

RELEASES = {"2.6.29": dt.date(2009, 3, 23), "2.6.30": dt.date(2009, 6, 9)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("file systems in 2009", dt.date(2009, 1, 1), dt.date(2009, 12, 31)),
        ("kernel logs of March 2009", dt.date(2009, 3, 1), dt.date(2009, 3, 31)),
        ("Feb. 2012 Xen", dt.date(2012, 2, 1), dt.date(2012, 2, 29)),
        ("what came between 2008 and 2010?", dt.date(2008, 1, 1), dt.date(2010, 12, 31)),
        ("the 2014 kernel summit", dt.date(2014, 1, 1), dt.date(2014, 12, 31)),
        ("schedulers before the 2.6.30 release", dt.date(1991, 8, 25), dt.date(2009, 6, 9)),
        ("Xen until Linux v2.6.29", dt.date(1991, 8, 25), dt.date(2009, 3, 23)),
        ("year 2038 problem in 2019", dt.date(2019, 1, 1), dt.date(2019, 12, 31)),
    ],
)
def test_years_and_months_are_read(text, first, last):
    dates = read_dates(text, RELEASES)
    assert (dates.first, dates.last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2.6.30",
        "before 2.6.99",
        "before 2.6.30-rc1",
        "how 2000 threads starve",
        "CVE-2014-0160",
        "year 2038",
        "xen",
        "",
    ],
)
def test_other_numbers_are_no_year(text):
    assert read_dates(text, RELEASES) is None


@pytest.mark.parametrize(
    "text",
    [
        "When was 2.6.30 released?", "when did Linux 2.6.30 come out", "when was the 2.6.30 kernel released",
        "release date of v2.6.30", "linux 2.6.30 release date",
    ],
)  # fmt: skip
def test_when_a_kernel_was_released_is_answered_from_the_table(text):
    assert kernel_release_answer(text, RELEASES) == "Linux 2.6.30 was released on 9 June 2009."


@pytest.mark.parametrize(
    "text", ["when was 2.6.99 released", "when was ext4 merged", "2.6.30", "before the 2.6.30 release"]
)
def test_what_is_not_asked_or_not_known_is_not_answered(text):
    assert kernel_release_answer(text, RELEASES) is None


_LONG = "first release of that tracer with an interpreter inside the kernel for small boards"


@pytest.mark.parametrize(
    ("text", "order", "matter"),
    [
        ("latest Xen news", ("latest", "newest"), "Xen"),
        ("the first mention of btrfs", ("first", "oldest"), "of btrfs"),
        ("What is the newest file system?", ("newest", "newest"), "file system?"),
        ("latest", ("latest", "newest"), "latest"),
        ("who first merged Xen", None, "who first merged Xen"),
        (_LONG, None, _LONG),
    ],
)
def test_the_latest_and_the_first_are_asked_for_at_the_beginning(text, order, matter):
    assert read_order(text) == order
    assert matter_of(text).split() == matter.split()
