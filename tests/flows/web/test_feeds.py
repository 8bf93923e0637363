"""Feeds that a setting names list their entries to every build that asks the network, and are no pages themselves."""

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.origins import open_origins
from flows.steps import discover
from flows.web.feeds import MOST_BYTES, MOST_ENTRIES, read_feed
from tests.flows.web.server import Server, plain
from tests.flows.web.steps import run_steps
from warehouse.errors import FetchFailed, SettingError
from warehouse.settings import Settings, read_settings

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="/page/"><title>News</title>
<link href="http://other.example/"/>
<entry><title>One</title><link rel="self" href="/no"/><link href="one"/><published>2026-11-28T10:00:00+02:00</published></entry>
<entry><title>Two</title><link rel="alternate" href="two"/><updated>2026-11-27T10:00:00Z</updated></entry>{more}
</feed>"""
RSS = """<rss version="2.0"><channel><link>http://other.example/</link>
<item><link>
  {base}/page/three </link><pubDate>Wed, 04 Mar 2009 17:31:20 +0100</pubDate></item>
<item><title>No address</title></item><item><link>ftp://x/</link></item></channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item><link>http://lwn.net/Articles/321696/</link><dc:date>2008-01-02</dc:date></item></rdf:RDF>"""
ENTRY = '<entry><link href="{}"/></entry>'
BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "{}"><!ENTITY b "{}"><!ENTITY c "{}">]><rss><item><link>http://x.example/&c;</link></item></rss>'
).format("a" * 1000, "&a;" * 1000, "&b;" * 1000)


def rows(home: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def feed(text: str) -> Callable:
    return plain(200, text.encode(), kind="application/xml")


def test_entries_are_fetched_each_once_and_new_ones_when_the_feed_is_due_again(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = (f"{server.base}/atom", f"{server.base}/rss")
    settings = settings_for(server.base, feeds=feeds)
    packed = plain(200, gzip.compress(RSS.format(base=server.base).encode()), "Content-Encoding: gzip")
    server.answers |= {"/atom": feed(ATOM.format(more="")), "/rss": packed, "/robots.txt": plain(404, b"")}
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"])
    found = rows(
        tmp_path / "home", "SELECT url, state, found_how, found_in, target_at::VARCHAR FROM raw.fetches ORDER BY url"
    )
    assert found == [
        (f"{server.base}/page/one", "done", "feed", feeds[0], "2026-11-28 08:00:00"),
        (f"{server.base}/page/three", "done", "feed", feeds[1], "2009-03-04 16:31:20"),
        (f"{server.base}/page/two", "done", "feed", feeds[0], "2026-11-27 10:00:00"),
    ]
    assert rows(tmp_path / "home", "SELECT url, reason FROM raw.set_aside") == [("ftp://x/", "address")]
    server.asked.clear()
    server.answers["/atom"] = feed(ATOM.format(more=ENTRY.format("four") + ENTRY.format("one")))
    run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"])
    assert server.asked == []
    monkeypatch.setattr(discover, "ASKED_AGAIN_AFTER", dt.timedelta(0))
    run = run_steps(tmp_path / "home", settings, ["live"], ["discover", "fetch"])
    assert run.counts["fetched"] == 1
    assert sorted(path for path in server.paths() if path != "/robots.txt") == ["/atom", "/page/four", "/rss"]


def test_what_is_no_feed_is_set_aside_with_its_reason_and_asked_again(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    names = ("html", "text", "big", "gone", "hidden/feed", "good")
    feeds = tuple(f"{server.base}/{name}" for name in names)
    server.answers |= {
        "/html": plain(200, b"<html><body>A page.</body></html>"), "/text": plain(200, b"\x00no"),
        "/big": plain(200, gzip.compress(b"<rss>" + b" " * MOST_BYTES), "Content-Encoding: gzip"),
        "/robots.txt": plain(200, b"User-agent: *\nDisallow: /hidden/"), "/good": feed(RDF),
    }  # fmt: skip
    settings = settings_for(server.base, feeds=feeds)
    for _ in range(2):
        run_steps(tmp_path / "home", settings, ["live"], ["discover"])
    reasons = {
        url.removeprefix(f"{server.base}/"): reason
        for url, reason in rows(tmp_path / "home", "SELECT url, reason FROM raw.set_aside")
    }
    assert reasons == {"html": "feed", "text": "feed", "big": "too_large", "gone": "http_404", "hidden/feed": "robots"}
    assert rows(tmp_path / "home", "SELECT key FROM raw.fetches") == [("321696",)]
    assert [server.paths().count(f"/{name}") for name in names] == [2, 2, 2, 2, 0, 1]


def test_entities_are_not_expanded_and_entries_come_to_an_end() -> None:
    found = list(read_feed(BOMB.encode(), "http://x.example/feed", "feed"))
    assert all(len(one.url) < 100 for one in found)
    many = f"<rss>{'<item><link>http://x.example/</link></item>' * 2 * MOST_ENTRIES}</rss>"
    assert sum(1 for _ in read_feed(many.encode(), "http://x.example/feed", "feed")) == MOST_ENTRIES
    with pytest.raises(FetchFailed, match="expected an Atom or RSS feed"):
        list(read_feed(b"", "http://x.example/feed", "http://x.example/feed"))


def test_feeds_are_asked_only_by_a_build_over_the_network() -> None:
    settings = Settings(feeds=("http://x.example/feed",))
    assert [one.name for one in open_origins(["live"], settings)] == ["feeds", "live"]
    assert [one.name for one in open_origins(["sample"], settings)] == ["sample"]
    assert [one.name for one in open_origins(["local"], settings, mail=[Path("m")])] == ["mail"]


def test_the_setting_takes_addresses_separated_by_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_FEEDS", "https://lwn.net/headlines/rss  http://127.0.0.1:8080/feed")
    assert read_settings().feeds == ("https://lwn.net/headlines/rss", "http://127.0.0.1:8080/feed")
    monkeypatch.setenv("KLOG_FEEDS", "lwn.net/headlines/rss")
    with pytest.raises(SettingError, match=r"KLOG_FEEDS is .* is not the address of a feed; expected"):
        read_settings()
