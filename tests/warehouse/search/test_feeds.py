"""Queries of a home's `feeds.toml` become Atom files: well-formed whatever a document holds, with ids that stay."""

import datetime as dt
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.search_ui.conftest import HOSTILE
from warehouse.errors import UsageError
from warehouse.home import Home
from warehouse.records import Hit
from warehouse.search import open_search
from warehouse.search.feeds import Feed, Feeds, _atom, read_feeds, write_feeds

ATOM = "{http://www.w3.org/2005/Atom}"
GOOD = '[[feed]]\nname = "btrfs"\nquery = "btrfs kind:issue"\n'


def test_a_feed_has_the_newest_documents_of_its_query(sample_home: Path, tmp_path: Path) -> None:
    feeds = Feeds("http://page.example/klog/", (Feed("btrfs", "Btrfs & <friends>", "btrfs kind:issue", 3),))
    with open_search(Home(sample_home).release() / "search") as search:
        assert write_feeds(search, feeds, "http://127.0.0.1:8501", tmp_path / "feeds") == {"btrfs": ()}
        assert write_feeds(search, feeds, "http://127.0.0.1:8501", tmp_path / "again") == {"btrfs": ()}
        found = search.search("btrfs kind:issue", mode="keyword", order="newest", k=3, syntax=True, dates=False)
    written = tmp_path / "feeds" / "btrfs.xml"
    assert written.read_bytes() == (tmp_path / "again" / "btrfs.xml").read_bytes()
    root = ET.parse(written).getroot()
    assert root.findtext(f"{ATOM}title") == "Btrfs & <friends>"
    entries = root.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == [hit.title for hit in found.hits]
    days = [one.findtext(f"{ATOM}updated") for one in entries]
    assert days == sorted(days, reverse=True) and root.findtext(f"{ATOM}updated") == days[0]
    links = [one.find(f"{ATOM}link").get("href") for one in entries]
    assert links == [f"http://page.example/klog/?view=document&id={hit.document_id}" for hit in found.hits]
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 3


def test_a_feed_is_well_formed_whatever_a_document_holds() -> None:
    texts = [*HOSTILE, "\x00\x1b", "\ud800", "\ufffe", "]]>"]
    hits = [
        Hit(f"d{number}", "page", text, None, text, text, dt.datetime(2009, 1, 1), 0.0, ())
        for number, text in enumerate(texts)
    ]
    root = ET.fromstring(ET.tostring(_atom(Feed("a", texts[0], texts[1], 50), hits, "http://p.example")))
    assert len(root.findall(f"{ATOM}entry")) == len(hits)
    assert {one.tag.removeprefix(ATOM) for one in root.iter()} <= {
        "feed", "id", "title", "subtitle", "updated", "published", "link", "entry", "author", "name", "summary",
    }  # fmt: skip


def test_a_home_without_the_file_has_no_feeds(tmp_path: Path) -> None:
    assert read_feeds(tmp_path / "feeds.toml") == Feeds(None, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[feed", "is not TOML"),
        ('[[feed]]\nname = "../x"\nquery = "a"\n', r"feed 1: name is '../x'"),
        ('[[feed]]\nname = "x"\n', "feed 1: query is None"),
        ('[[feed]]\nname = "x"\nquery = "a"\nentries = 0\n', "feed 1: entries is 0"),
        ('[[feed]]\nname = "x"\nquery = "a"\nurl = "b"\n', "feed 1: url is 'b'"),
        (GOOD + GOOD, "names two feeds 'btrfs'"),
        ('page = "javascript:alert(1)"\n', "page is 'javascript"),
        ("feeds = 1\n", "something else"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_feeds(path)
