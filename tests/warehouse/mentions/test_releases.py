"""Releases in sentences of our own, one trap each."""

import datetime as dt

import pytest

from warehouse.kernel_versions import last_place, mainline_place
from warehouse.mentions.kernel_releases import find_kernel_releases

NAMED = [
    ("With RC6 of 2.6.38 issued and RC7 at hand, version .39 is near.", ["2.6.38-rc6", "2.6.38-rc7", "2.6.39"]),
    ("It has to wait until release .39.", ["2.6.39"]),
    ("The kernel calls itself Linux 3.0.0 and is called 3.0.", ["3.0", "3.0"]),
    ("Torvalds has released 2.6.29-rc7.", ["2.6.29-rc7"]),
    ("The stable kernels 2.6.27.18 and 2.6.28.6 appeared.", ["2.6.27.18", "2.6.28.6"]),
    ("Linux 3.0 appeared in July.", ["3.0"]),
    ("Work on 3.0-rc1 has begun.", ["3.0-rc1"]),
    ("It will be in 2.6.29 and .30.", ["2.6.29", "2.6.30"]),
    ("The fixes went into 2.6.27.18, .19 and .20.", ["2.6.27.18", "2.6.27.19", "2.6.27.20"]),
    ("Between 2.6.29-rc6 and -rc7 little changed.", ["2.6.29-rc6", "2.6.29-rc7"]),
    ("The next-but-one Linux version (2.6.30) will have it.", ["2.6.30"]),
    ("The 3.1 and 3.2 kernels are long gone.", ["3.1", "3.2"]),
    ("Compare v2.6.28..v2.6.29 in git.", ["2.6.28", "2.6.29"]),
    ("The code was merged during the 4.19 merge window.", ["4.19"]),
    ("Version 3.2 of the Linux kernel is out.", ["3.2"]),
    ("The kernel, version 2.4.20, has the fix.", ["2.4.20"]),
    ("Marcelo has released 2.4.21-pre3.", ["2.4.21-pre3"]),
    ("Andrew Morton released 2.6.0-test5-mm1.", ["2.6.0-test5-mm1"]),
    ("The patch was merged for 4.3, along with others.", ["4.3"]),
    ("Since Linux 3.0, numbers are shorter.", ["3.0"]),
    ("The driver was merged in 2.6.29.", ["2.6.29"]),
    ("With 2.6.7 the kernel learned it.", ["2.6.7"]),
    ("Fedora's 2.6.29 kernel and Ubuntu 2.6.28 kernels differ.", ["2.6.29", "2.6.28"]),
    ("linux-2.6.29.tar.bz2 can be downloaded.", ["2.6.29"]),
    ("The kernels 3.0.4, 2.6.39.4 and 2.6.32.46 are maintained.", ["3.0.4", "2.6.39.4", "2.6.32.46"]),
    ("Das steckt in Linux 2.6.29 und 2.6.30.", ["2.6.29", "2.6.30"]),
    ("2.6.27.y will be maintained until 2.6.27.60.", ["2.6.27.60"]),
    (
        "On the 2.6.35 data it has more errors than .33 and .34-rc1, not .5.",
        ["2.6.35", "2.6.33", "2.6.34-rc1"],
    ),
    ("It was added to a structure in 2.6.6 so that device drivers may use it.", ["2.6.6"]),
    ("Development of version 2.6.29 goes on.", ["2.6.29"]),
    ("The current stable kernel is 5.10.3.", ["5.10.3"]),
    ("Linux 3.1-rc1 came on Sunday, and eight days later rc2.", ["3.1-rc1", "3.1-rc2"]),
    ("The fault is in 2.6.38/39, said a report of 2.6.38/05.", ["2.6.38", "2.6.39", "2.6.38"]),
    ("For 4.2-rc1 this is not the biggest rc1 ever.", ["4.2-rc1"]),
]
OTHERS = [
    "Mark Lord has released version 9.12 of hdparm.",
    "Some errors are corrected in version 2.6.3 of the Intel driver.",
    "It brings bug fixes for the 2.6 driver series. Some errors are corrected in the recent version 2.6.3.",
    "The xf86-video-intel driver 2.6.3 is out.",
    "The 2.6 series and 2.6.x kernels last long; nobody runs 2.4 kernels.",
    "X Server 1.6 and Mesa 7.5 were released with gcc 4.4.",
    "Mesa 7.5-rc1 can be tested.",
    "The patch of the kernel gave:\n    load_misses:      9.0      14.742\n    store_misses:     1.516     7.0\n",
    "Ubuntu 9.04 and Fedora 11 use X Server 1.6.",
    "USB 3.0, PCI Express 3.0 and OpenGL 3.1 are supported by the kernel.",
    "The address 2.6.27.180.4 and 10.2.6.27 are no releases; nor is 192.168.3.1.",
    "Section 3.1 describes the kernel API; see figure 4.2.",
    "On 2.6.2009 a kernel developer said so.",
    "The patch makes the kernel 3.5 times faster and saves 4.5 MB.",
    "Red Hat Enterprise Linux 5.3 has an old kernel; so has SuSE Linux 7.3.",
    "Debian GNU/Linux 3.1 was late.",
    "Version 3.9.2 of the HPLIP drivers and HPLIP 3.9.4 support the kernel.",
    "Versions 1.7.6 of the X server, 7.8.1 of Mesa and 2.4.20 of libdrm fix errors.",
    "The kernel has 13.5 million lines, 3.2 of them in drivers.",
    "Python 2.6.5 and PHP 5.3 were updated.",
    "The LM sensors project released version 3.1.0 of this framework.",
    "Qt 4.5 and KDE 4.2 need no new kernel.",
    "NFSv4.1 and NFS 4.1 support were merged into the kernel.",
    "It costs $4.5 for a kernel.",
    "The kernel absorbs 5.5 changes per hour.",
    "The driver's 2.6 series had faults, and 2.6.3 puts them right.",
    "The HPLIP developers released version 3.9.2 with drivers for printers.",
    "The NFS server has had 4.1 support for some time.",
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_a_kernel_release_is_found_by_its_name(text: str, expected: list[str]) -> None:
    assert [mention.entity_id for mention in find_kernel_releases(text)] == expected


@pytest.mark.parametrize("text", OTHERS)
def test_the_version_of_something_else_is_no_release(text: str) -> None:
    assert [mention.surface for mention in find_kernel_releases(text)] == []


def test_a_bare_number_counts_once_the_text_calls_it_a_kernel() -> None:
    text = "Linux 4.3 is near.\n\nHere is what matters. It was broken until 4.3, said Ann."

    assert [(m.surface, m.char_start) for m in find_kernel_releases(text)] == [
        ("4.3", 6),
        ("4.3", text.rindex("4.3")),
    ]


def test_ranges_cover_the_number_as_written() -> None:
    text = "See v2.6.29 RC7 and .30."

    found = list(find_kernel_releases(text))

    assert [text[m.char_start : m.char_end] for m in found] == [m.surface for m in found] == ["2.6.29 RC7", ".30"]
    assert [m.entity_id for m in found] == ["2.6.29-rc7", "2.6.30"]


RELEASED = {"2.6.28": dt.date(2008, 12, 24), "2.6.29-rc7": dt.date(2009, 3, 4), "3.12": dt.date(2013, 11, 3)}


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        ("2009-03-04", "The radeon 6.12.99 is out, with kernel mode setting.", []),
        ("2009-03-04", "A merge of ATI 6.12 and the kernel patches; for Linux 2.6.31 it is late.", ["2.6.31"]),
        ("2009-03-04", "Linux 3.0 will not come soon, but 2.6.30 will.", ["3.0", "2.6.30"]),
        ("2024-12-01", "Linux 6.12 is out; 6.12.1 followed.", ["6.12", "6.12.1"]),
        ("2014-06-01", "Linux 3.15 is near.", ["3.15"]),
        ("2003-06-01", "Linux 2.4.21 is near.", ["2.4.21"]),
    ],
)
def test_a_release_that_nobody_can_have_known_is_something_elses_version(
    day: str, text: str, expected: list[str]
) -> None:
    last = last_place(RELEASED, dt.date.fromisoformat(day))
    assert [mention.entity_id for mention in find_kernel_releases(text, last=last)] == expected


@pytest.mark.parametrize(
    ("version", "place"), [("2.6.29", 29), ("2.6.29.4", 29), ("3.0", 40), ("3.12.5", 52), ("4.0", 60), ("2.4.20", None)]
)
def test_releases_have_their_place_among_all(version: str, place: int | None) -> None:
    assert mainline_place(version) == place
