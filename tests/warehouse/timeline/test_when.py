import datetime as dt

import pytest

from warehouse.timeline.records import CitedDocument, KernelRelease, Statement
from warehouse.timeline.when import agreed_answer, find_answer
from warehouse.timeline.when_events import FEATURES, events_of
from warehouse.timeline.when_question import read_when
from warehouse.timeline.when_reading import Reading, WhenCandidate, read_candidate

RELEASES = tuple(
    KernelRelease(version, dt.date.fromisoformat(day))
    for version, day in [("2.6.21", "2007-04-26"), ("2.6.22", "2007-07-08"), ("2.6.23", "2007-10-09"), ("2.6.24", "2008-01-24")]
)  # fmt: skip
ROUND_UP, ARTICLE = "2.6.23 merge window, part 1", "A look at lguest"


def _said(text: str, day: str, title: str = ARTICLE, *, explicit: bool = False, covered: float = 1.0) -> WhenCandidate:
    date = dt.date.fromisoformat(day)
    name = f"{title} {day} {text}"
    statement = Statement(name, f"{name}:0", name, date, date, "day", "present", explicit, text, 0, len(text), 0, True)
    source = CitedDocument(
        name, "lwn", title, "https://archive.example/", None, dt.datetime.combine(date, dt.time()), "en"
    )
    return WhenCandidate(statement, source, covered)


def _answer(question: str, *candidates: WhenCandidate) -> Reading | None:
    asked = read_when(question)
    assert asked is not None
    return find_answer(candidates, asked, RELEASES)


@pytest.mark.parametrize(
    ("query", "kind", "core"),
    [
        ("when was lguest merged", "merged", "lguest"),
        ("has SquashFS been merged?", "merged", "SquashFS"),
        ("has SquashFS been merged", "merged", "SquashFS"),
        ("when did Open vSwitch get merged", "merged", "Open vSwitch"),
        ("in which kernel was the C6x architecture removed", "removed", "C6x"),
        ("when was GEM, the graphics execution manager, merged", "merged", "GEM, graphics execution manager"),
        ("which kernel release got GFS2", "merged", "GFS2"),
        ("when was devfs removed from the kernel", "removed", "devfs"),
        ("when was the Tux3 file system announced", "announced", "Tux3"),
        ("in which release did signalfd() arrive", "merged", "signalfd"),
        ("when did kmemleak get into the mainline?", "merged", "kmemleak"),
        ("has lguest made it into the kernel", "merged", "lguest"),
        ("when did lguest find its way into Linux", "merged", "lguest"),
        ("which kernel version did lguest appear in", "merged", "lguest"),
        ("what kernel release was lguest dropped in?", "removed", "lguest"),
        ("when did the kernel gain lguest", "merged", "lguest"),
        ("when did Linus merge lguest?", "merged", "lguest"),
        ("when did Linux drop devfs", "removed", "devfs"),
        ("which kernel first supported lguest", "merged", "lguest"),
        ("when did lguest come out of staging", "graduated", "lguest"),
        ("when was lguest moved out of the staging tree", "graduated", "lguest"),
        ("when did 2.6.23 arrive", "released", "2.6.23"),
        ("what year was lguest merged", "merged", "lguest"),
        ("which version of the Linux kernel introduced lguest", "merged", "lguest"),
        ("when did Linux stop supporting lguest", "removed", "lguest"),
        ("when did 5.20 become 6.0", "renamed", "5.20 6.0"),
        ("when did lguest change its name", "renamed", "lguest"),
        ("in which kernel did the BPF LSM arrive", "merged", "the BPF LSM"),
        ("when was kernel.org shut down", None, "kernel.org shut down"),
    ],
)
def test_a_question_about_when_says_of_what_and_which_event(query: str, kind: str | None, core: str):
    asked = read_when(query)
    assert asked is not None
    assert (asked.kind, asked.subject_words) == (kind, core)


@pytest.mark.parametrize("query", ["lguest", "why was lguest merged", "the merging of lguest"])
def test_other_questions_ask_no_time(query: str):
    assert read_when(query) is None


