"""The bundled sample keeps what it promises: kinds, links, addresses, dates, damage, and a current WARC."""

import csv
import datetime as dt
import gzip
import html
import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flows.sample import HOST_ALIASES, SAMPLE_WARC
from flows.sample.make_sample import is_same_warc, main, render, render_warc
from flows.sample.moments import MONTHS
from flows.sample.texts import DAMAGES, GERMAN_SAMPLE_NOTE, KINDS, SAMPLE_NOTE, SampleText, read_text, read_texts
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.sql import run_sql

RELEASES = Path(__file__).parents[2] / "dbt_models" / "seeds" / "seed_kernel_releases.csv"
ADDRESS_FORMS = {
    "2008 feature with its page as last part": r"heise-online\.example/open/[^/]+--/features/\d{6}/\d+$",
    "2008 news": r"heise-online\.example/open/[^/]+--/news/\d{6}$",
    "2009 news": r"//(www\.)?h-online\.example/open/[^/]+--/news/\d{6}$",
    "news item": r"h-online\.example/open/news/item/[^/]+-\d+\.html",
    "feature": r"h-online\.example/open/features/[^/]+-\d+\.html$",
    "feature renumbered for 2008 and 2009": r"h-online\.example/open/features/[^/]+-746\d{3}\.html$",
    "page of a feature": r"h-online\.example/open/features/[^/]+\.html\?page=[2-7]$",
    "page of a feature, escaped": r"h-online\.example/open/features/[^/]+\.html%3Fpage=[2-7]$",
    "anchor of a feature": r"h-online\.example/open/features/[^/]+\.html\?anchor=\w+$",
    "anchor of a feature, escaped": r"h-online\.example/open/features/[^/]+\.html%3Fanchor=\w+$",
    "without www": r"//h-online\.example/open/",
    "German short address": r"heise\.example/-\d+$",
    "German article": r"//(www\.)?heise\.example/open/artikel/[^/]+-\d+\.html",
    "German c't article": r"heise\.example/ct/artikel/[^/]+-\d+\.html",
    "German background article": r"heise\.example/hintergrund/[^/]+-\d+\.html",
    "German news in print": r"heise\.example/.*news/.+\.html\?view=print$",
    "German news before 2009": r"heise\.example/open/[^/]+--/news/meldung/\d{6}$",
    "lkml.org": r"lkml\.example/lkml/20\d\d/\d+/\d+/\d+$",
    "marc.info": r"marc\.example/\?l=[\w-]+&m=\d{15}",
    "lore.kernel.org": r"lore\.kernel\.example/",
    "gmane": r"gmane\.example/",
    "pipermail": r"lists\.(freedesktop|x)\.example/archives/[\w-]+/20\d\d-\w+/\d+\.html$",
    "hypermail": r"lkml\.iu\.example/hypermail/linux/kernel/\d{4}\.\d/\d+\.html$",
    "gitweb": r"git\.kernel\.example/\?p=[^;]+;a=commit;h=[0-9a-f]{40}$",
    "cgit": r"git\.kernel\.example/cgit/.*commit/?\?id=[0-9a-f]{7,40}$",
    "GitHub": r"github\.example/[\w-]+/[\w-]+/commit/[0-9a-f]{7,40}$",
    "LWN": r"lwn\.example/Articles/\d+/?$",
    "kernelnewbies, 2.6": r"kernelnewbies\.example/Linux_2_6_\d\d$",
    "kernelnewbies, 3": r"kernelnewbies\.example/Linux_?3\.\d+$",
    "thunk.org": r"thunk\.example/tytso/blog/",
    "blogspot": r"\.blogspot\.example/20\d\d/\d\d/",
    "blogspot of a country": r"\.blogspot-(de|uk|au)\.example/20\d\d/\d\d/",
    "LiveJournal": r"\.livejournal\.example/\d+\.html",
    "bugzilla.kernel.org": r"bugzilla\.kernel\.example/show_bug\.cgi\?id=\d+$",
    "ChangeLog": r"www\.kernel\.example/pub/linux/kernel/.*ChangeLog-[\d.]+$",
    "PDF": r"\.pdf$",
}
TOPICS_WITH_A_HISTORY = {
    "Xen": r"\bXen\b",
    "KVM": r"\bKVM\b",
    "ext4": r"\b[Ee]xt4\b",
    "btrfs": r"\b[Bb]trfs",
    "SSD and discard": r"\bSSDs?\b|\bTRIM\b|\b[Dd]iscard\b",
    "kernel mode setting": r"\bmode setting\b|\bKMS\b",
    "wireless drivers": r"\bWi-Fi\b|\b[Ww]ireless\b|802\.11",
    "staging": r"\bstaging\b",
    "stable and longterm series": r"\bstable (?:series|kernel|team)|\blong-?term\b|maintained for",
    "big kernel lock": r"\bBKL\b|[Bb]ig [Kk]ernel [Ll]ock",
    "namespaces and control groups": r"\bnamespaces?\b|\bcontrol groups?\b|\bcgroups?\b",
    "wakelocks": r"\bwakelocks?\b|\bsuspend blockers?\b|\bautosleep\b",
    "AppArmor": r"\bAppArmor\b",
    "X server": r"\bX[ -]Server\b",
    "Wayland": r"\bWayland\b",
}
_VERSION = r"(?:2\.6|3)\.\d+(?:\.\d+)?(?:-rc\d+)?"
_DAY = rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)}) (?P<year>20\d\d)"
_DATED_RELEASES = (
    re.compile(
        rf"(?:released|published|ended with|closed it with) (?:Linux |version )?(?P<version>{_VERSION}) on {_DAY}"
    ),
    re.compile(
        rf"(?<!Server )(?<!of )(?<!of Linux )\b(?P<version>{_VERSION})(?:, which)? "
        r"(?:was |has been |had been )?(?:finally |officially )?"
        rf"(?:released|appeared|followed|came out|published|arrived) on {_DAY}"
    ),
)


