"""Addresses: what the registry makes of them, form by form, label by label, and of any text at all."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.sources import registry
from warehouse.errors import UsageError
from warehouse.records import KINDS, Capture, Identity

LABELLED = [
    Path(__file__).parents[2] / "labelled" / name
    for name in ("keys.jsonl", "address_forms.jsonl", "addresses_wild.jsonl")
]
COLUMN = Path(__file__).parents[2] / "labelled" / "addresses_column.jsonl"
ALIASES = {
    "h-online.example": "h-online.com",
    "lwn.example": "lwn.net",
    "kernel.example": "kernel.org",
    "blogspot-de.example": "blogspot.de",
    "lkml.iu.example": "lkml.iu.edu",
}
SHA = "9f2b3f7d0e1c4a5b6d7e8f90a1b2c3d4e5f60718"

SAME = [
    [
        "http://www.h-online.com/open/news/item/Kernel-Log-A-title-740203.html",
        "https://h-online.com/open/news/item/Another-slug-740203.html?wt_mc=rss.open#top",
        "http://m.h-online.com/open/news/item/x-740203.html",
        "http://www.h-online.com:80/open/news/item/x-740203.html?view=print",
        "http://www.h-online.com/-740203",
        "http://web.archive.org/web/20090301000000/http://www.h-online.com/open/news/item/x-740203.html",
        "https://web.archive.org/web/20090301000000id_/http://www.h-online.com/open/news/item/x-740203.html",
        "http://web.archive.org/web/*/www.h-online.com/open/news/item/x-740203.html",
        "http://collection.example/wayback/20120101000000mp_/http://www.h-online.com/open/news/item/x-740203.html",
        "http://web.archive.org/web/20090301000000/http%3A//www.h-online.com/open/news/item/x-740203.html",
        "http://www.h-online.com/open/news/item/x-740203.html/from/rss09",
        "www.h-online.com/open/news/item/x-740203.html",
        "http://www.h-online.example/open/news/item/x-740203.html",
        "(http://www.h-online.com/open/news/item/x-740203.html.)",
        "http://www.h-online.com/open/news/item/x-740203.html%20",
        "http://www.h-online.com/open/news/item/x-740203.html&page=2",
        "https://timetravel.example/memento/20120101/http://www.h-online.com/open/news/item/x-740203.html",
        "http://www.webcitation.org/64abcXYZ?url=http://www.h-online.com/open/news/item/x-740203.html",
        "https://out.reddit.com/t3_a?url=http%3A%2F%2Fwww.h-online.com%2Fopen%2Fnews%2Fitem%2Fx-740203.html&token=A",
        "http://www.h-online.com/open/news/item/x-740203.html?PHPSESSID=0123456789abcdef&utm_source=feed",
    ],
    [
        "http://www.heise-online.co.uk/open/Kernel-Log-Linux-2-6-27-Released--/features/111671",
        "http://www.heise-online.co.uk/open/Kernel-Log-Linux-2-6-27-Released--/features/111671/8",
        "http://www.heise-online.co.uk/open/features/print/111671",
        "http://www.heise-online.co.uk/news/Linux-2-6-27-released--/111671",
    ],
    [
        "http://www.heise.de/open/Kernel-Log-Neue-Kernel--/news/meldung/117494",
        "http://www.heise.de/newsticker/meldung/117494",
        "http://www.heise.de/newsticker/meldung/print/117494",
        "http://heise.de/-117494",
        "https://www.heise.de/newsticker/meldung/Ein-Titel-117494.html",
    ],
    [
        "http://www.heise.de/ct/artikel/Die-Neuerungen-von-Linux-2-6-31-763959.html?view=print",
        "https://www.heise.de/hintergrund/Die-Neuerungen-763959.html?seite=3",
        "https://www.heise.de/open/artikel/Die-Neuerungen-763959.html?artikelseite=2",
    ],
    [
        "http://lkml.org/lkml/2009/5/29/129",
        "https://lkml.org/lkml/2009/05/29/129",
        "http://www.lkml.org/lkml/fancy/2009/5/29/129",
        "http://lkml.org/lkml/headers/2009/5/29/129",
    ],
    [
        "https://lore.kernel.org/lkml/4DE886DC.1040807@gmail.com/",
        "https://lore.kernel.org/r/4DE886DC.1040807@gmail.com",
        "http://lkml.kernel.org/r/4DE886DC.1040807%40gmail.com",
        "https://lore.kernel.org/all/4DE886DC.1040807@gmail.com/raw",
        "http://mid.gmane.org/4DE886DC.1040807@gmail.com",
        "https://linuxlists.cc/l/1/linux-kernel/permalink/%3C4DE886DC.1040807%40gmail.com%3E",
        "http://marc.info/?i=4DE886DC.1040807@gmail.com",
        "http://news.gmane.org/find-root.php?message_id=%3c4DE886DC.1040807%40gmail.com%3e",
        "https://lists.debian.org/4DE886DC.1040807@gmail.com",
        "https://lists.debian.org/msgid-search/4DE886DC.1040807@gmail.com",
        "http://thread.gmane.org/4DE886DC.1040807@gmail.com",
        "https://yhbt.net/lore/all/4DE886DC.1040807@gmail.com/T/",
    ],
    [
        "https://lore.kernel.org/lkml/YH%2FfM%2FTsbmcZzwnX@mail.example/",
        "https://lore.kernel.org/all/YH/fM/TsbmcZzwnX@mail.example/T/#u",
        "https://lwn.net/ml/linux-kernel/YH%2FfM%2FTsbmcZzwnX@mail.example/",
    ],
    [
        "http://linux.derkeiler.com/Mailing-Lists/Kernel/2005-11/6937.html",
        "http://linux.derkeiler.com/Mailing-Lists/Kernel/2005-11/msg06937.html",
    ],
    [
        "http://marc.info/?l=linux-kernel&m=123621212812345&w=2",
        "https://marc.info/?m=123621212812345",
        "http://marc.theaimsgroup.com/?l=linux-kernel&m=123621212812345&w=4",
    ],
    [
        "http://article.gmane.org/gmane.linux.kernel/802851",
        "http://thread.gmane.org/gmane.linux.kernel/802851",
        "http://thread.gmane.org/gmane.linux.kernel/802000/focus=802851",
        "http://thread.gmane.org/gmane.linux.kernel/802851/focus=52980",
        "http://thread.gmane.org/gmane.linux.kernel/802851/focus%3D52980",
        "http://permalink.gmane.org/gmane.linux.kernel/802851",
        "http://article.gmane.org/gmane.linux.kernel/match=802851",
    ],
    [
        "https://linuxlists.cc/l/1/linux-kernel/raw/4711",
        "https://linuxlists.cc/l/1/linux-kernel/raw/4711/",
        "http://linuxlists.cc/l/9/linux-kernel/message/4711",
    ],
    [
        "http://groups.yahoo.com/group/linux-dvb/message/4711",
        "https://groups.yahoo.com/neo/groups/linux-dvb/messages/4711",
    ],
    [
        "http://lists.freedesktop.org/archives/xorg-devel/2011-January/018004.html",
        "https://lists.x.org/archives/xorg-devel/2011-January/018004.html",
    ],
    [
        "http://mail.spinics.net/lists/linux-fsdevel/msg33541.html",
        "http://www.spinics.net/lists/linux-fsdevel/msg33541.html",
    ],
    [
        "http://lkml.iu.edu/hypermail/linux/kernel/1212.2/00812.html",
        "http://www.uwsg.indiana.edu/hypermail/linux/kernel/1212.2/00812.html",
        "http://lkml.iu.example/hypermail/linux/kernel/1212.2/00812.html",
    ],
    [
        f"http://git.kernel.org/?p=linux/kernel/git/torvalds/linux-2.6.git;a=commit;h={SHA}",
        f"http://git.kernel.org/gitweb.cgi?p=linux/kernel/git/torvalds/linux-2.6.git;a=commitdiff;h={SHA.upper()}",
        f"https://git.kernel.org/cgit/linux/kernel/git/torvalds/linux.git/commit/?id={SHA}",
        f"https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/patch/drivers/gpu?h=v3.1&id={SHA}",
        f"https://github.com/torvalds/linux/commit/{SHA}",
        f"https://github.com/torvalds/linux/commit/{SHA}.patch",
        f"http://git.kernel.org/linus/{SHA}",
        f"http://git.kernel.org/torvalds/c/{SHA}",
        f"https://git.stricted.example?a=commit&h={SHA}&p=x.git",
        f"http://cgit.freedesktop.org/xorg/xserver/commit/?id={SHA}",
        f"http://git.kernel.example/?p=x.git;a=commit;h={SHA}",
    ],
    [
        "http://lwn.net/Articles/325485",
        "https://lwn.net/Articles/325485/",
        "https://lwn.net/Articles/325485/#Comments",
        "http://lwn.net/SubscriberLink/325485/0123456789abcdef/",
        "http://lwn.net/325485",
        "http://lwn.example/Articles/325485/bigpage",
        "http://lwn.net/Articles/325485/?format=printable",
    ],
    [
        "http://who-t.blogspot.com/2009/03/wheel-emulation.html",
        "http://who-t.blogspot.de/2009/03/wheel-emulation.html",
        "https://who-t.blogspot.co.uk/2009/03/wheel-emulation.html?m=1",
        "http://who-t.blogspot.com.au/2009/03/wheel-emulation.html?showComment=1236#c12",
        "http://who-t.blogspot-de.example/2009/03/wheel-emulation.html",
    ],
    [
        "http://thunk.org/tytso/blog/2009/03/12/delayed-allocation/",
        "https://thunk.org/tytso/blog/2009/03/12/delayed-allocation/comment-page-5/",
        "http://thunk.org/tytso/blog/2009/03/12/delayed-allocation/?replytocom=17",
    ],
    [
        "http://forums.gentoo.org/viewtopic.php?t=4711",
        "http://forums.gentoo.org/viewtopic.php?f=7&t=4711&start=0&highlight=suspend",
        "http://forums.gentoo.org/viewtopic.php?t=4711&sid=00aa11bb22cc33dd44ee55ff66aa77bb",
    ],
    ["http://ubuntuforums.org/showthread.php?t=12", "http://ubuntuforums.org/showthread.php?threadid=12&page=1"],
    ["http://mjg59.livejournal.com/81535.html", "http://mjg59.livejournal.com/81535.html?thread=123#t123"],
    [
        "http://bugzilla.kernel.org/show_bug.cgi?id=11805",
        "https://bugzilla.kernel.org/show_bug.cgi?id=11805#c4",
        "http://bugme.osdl.org/show_bug.cgi?id=11805",
        "http://bugzilla.kernel.example/show_bug.cgi?id=11805",
    ],
    ["http://bugs.freedesktop.org/33246", "https://bugs.freedesktop.org/show_bug.cgi?id=33246"],
    [
        "https://kernelnewbies.org/Linux_2_6_31",
        "http://kernelnewbies.org/Linux_2_6_31?action=print&rev=12",
        "http://kernelnewbies.org/Linux_2_6_31#head-0815",
    ],
    [
        "http://www.kernel.org/pub/linux/kernel/v2.6/ChangeLog-2.6.29",
        "ftp.de.kernel.org/pub/linux/kernel/v2.6/ChangeLog-2.6.29",
        "https://mirrors.kernel.org/pub/linux/kernel/v2.6/ChangeLog-2.6.29",
    ],
    ["http://www.Example.org/a/b.html", "https://example.org/a/b.html#there", "http://example.org:80/a/b.html?utm_medium=x"],
]  # fmt: skip

APART = [
    ("http://www.heise.de/newsticker/meldung/110975", "http://www.heise-online.co.uk/news/110975"),
    ("http://bugzilla.kernel.org/show_bug.cgi?id=1", "http://bugs.freedesktop.org/show_bug.cgi?id=1"),
    ("http://example.org/a?x=1", "http://example.org/a?x=2"),
    ("http://lkml.org/lkml/2009/5/29/129", "http://lkml.org/lkml/2009/5/29/12"),
    (
        "http://oss.sgi.com/projects/netdev/archive/2000-06/msg00254.html",
        "http://oss.sgi.com/projects/xfs/archive/2000-06/msg00254.html",
    ),
    ("https://en.wikipedia.org/wiki/Sun_Microsystems,_Inc.", "https://en.wikipedia.org/wiki/Sun_Microsystems,_Inc"),
    ("http://en.wikipedia.org/wiki/Linux_(kernel)", "http://en.wikipedia.org/wiki/Linux_(kernel"),
    ("http://forums.gentoo.org/viewtopic.php?t=4711", "http://forums.gentoo.org/viewtopic.php?t=4711&start=25"),
    ("http://forums.gentoo.org/viewtopic.php?t=4711", "http://forums.gentoo.org/viewtopic.php?p=4711"),
    ("http://mjg59.livejournal.com/1.html", "http://airlied.livejournal.com/1.html"),
]

ALONE = [
    ("http://lkml.org/lkml/2009/5/29", "page"),
    ("http://lwn.net/Kernel/Index/", "page"),
    ("http://www.h-online.com/open/", "page"),
    ("http://www.heise.de/open/foren/S-Kernel/forum-12345/msg-1234567/read/", "page"),
    ("http://git.kernel.org/?p=linux/kernel/git/torvalds/linux-2.6.git;a=shortlog;h=refs/heads/master", "page"),
    ("http://git.kernel.org/?p=linux/kernel/git/torvalds/linux-2.6.git;a=blob;f=Makefile;h=0123456789abcdef", "page"),
    ("http://www.kernel.org/", "page"),
    ("http://tux3.org/scale7x.pdf", "pdf"),
    ("http://lists.freedesktop.org/archives/mesa-dev/attachments/20110101/abcdef/attachment.pdf", "pdf"),
    ("http://www.mesa3d.org/relnotes-7.5.html", "release_note"),
    ("http://freshmeat.net/projects/lm_sensors/releases/297013", "release_note"),
    ("http://support.amd.com/Pages/CatalystReleaseNotes.aspx", "release_note"),
    ("http://magazine.example/press/releases/2009/", "page"),
    ("http://magazine.example/news.html", "page"),
    ("http://magazine.example/journal/v406/full/4061047a0.html", "page"),
    ("https://lwn.net/ksdb/releases/v3.6/", "page"),
    ("https://android-review.googlesource.com/c/kernel/common/+/3870920", "page"),
    ("http://bugs.opensolaris.org/view_bug.do?bug_id=4852783", "bug"),
    ("http://magazine.example/2009/the-changes-in-linux", "page"),
    ("http://magazine.example/issues/2009/101/kernel-news", "page"),
    ("http://blog.gmane.org/gmane.linux.kernel/month=20090301", "page"),
    ("http://hplipopensource.com/hplip-web/release_notes.html", "release_note"),
    ("http://lists.kernelnewbies.org/pipermail/kernelnewbies/2011-March/001234.html", "mail"),
    ("http://patchwork.kernel.org/patch/12345/", "mail"),
    ("http://kerneltrap.org/mailarchive/linux-kernel/2008/2/12/818604", "mail"),
    ("https://bugs.launchpad.net/ubuntu/+source/linux/+bug/263555", "bug"),
    ("http://example.org/blog/2009/03/a-post", "blog"),
]


def named(url: str) -> tuple[str, str]:
    identity = registry.identify(url, aliases=ALIASES)
    return identity.kind, identity.key


@pytest.mark.parametrize("urls", SAME, ids=lambda urls: urls[0])
def test_all_addresses_of_a_thing_have_one_key(urls: list[str]) -> None:
    assert {url: named(url) for url in urls} == dict.fromkeys(urls, named(urls[0]))
    assert named(urls[0])[0] != "page" or "xample.org" in urls[0] or "forum" in urls[0]


@pytest.mark.parametrize(("one", "other"), APART)
def test_things_that_look_alike_stay_apart(one: str, other: str) -> None:
    assert named(one) != named(other)


@pytest.mark.parametrize(("url", "kind"), ALONE)
def test_an_address_is_of_this_kind(url: str, kind: str) -> None:
    assert named(url)[0] == kind


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("http://www.phoronix.com/forums/showthread.php?t=12345", "forum"),
        ("http://www.linuxquestions.org/questions/linux-kernel-70/no-sound-since-2-6-29-712345/", "forum"),
        ("http://www.phoronix.com/forums/threads/88-Release-notes-of-Mesa", "forum"),
        ("http://www.phoronix.com/forums/forumdisplay.php?f=8", "page"),
        ("http://magazine.example/story-12345.html", "page"),
        ("http://lwn.net/Articles/325485/?viewtopic.php", "lwn"),
    ],
)
def test_topics_of_forums_have_a_source_of_their_own(url: str, source: str) -> None:
    assert registry.identify(url).source == source


def test_pages_of_a_feature_are_counted_in_all_forms() -> None:
    forms = {
        "http://www.h-online.com/open/features/X-1047707.html%3Fpage=2": 2,
        "http://www.h-online.com/open/features/X-1047707.html?page=7": 7,
        "http://www.heise-online.co.uk/open/X--/features/111671/8": 8,
        "https://www.heise.de/ct/artikel/X-763959.html?seite=3": 3,
        "http://www.h-online.com/open/features/X-1047707.html?page=0": 1,
        "http://www.h-online.com/open/features/X-1047707.html?page=2%23storage": 2,
        "http://www.heise.de/open/artikel/117101/0/2": 2,
        "http://www.h-online.com/open/features/X-1047707.html?page=99999": 1,
        "http://www.phoronix.com/scan.php?page=news_item&px=NzM3OQ": 1,
    }
    assert {url: registry.identify(url).page for url in forms} == forms


def test_the_address_stays_as_given_but_for_its_decoration() -> None:
    identity = registry.identify(
        "HTTP://WWW.H-Online.example:80/open/news/item/A-B-740203.html?utm_source=x#top", aliases=ALIASES
    )
    assert identity == Identity(
        "issue", "740203", "http://www.h-online.example/open/news/item/A-B-740203.html", number="740203", source="the_h"
    )


@pytest.mark.parametrize(
    "line",
    [line for path in LABELLED for line in path.read_text(encoding="utf-8").splitlines()],
    ids=lambda line: json.loads(line)["url"],
)
def test_a_labelled_address_is_what_its_label_says(line: str) -> None:
    label = json.loads(line)
    found = registry.identify(label["url"])
    asked = {"kind": found.kind, "key": found.number, "page": found.page}
    assert {name: value for name, value in asked.items() if name in label} == {
        name: label[name] for name in asked if name in label
    }
    if label.get("same_as"):
        other = registry.identify(label["same_as"])
        is_short = found.kind == other.kind == "commit" and other.key.startswith(found.key)
        assert is_short or (found.kind, found.key) == (other.kind, other.key)
    if label.get("differs_from"):
        other = registry.identify(label["differs_from"])
        assert (found.kind, found.key) != (other.kind, other.key)


@pytest.mark.parametrize(
    "line", COLUMN.read_text(encoding="utf-8").splitlines(), ids=lambda line: json.loads(line)["url"]
)
def test_an_address_that_the_column_links_to_is_what_its_label_says(line: str) -> None:
    label = json.loads(line)
    found = registry.identify(label["url"])
    expected = label["expected"]
    assert found.kind in {expected["kind"], *label.get("also", [])}
    assert (found.number, found.page) == (expected["key"], expected["page"])
    if "mail" in label:
        assert found.key == label["mail"]
    if "same_as" in label:
        assert registry.identify(label["same_as"]).key == found.key


def test_real_addresses_are_what_they_are_expected_to_be(shared: Path) -> None:
    wrong = []
    lines = (shared / "corpus" / "real_addresses_dev.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        case = json.loads(line)
        found = registry.identify(case["url"])
        if {"kind": found.kind, "key": found.number, "page": found.page} != case["expected"]:
            wrong.append((case["url"], found))
    print(f"{len(lines) - len(wrong)} of {len(lines)} right")
    assert wrong == []


@given(st.text() | st.text(alphabet="htps:/.w?&=%3F#@<>[]0-9abc\\;-_ ", max_size=80).map("http://".__add__))
@example("http://[::1")
@example("http://[v1.x]/")
@example("http://a:99999999/")
@example("http://\u2100.example/")
@example("http:///path")
@example("http://h-online.com/" + "archive/a" * 50_000)
@example("http://web.archive.org/web/20090101000000/http://[/")
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    try:
        identity = registry.identify(text, aliases=ALIASES)
    except UsageError:
        return
    assert identity.kind in KINDS
    assert identity.key
    assert identity.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("urls", SAME, ids=lambda urls: urls[0])
def test_a_cleaned_address_is_clean(urls: list[str]) -> None:
    for url in urls:
        once = registry.identify(url, aliases=ALIASES)
        assert registry.identify(once.url, aliases=ALIASES) == once


@pytest.mark.parametrize(
    "text", ["", "mailto:x@example.org", "javascript:void(0)", "ftp://kernel.org/pub", "not an address", "#top"]
)
def test_what_is_no_web_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="expected one such as"):
        registry.identify(text)
    assert registry.link_identifier()(text) is None


def test_kinds_of_the_registry_are_the_kinds_of_the_records() -> None:
    assert {source.kind for source in registry.SOURCES} == set(KINDS)
    assert len({source.name for source in registry.SOURCES}) == len(registry.SOURCES)
    assert registry.SOURCES[-1].name == "page"


def test_a_pdf_behind_any_address_is_read_as_one() -> None:
    body = (Path(__file__).parent / "golden" / "pdf" / "slides.pdf").read_bytes()
    url = "http://talks.example/download.php?id=3"
    capture = Capture(url, url, 200, "application/octet-stream", dt.datetime(2009, 6, 1), body)
    document = registry.parse(registry.identify(url), [capture])
    assert (document.kind, document.title) == ("page", "Cold caches")