def test_a_release_without_a_day_gives_the_days_of_its_cycle_up_to_that_of_the_report():
    found = _answer("when was lguest merged", _said("Lguest was merged for 2.6.23.", "2007-09-18"))
    assert found is not None
    assert (found.date, found.date_end) == (dt.date(2007, 7, 8), dt.date(2007, 9, 18))


def test_a_round_up_of_the_time_gives_its_day_and_the_release_to_come():
    found = _answer("when was lguest merged", _said("The lguest hypervisor has been merged.", "2007-07-18", ROUND_UP))
    assert found is not None
    assert (found.date, found.kernel_release) == (dt.date(2007, 7, 18), "2.6.23")


def test_what_looks_back_gives_the_cycle_of_the_release_it_names():
    found = _answer("when was lguest merged", _said("Lguest was merged for 2.6.23.", "2008-06-01"))
    assert found is not None
    assert (found.date, found.date_end, found.kernel_release) == (dt.date(2007, 7, 8), dt.date(2007, 10, 9), "2.6.23")


@pytest.mark.parametrize(
    "text",
    [
        "Lguest may be merged for 2.6.23.",
        "Lguest was not merged for 2.6.23.",
        "Lguest will be merged for 2.6.23 if the review goes well.",
        "Was lguest merged for 2.6.23?",
    ],
)
def test_what_is_hoped_denied_or_asked_answers_nothing(text: str):
    assert _answer("when was lguest merged", _said(text, "2007-07-18", ROUND_UP)) is None


def test_documents_that_disagree_answer_nothing():
    one = _said("Lguest was merged for 2.6.23.", "2008-06-01")
    other = _said("Lguest was merged in 2.6.24.", "2008-07-01", "Another look at lguest")
    assert _answer("when was lguest merged", one, other) is None
    third = _said("Lguest was merged for 2.6.23.", "2009-06-01", "A third look at lguest")
    found = _answer("when was lguest merged", one, other, third)
    assert found is not None
    assert found.kernel_release == "2.6.23"


@pytest.mark.parametrize(
    "text",
    [
        "The lguest hypervisor, which was merged for 2.6.23, is small.",
        "The lguest code, having been freshly merged in 2.6.23, would normally be expected to change.",
    ],
)
def test_a_clause_about_the_subject_answers_whatever_else_the_sentence_expects(text: str):
    found = _answer("when was lguest merged", _said(text, "2008-06-01"))
    assert found is not None
    assert found.kernel_release == "2.6.23"


def test_a_document_on_the_release_being_made_gives_that_release():
    text = "Rusty Russell jumped to the top of the list with the merging of lguest."
    found = _answer("when was lguest merged", _said(text, "2007-10-01", "Who wrote 2.6.23"))
    assert found is not None
    assert found.kernel_release == "2.6.23"
    assert _answer("when was lguest merged", _said(text, "2007-10-01", "Who wrote 2.6.22")) is None


def test_an_article_on_a_release_that_has_just_come_out_gives_that_release():
    text = "Joe Doe removed the unused tile architecture."
    found = _answer("when was tile removed", _said(text, "2007-10-12", "Statistics for 2.6.23"))
    assert found is not None
    assert (found.date, found.kernel_release) == (dt.date(2007, 10, 9), "2.6.23")
    assert _answer("when was tile removed", _said(text, "2007-12-12", "Statistics for 2.6.23")) is None


def test_a_question_of_no_known_kind_is_answered_by_a_sentence_with_all_its_words():
    said = "In July 2007, the two lguest trees were unified."
    assert _answer("when were the lguest trees unified", _said(said, "2007-07-18", explicit=True)) is not None
    said = "In July 2007, he hoped that the two lguest trees would be unified."
    assert _answer("when were the lguest trees unified", _said(said, "2007-07-18", explicit=True)) is None
    said = "In July 2007, the two lguest trees were far apart."
    assert _answer("when were the lguest trees unified", _said(said, "2007-07-18", explicit=True)) is None