@cache
def _texts() -> tuple[SampleText, ...]:
    return tuple(read_texts())


def _of_kind(*kinds: str) -> list[SampleText]:
    return [text for text in _texts() if text["kind"] in kinds]


def _plain(text: SampleText) -> str:
    return " ".join(" ".join(body.split()) for _, body in text.pages) + " " + " ".join(text["lead"].split())


def _links(text: SampleText) -> set[str]:
    pages = [render(text, capture).body.decode("utf-8", "replace") for capture in text.captures()]
    hrefs = {html.unescape(href) for page in pages for href in re.findall(r'href="([^"]+)"', page)}
    return hrefs | set(re.findall(r"https?://[^\s<>)\]\"]+", " ".join(body for _, body in text.pages)))


def _same(address: str) -> str:
    parts = urlsplit(address.replace("%3F", "?"))
    host = re.sub(r"\.blogspot-\w+\.example$", ".blogspot.example", parts.netloc.removeprefix("www."))
    return f"{host}{parts.path.rstrip('/')}?{parts.query}".rstrip("?")


def test_warc_is_what_the_texts_give_and_small() -> None:
    made = render_warc(_texts())
    assert made == render_warc(_texts())
    assert is_same_warc(made, SAMPLE_WARC.read_bytes()), "run: python -m flows.sample.make_sample"
    assert len(made) < 1_000_000


def test_sample_has_every_kind_and_the_promised_counts() -> None:
    kinds = Counter(text["kind"] for text in _texts())
    assert set(kinds) == KINDS
    assert kinds["issue"] >= 20
    assert sum(kinds.values()) - kinds["issue"] >= 48


def test_issues_span_2008_to_2013_in_three_markups() -> None:
    issues = _of_kind("issue")
    assert {text.dated.at.year for text in issues} == set(range(2008, 2014))
    assert {text["markup"] for text in issues} == {"plain", "cms", "table"}


@pytest.mark.parametrize("topic", TOPICS_WITH_A_HISTORY)
def test_topic_has_a_history_of_four_issues(topic: str) -> None:
    issues = [text for text in _of_kind("issue") if re.search(TOPICS_WITH_A_HISTORY[topic], _plain(text))]
    assert len(issues) >= 4


def test_mail_commit_and_blog_come_in_at_least_three_dresses() -> None:
    for kind in ("mail", "commit", "blog"):
        assert len({capture.markup for text in _of_kind(kind) for capture in text.captures()}) >= 3, kind


def test_every_source_is_linked_from_an_issue() -> None:
    linked = {_same(link) for issue in _of_kind("issue") for link in _links(issue)}
    for text in _texts():
        if text["kind"] != "issue":
            assert any(_same(capture.url) in linked for capture in text.captures()), text.name


@pytest.mark.parametrize("form", ADDRESS_FORMS)
def test_address_form_is_used(form: str) -> None:
    captured = {capture.url for text in _texts() for capture in text.captures()}
    linked = {link for text in _texts() for link in _links(text)}
    assert any(re.search(ADDRESS_FORMS[form], address) for address in captured | linked)


def test_hosts_have_aliases_and_end_in_example() -> None:
    for text in _texts():
        for capture in text.captures():
            host = urlsplit(capture.url).hostname or ""
            assert any(host == alias or host.endswith(f".{alias}") for alias in HOST_ALIASES), host
    assert all(alias.endswith(".example") for alias in HOST_ALIASES)
    assert list(HOST_ALIASES) == sorted(HOST_ALIASES)


def test_dated_releases_agree_with_the_release_table() -> None:
    with RELEASES.open(encoding="utf-8", newline="") as rows:
        dates = {row["version"]: row["released_on"] for row in csv.DictReader(rows)}
    statements = [
        (text.name, match) for text in _texts() for form in _DATED_RELEASES for match in form.finditer(_plain(text))
    ]
    assert len(statements) >= 30
    for name, match in statements:
        said = dt.date(int(match["year"]), MONTHS.index(match["month"]) + 1, int(match["day"]))
        known = dates.get(match["version"])
        assert known is not None, f"{name}: {match[0]} is not in {RELEASES.name}"
        assert known in ("", said.isoformat()), f"{name}: {match[0]}, the table says {known}"


