"""One mail, post or article read at several addresses is one document, and links to any of them lead to it."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.connection import open_warehouse
from warehouse.frontier.copies import find_copies
from warehouse.frontier.forget import forget_thing
from warehouse.frontier.link_targets import resolve_links
from warehouse.home import Home
from warehouse.load import insert
from warehouse.records import Identity

SENT = dt.datetime(2009, 2, 27, 17, 59, 12)


@pytest.fixture
def warehouse(tmp_path: Path):
    with open_warehouse(Home(tmp_path)) as connection:
        yield connection


def read(warehouse, name: str, *, kind: str = "mail", **facts) -> None:
    """Store a document that was read."""
    row = {
        "document_id": name, "kind": kind, "key": name, "url": f"http://{name}.example/", "aliases": [], "site": "a.example",
        "title": "[PATCH 00/37] xen: core Dom0 support", "author": "A Writer", "published_at": SENT, "utc_offset_min": -480,
        "published_precision": "minute", "published_from": "printed", "captured_at": SENT, "language": "en", "words": 1, "text": "x", "facts": "{}",
        "parser_version": "1", "capture_ids": [],
    }  # fmt: skip
    insert(warehouse, "raw.documents", [row | facts])


def copies(warehouse) -> dict[str, str]:
    assert find_copies(warehouse) == warehouse.execute("SELECT count(*) FROM raw.mirrors").fetchone()[0]
    return dict(warehouse.execute("SELECT document_id, same_as FROM raw.mirrors").fetchall())


def test_documents_that_share_a_key_or_an_alias_are_one(warehouse) -> None:
    read(warehouse, "b", aliases=["<1@x>"], author="As one archive has it")
    read(warehouse, "c", key="<1@x>", author="As another has it")
    read(warehouse, "d", key="<1@x>", kind="bug")
    assert copies(warehouse) == {"c": "b"}


def test_mails_of_one_sender_and_subject_within_a_minute_are_one(warehouse) -> None:
    read(warehouse, "a")
    read(warehouse, "utc", published_at=SENT + dt.timedelta(hours=8, seconds=40), utc_offset_min=0, author="a writer")
    read(warehouse, "later", published_at=SENT + dt.timedelta(minutes=2))
    read(warehouse, "reply", title="Re: [PATCH 00/37] xen: core Dom0 support")
    read(warehouse, "by-another", author="Another Writer")
    read(warehouse, "by-nobody", author=None)
    read(warehouse, "of-the-day", published_precision="day")
    read(warehouse, "news", kind="lwn")
    assert copies(warehouse) == {"utc": "a"}


def test_articles_of_one_title_and_printed_minute_are_one_represented_by_that_with_most_pages(warehouse) -> None:
    read(warehouse, "112710", kind="issue", author=None, words=9)
    read(warehouse, "740203", kind="issue", title="[patch 00/37] Xen: core Dom0 support", words=5)
    read(warehouse, "a-minute-later", kind="issue", published_at=SENT + dt.timedelta(minutes=1))
    read(warehouse, "of-the-day", kind="issue", published_precision="day")
    read(warehouse, "of-its-metadata", kind="issue", published_from="meta")
    read(warehouse, "german", kind="issue", key="de:740203")
    read(warehouse, "part-2", kind="issue", title="[PATCH 01/37] xen: core Dom0 support")
    assert copies(warehouse) == {"740203": "112710"}
    issue = {"document_id": "740203", "series": "Kernel Log", "pages": 2}
    insert(warehouse, "raw.issues", [issue, issue | {"document_id": "112710", "pages": 1}])
    assert copies(warehouse) == {"112710": "740203"}


FACTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["issue", "lwn", "page"]),
        "title": st.sampled_from(["A", "a", "B"]),
        "author": st.sampled_from(["A Writer", None]),
        "published_at": st.sampled_from([SENT, SENT + dt.timedelta(seconds=40), SENT + dt.timedelta(seconds=50)]),
        "published_precision": st.sampled_from(["minute", "day"]),
        "published_from": st.sampled_from(["printed", "meta"]),
        "german": st.booleans(),
        "words": st.integers(1, 3),
    }
)


@given(st.lists(FACTS, max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_articles_of_one_site_title_and_printed_minute_are_joined(warehouse, drawn: list[dict]) -> None:
    warehouse.execute("DELETE FROM raw.documents")
    same = defaultdict(set)
    for number, row in enumerate(drawn):
        name = f"{number:02}"
        facts = {key: value for key, value in row.items() if key != "german"}
        read(warehouse, name, **facts, key=f"de:{name}" if row["german"] else name)
        is_known = (row["kind"], row["published_precision"], row["published_from"]) == ("issue", "minute", "printed")
        at = row["published_at"].replace(second=0)
        same[(row["title"].lower(), at, row["german"]) if is_known else name].add(name)
    found = defaultdict(set)
    for copy, original in copies(warehouse).items():
        found[original] |= {copy, original}
    assert sorted(map(sorted, found.values())) == sorted(sorted(names) for names in same.values() if len(names) > 1)


def test_what_stands_for_another_is_never_left_out_itself(warehouse) -> None:
    read(warehouse, "a", aliases=["1"], author="1")
    read(warehouse, "b", aliases=["1", "2"], author="2")
    read(warehouse, "c", aliases=["2"], author="3")
    assert copies(warehouse) == {"b": "a"}


def test_a_link_to_a_copy_leads_to_what_stands_for_it(warehouse) -> None:
    read(warehouse, "a")
    read(warehouse, "b")
    read(warehouse, "issue", kind="issue")
    link = {
        "link_id": "l", "document_id": "issue", "section_id": "s", "position": 0, "anchor": "1", "clause": "", "sentence": "",
        "href": "http://b.example/", "kind": "mail", "key": "b", "status": "not_tried",
    }  # fmt: skip
    insert(warehouse, "raw.links", [link])
    find_copies(warehouse)
    assert resolve_links(warehouse) == 1
    found = warehouse.execute("SELECT target_document_id, status FROM raw.links").fetchone()
    assert found == ("a", "archived")


@pytest.mark.parametrize("asked", ["a", "b"])
def test_a_thing_is_forgotten_at_all_its_addresses(warehouse, asked: str) -> None:
    read(warehouse, "a")
    read(warehouse, "b")
    read(warehouse, "other", title="Something else")
    find_copies(warehouse)
    assert forget_thing(warehouse, Identity("mail", asked, f"http://{asked}.example/"), SENT) == 2
    assert warehouse.execute("SELECT document_id FROM raw.documents").fetchall() == [("other",)]
    assert sorted(warehouse.execute("SELECT key FROM raw.forgotten").fetchall()) == [("a",), ("b",)]