def test_a_request_for_a_merge_is_none():
    text = "There has been a public request for the merging of lguest."
    assert _answer("when was lguest merged", _said(text, "2007-10-01", ROUND_UP)) is None


@pytest.mark.parametrize("guess", ["In August, the lguest hole was disclosed.", "Ten years ago, lguest was disclosed."])
def test_a_month_without_a_year_and_a_round_number_of_years_yield_to_a_day(guess: str):
    day = _said("The lguest hole was disclosed on June 19, 2007.", "2007-06-19", explicit=True)
    other = _said(guess, "2008-08-01", "A third look at lguest", explicit=True)
    found = _answer("when was lguest disclosed", day, other)
    assert found is not None
    assert found.date == dt.date(2007, 6, 19)


def test_months_since_an_event_are_counted_back_to_half_a_month_around_it():
    text = "It has been nearly two months since lguest was announced."
    found = _answer("when was lguest announced", _said(text, "2007-09-18"))
    assert found is not None
    assert (found.date, found.date_end) == (dt.date(2007, 7, 4), dt.date(2007, 8, 3))


@pytest.mark.parametrize(
    "query", ["when was 2.6.21.1 released", "when was the first 2.6.x.y stable update, 2.6.21.1, released?"]
)
def test_a_release_is_asked_for_by_its_number(query: str):
    asked = read_when(query)
    assert asked is not None
    assert (asked.version, asked.subject_words) == ("2.6.21.1", "2.6.21.1")


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("when was lguest merged", "Basic support for lguest has been added to the s390 architecture.", False),
        ("when was lguest merged", "Things have gotten murkier for the mainline inclusion of lguest.", False),
        ("when was lguest merged", "The lguest lightweight virtualization framework has been merged.", True),
        ("when was lguest merged", "The lguest ring buffer has been merged.", False),
        ("when was lguest merged", "That is why lguest went in to 2.6.23.", True),
        ("when was ext3 removed", "The change which removed ext3_i from struct inode was merged.", False),
        ("when was ext3 removed", "The ext3 filesystem has been removed.", True),
        ("when was btrfs announced", "Another contender is btrfs, which was announced by Chris Mason.", True),
        ("when was btrfs announced", "A set of data temperature patches was posted to the btrfs list.", False),
        ("when was sched_ext posted", "The sched_mc_power_savings parameter was introduced.", False),
        ("when was lguest merged", "The lguest code (added for the 2.6.23 release) has a wake function.", True),
        ("when was lguest merged", "The lguest hypervisor, merged in 2.6.23, has no users.", True),
        ("when was lguest merged", "The lguest subsystem, which boots guests quickly, has been merged.", True),
        ("when was lguest merged", "There is still an obstacle to the inclusion of lguest.", False),
        ("when was lguest merged", "Fragment support has been added to the lguest hypervisor.", False),
        ("when was lguest merged", "In 2.6.23, Rusty Russell added lguest support to the slab allocator.", False),
        ("when was lguest merged", "Russell's \"lguest\" hypervisor has been merged.", True),
        ("when was lguest merged", "One recent exception is the lguest system call, which was merged for 2.6.23.", True),
        ("when was KSM (kernel samepage merging) merged", "The kernel shared memory (KSM) subsystem has been merged.", True),
        ("when was ext3 removed", "As predicted, the removal of the ext3 filesystem eventually went through.", True),
        ("in which release was ext3 removed", "The ext3 filesystem has been removed.", True),
        ("when did zram leave staging", "The zram module has graduated from the staging tree.", True),
        ("when was ext3 removed", "He suggested that removing ext3 could be discussed in the spring.", False),
        ("when was CRIS removed", "Support for the blackfin, cris, metag, and tile architectures has been removed.", True),
        ("when was CRIS removed", "Support for the blackfin, metag, and tile architectures of cris days has been removed.", False),
        ("when was CRIS removed", "A number of platforms (blackfin, cris, and tile) have been removed.", True),
        ("when was ext2 deprecated", "The ext2 filesystem has been marked as deprecated.", True),
        ("when were cgroups merged", "Cgroups have been a problem since they were merged for 2.6.23 back then.", True),
        ("when was the WMF hole disclosed", "The WMF hole that was disclosed in July has not been closed.", True),
        ("when was lguest merged", "The lguest hypervisor, which, hopefully, will be small and fast, has been merged.", True),
        ("when was lguest merged", "The small hypervisor (also known as lguest) has been merged.", True),
        ("when was lguest merged", 'A new hypervisor called "lguest" has been merged; it has few users.', True),
        ("when was lguest merged", "The talk began with an overview of lguest, which was merged in 2.6.23.", True),
        ("when was lguest merged", "The discussion of lguest which appeared last week was long.", False),
        ("when was lguest merged", "The lguest parameter added in Linux 2.6.23 does nothing.", False),
        ("when was lguest merged", "The lguest code was indeed merged in Linux 2.6.23.", True),
        ("when was lguest merged", "The guest patch set, which includes the lguest hypervisor, has been merged.", True),
        ("when was lguest merged", "Also merged was the lguest hypervisor.", True),
        ("when was lguest merged", "The kernel now has support for the lguest hypervisor.", True),
        ("when was lguest merged", "Lguest was out of the tree for years, but was merged in 2.6.23.", True),
        ("when was lguest merged", "The lguest hypervisor boots in no time; it was merged for 2.6.23.", False),
        ("when was lguest merged", "The lguest hypervisor allows guests to boot; it was merged for 2.6.23.", True),
        ("when was lguest merged", "The lguest mechanism, part of a family of tricks, sneaked its way into the mainline.", True),
        ("when was lguest merged", "The lguest hypervisor has been merged via the networking tree.", True),
        ("when was lguest merged", "The lguest hypervisor has been merged into the networking tree.", False),
        ("when was lguest merged", "Rusty added lguest, and Joe added a driver to the staging tree.", True),
        ("when was lguest merged", "Microsoft added lguest support.", False),
        ("when was the LRU list merged", "The LRU page list has been merged.", True),
        ("when was ext3 removed", "The controversial ext3 filesystem has been removed.", True),
        ("when was x32 merged", "More is in the documentation.\nSupport for the x32 ABI has been merged.", True),
        ("when was ext3 removed", "Support for ext3 is being removed.", False),
        ("when did zram leave staging", "The zram module has been moved into the core kernel from the staging tree.", True),
        ("when did zram leave staging", 'In the end, the Android "zram" code has been moved out of the staging tree.', True),
        ("when were cgroups merged", "The control groups patch set has been merged.", True),
        ("when was the multi-generational LRU merged", "The MGLRU patches have been merged.", True),
        ("when was MGLRU merged", "An LRU for several generations has been merged.", False),
        ("when was lguest merged", "In that year, Rusty introduced the small hypervisor (or lguest for short).", False),
        ("when was lguest posted", "In that year, Rusty introduced the small hypervisor (or lguest for short).", True),
        ("when was lguest merged", "The lguest architecture is now supported.", True),
        ("when was lguest merged", "The lguest hypervisor is now supported on s390.", False),
        ("when was lguest merged", "The lguest functionality has been merged.", True),
        ("when was lguest merged", "The lguest filesystem for small guests has been merged.", True),
        ("when was lguest merged", "What he had missed is that the lguest patch set providing guests was merged in 2.6.23.", True),
        ("when was lguest merged", "The lguest checker to detect guests has been merged.", True),
        ("when was lguest merged", "The lguest mechanism for the tile architecture has been merged.", False),
        ("when was the fork API merged", "The talk was on converting guests to use the fork API, which was added for 2.6.23.", True),
        ("when were guest namespaces merged", "Network namespaces were merged in 2.6.23.", False),
        ("when were guest namespaces merged", "Guest namespaces were merged in 2.6.23.", True),
        ("when was lguest merged", 'The "lguest kvm" tool has been merged.', False),
        ("when was lguest merged", "A lot of work has been merged; this work includes the lguest hypervisor.", True),
        ("when was ext4dev renamed to ext4", 'The ext4 filesystem has lost the "ext4dev" name; it is ready for production.', True),
        ("when was ext3 removed", "Joe Doe deleted a bunch of old code (including the venerable ext3 filesystem driver).", True),
        ("when was lguest merged", "Such checks are missing in system calls added in kernels of late, such as lguest.", True),
        ("when was lguest merged", "A few things were not merged before the window closed, including the lguest patch set.", False),
        ("when was guest-net merged", 'The "guest_net" virtual device has been added.', True),
        ("when was ext3 removed", "The ext3_i member has been removed.", False),
        ("when was lguest merged", "Much of the lguest code has been merged at last.", True),
        ("when was lguest merged", "Rusty merged the lguest hypervisor as expected in July.", True),
        ("when was lguest merged", "The lguest hypervisor is expected to be merged for 2.6.23.", False),
        ("when was mmap_sem renamed to mmap_lock", "It was called mmap_sem until it was renamed to mmap_lock.", True),
    ],
)  # fmt: skip
def test_the_event_has_to_happen_to_the_subject_itself(question: str, text: str, answers: bool):
    asked = read_when(question)
    assert asked is not None
    reading = read_candidate(_said(text, "2007-07-18", ROUND_UP), asked, RELEASES)
    assert reading is not None
    assert (agreed_answer([reading], asked) is not None) is answers