def test_mainline_versions_named_after_linux_are_in_the_release_table() -> None:
    with RELEASES.open(encoding="utf-8", newline="") as rows:
        known = {row["version"] for row in csv.DictReader(rows)}
    for text in _texts():
        for version in re.findall(r"\bLinux (2\.6\.\d+|3\.\d+)(?![\d.]*\d)", _plain(text)):
            assert version in known, f"{text.name}: Linux {version}"


def test_every_page_says_that_it_is_a_sample() -> None:
    for text in _texts():
        if not (text.has_damage("truncated") or text.has_damage("not-html")):
            pages = [render(text, capture).body for capture in text.captures()]
            note = GERMAN_SAMPLE_NOTE if text["language"] == "de" else SAMPLE_NOTE
            assert any(note.encode() in b" ".join(page.split()) for page in pages), text.name


def test_authors_are_sample_names_and_old_logs_have_none() -> None:
    for text in _texts():
        assert not text["author"] or text["author"].startswith("Sample"), text.name
        assert text["facts"]
        if text["lead"]:
            assert text["author"], text.name


def test_nothing_is_captured_before_it_was_published() -> None:
    for text in _texts():
        if text.published:
            assert text.published.utc.date() <= min(c.captured for c in text.captures()).date(), text.name


def test_every_damage_is_shown_by_a_page() -> None:
    shown = {flag for text in _texts() for flag in text.items("damage")}
    assert {"mojibake", "stray-bracket", "glued-pdf", "logo-in-byline", "truncated", "not-html"} <= shown <= DAMAGES
    for text in _texts():
        rendered = [render(text, capture) for capture in text.captures()]
        first = rendered[0].body.decode("utf-8", "replace")
        signs = {
            "mojibake": "â€" in first,
            "stray-bracket": re.search(r"(?:\w|</a>)\]\W", first) is not None,
            "glued-pdf": '</a><span class="filetype">PDF' in first,
            "logo-in-byline": re.search(r"by Sample Desk <img [^>]*logo", first) is not None,
            "truncated": rendered[0].announced_bytes > len(rendered[0].body),
            "not-html": b"\x00" in rendered[0].body and rendered[0].content_type.startswith("text/html"),
        }
        for flag, seen in signs.items():
            assert seen or not text.has_damage(flag), f"{text.name}: {flag}"


def test_one_feature_has_three_pages_whose_inner_pages_have_no_head() -> None:
    features = [text for text in _of_kind("issue") if len(text.pages) >= 3]
    assert any(text.pages[1][0].endswith("?page=2") for text in features)
    assert any(re.search(r"-746\d{3}\.html$", text.pages[1][0]) for text in features)
    for text in features:
        _, *inner = (render(text, c).body.decode() for c in text.captures() if c.page <= 3 and not c.is_print)
        for page in inner:
            assert "<h1>" not in page
            assert f"{text.dated.at:%d} {MONTHS[text.dated.at.month - 1]}" not in page.split("<h3>")[0]


def test_one_issue_has_two_addresses_and_a_german_original() -> None:
    assert any(len({_same(c.url) for c in text.captures()}) < len(list(text.captures())) for text in _of_kind("issue"))
    german = [text for text in _of_kind("issue") if text["language"] == "de"]
    linked = {_same(link) for text in _of_kind("issue") if text["language"] != "de" for link in _links(text)}
    assert any(_same(capture.url) in linked for text in german for capture in text.captures())


def test_every_source_of_the_built_archive_is_cited_by_an_issue(sample_home: Path) -> None:
    release = Home(sample_home).release()
    cited = "SELECT target_document_id FROM links JOIN issues USING (document_id) WHERE target_document_id IS NOT NULL"
    found = run_sql(release, f"SELECT title, document_id IN ({cited}) FROM documents WHERE kind <> 'issue'", Settings())
    reached = {title for title, is_cited in found.rows if is_cited}
    # Where a mail or post lies at two addresses, issues name one of them.
    assert {title for title, _ in found.rows} == reached
    assert len(reached) >= 48


def test_an_inner_page_at_an_anchor_is_read_as_part_of_its_issue(sample_home: Path) -> None:
    found = run_sql(
        Home(sample_home).release(),
        """SELECT i.pages, contains(d.text, 'For Ivy Bridge'), contains(d.text, 'The Android drivers, thrown out')
        FROM issues i JOIN documents d USING (document_id) WHERE d.key = '1527316'""",
        Settings(),
    )
    assert list(found.rows) == [(2, True, True)]


def test_text_that_breaks_the_format_is_named_with_its_fault(tmp_path: Path) -> None:
    path = tmp_path / "a-99-broken.md"
    path.write_text("---\nurl: http://lwn.net/Articles/1/\nkind: lwn\nmarkup: lwn\n---\nText.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a-99-broken\.md: field 'title' is missing"):
        read_text(path)


def test_check_tells_a_stale_warc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = tmp_path / "sample.warc.gz"
    stale.write_bytes(gzip.compress(b"WARC/1.0\r\n"))
    assert main(["--check", "--out", str(stale)]) == 1
    assert "run make_sample" in capsys.readouterr().out