def test_what_brackets_say_of_another_subject_is_no_event_of_this_one():
    said = "Guests run by rules (including those on their memory that were merged for 2.6.23), with lguest, and more."
    asked = read_when("when was lguest merged")
    readings = [read_candidate(_said(said, day), asked, RELEASES) for day in ("2007-09-18", "2007-09-20")]
    assert [event.features[FEATURES.index("says_release")] for event in events_of(readings, asked, RELEASES)] == [0.0]


def test_documents_that_name_the_subject_and_agree_on_a_release_outweigh_what_the_rules_cannot_read():
    text = "The lguest code, long in the making, and much else besides has at last been merged for 2.6.23, it seems."
    unread = "In the end, lguest went into 2.6.23; few noticed."
    candidates = [_said(text, "2007-10-20"), _said(unread, "2008-02-01", "Another look at lguest")]
    asked = read_when("when was lguest merged")
    assert asked is not None
    readings = [one for one in (read_candidate(one, asked, RELEASES) for one in candidates) if one is not None]
    assert agreed_answer(readings, asked) is None
    found = find_answer(candidates, asked, RELEASES)
    assert found is not None
    assert found.kernel_release == "2.6.23"


def test_two_releases_with_like_evidence_answer_nothing():
    one = _said("In the end, lguest went into 2.6.22; few noticed.", "2008-02-01")
    other = _said("In the end, lguest went into 2.6.23; few noticed.", "2008-02-01", "Another look at lguest")
    assert _answer("when was lguest merged", one, other) is None


def test_a_release_named_for_something_earlier_is_not_that_of_what_has_just_happened():
    found = _answer(
        "when was lguest removed",
        _said("Lguest, which has been there since 2.6.21, has been removed.", "2007-07-18", ROUND_UP),
    )
    assert found is not None
    assert found.kernel_release == "2.6.23"


def test_what_is_new_in_a_round_up_is_evidence_of_a_merge():
    asked = read_when("when was lguest merged")
    assert asked is not None
    candidates = [_said("The new lguest hypervisor boots guests quickly.", "2007-07-18", ROUND_UP)]
    readings = [one for one in (read_candidate(one, asked, RELEASES) for one in candidates) if one is not None]
    (event,) = events_of(readings, asked, RELEASES)
    assert (event.release, event.features[FEATURES.index("says_list")]) == ("2.6.23", 1.0)


def test_support_for_one_architecture_is_no_evidence_of_a_merge():
    text = "The s390 architecture now has support for a number of features, including lguest and stack protection."
    assert _answer("when was lguest merged", _said(text, "2007-07-18", ROUND_UP)) is None
