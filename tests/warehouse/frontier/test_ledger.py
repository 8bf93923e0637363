import datetime as dt
from pathlib import Path

import duckdb
import pytest

from warehouse.captures.files import Stored
from warehouse.connection import open_warehouse
from warehouse.frontier.ledger import (
    FoundAddress,
    Outcome,
    add_addresses,
    due_addresses,
    known_captures,
    listed_parts,
    lost_of_kind,
    recheck_lost,
    record_outcomes,
    remember_part,
    resumes_at,
)
from warehouse.frontier.report import ledger_report
from warehouse.home import Home
from warehouse.records import Identity
from warehouse.settings import Settings

NOW = dt.datetime(2026, 11, 22, 12)
ISSUE = Identity("issue", "740715", "http://www.h-online.com/open/news/item/x-740715.html", 1, "740715")
MAIL = Identity("mail", "lkml/2009/2/28/1", "https://lkml.org/lkml/2009/2/28/1")


@pytest.fixture
def warehouse(tmp_path: Path):
    with open_warehouse(Home(tmp_path)) as connection:
        yield connection


def stored(identity: Identity) -> Stored:
    return Stored(identity.url, "klog-00001.warc.gz", 17, "sha1:X", NOW, 200, "text/html", 10, "live", None)


def state_of(warehouse: duckdb.DuckDBPyConnection, identity: Identity) -> tuple:
    return warehouse.execute("SELECT state, reason, attempts FROM raw.fetches WHERE url = ?", [identity.url]).fetchone()


def test_an_address_is_entered_once(warehouse) -> None:
    found = [FoundAddress(MAIL, "link"), FoundAddress(ISSUE, "warc", "a.warc.gz"), FoundAddress(ISSUE, "cdx")]
    assert add_addresses(warehouse, found, NOW) == 2
    assert add_addresses(warehouse, found, NOW) == 0
    assert [due.key for due in due_addresses(warehouse, NOW)] == [ISSUE.key, MAIL.key]


def test_every_address_has_one_state_and_its_attempts(warehouse) -> None:
    add_addresses(warehouse, [FoundAddress(ISSUE, "cdx"), FoundAddress(MAIL, "link")], NOW)
    later = NOW + dt.timedelta(seconds=30)
    record_outcomes(
        warehouse,
        [
            (ISSUE, Outcome(ISSUE.url, "done", stored(ISSUE))),
            (MAIL, Outcome(MAIL.url, "paused", error="429", retry_at=later)),
        ],
        NOW,
    )
    assert state_of(warehouse, ISSUE) == ("done", None, 1)
    assert due_addresses(warehouse, NOW) == []
    assert [due.key for due in due_addresses(warehouse, later)] == [MAIL.key]
    record_outcomes(warehouse, [(MAIL, Outcome(MAIL.url, "gone", reason="http_404"))], later)
    assert state_of(warehouse, MAIL) == ("gone", "http_404", 2)
    assert known_captures(warehouse) == [stored(ISSUE)]


def test_a_refusal_is_listed_until_it_is_mended(warehouse) -> None:
    add_addresses(warehouse, [FoundAddress(MAIL, "link")], NOW)
    record_outcomes(warehouse, [(MAIL, Outcome(MAIL.url, "set_aside", reason="too_large", error="50 MB"))], NOW)
    listed = "SELECT reason, detail FROM raw.set_aside"
    assert warehouse.execute(listed).fetchall() == [("too_large", "50 MB")]
    record_outcomes(warehouse, [(MAIL, Outcome(MAIL.url, "done", stored(MAIL)))], NOW)
    assert warehouse.execute(listed).fetchall() == []


def test_waiting_for_a_host_is_no_try_and_what_was_lost_is_due_again_when_rechecked(warehouse) -> None:
    add_addresses(warehouse, [FoundAddress(ISSUE, "cdx"), FoundAddress(MAIL, "link")], NOW)
    until = NOW + dt.timedelta(seconds=30)
    paused = [(one, Outcome(one.url, "paused", reason="host", retry_at=until)) for one in (ISSUE, MAIL)]
    record_outcomes(warehouse, paused, NOW)
    assert state_of(warehouse, MAIL) == ("paused", "host", 0)
    assert resumes_at(warehouse, NOW + dt.timedelta(seconds=60)) == until
    assert resumes_at(warehouse, NOW + dt.timedelta(seconds=10)) is None
    record_outcomes(warehouse, [(MAIL, Outcome(MAIL.url, "gone", reason="http_404"))], NOW)
    record_outcomes(warehouse, [(ISSUE, Outcome(ISSUE.url, "done", stored(ISSUE)))], NOW)
    assert [due.key for due in lost_of_kind(warehouse, "mail")] == [MAIL.key]
    assert recheck_lost(warehouse, NOW) == 1
    assert [due.key for due in due_addresses(warehouse, NOW)] == [MAIL.key]


def test_a_part_that_was_listed_is_remembered(warehouse) -> None:
    assert listed_parts(warehouse) == set()
    remember_part(warehouse, "h-online.com/open/", NOW)
    remember_part(warehouse, "h-online.com/open/", NOW)
    assert listed_parts(warehouse) == {"h-online.com/open/"}


def test_the_report_says_how_long_the_rest_takes(warehouse) -> None:
    settings = Settings(captures_per_second=4, live_seconds=2, live_hosts=8)
    assert ledger_report(warehouse, settings)["rest"] == []
    found = [Identity("page", str(number), f"http://one.org/{number}") for number in range(4800)]
    add_addresses(warehouse, [FoundAddress(one, "link") for one in found], NOW)
    assert ledger_report(warehouse, settings)["rest"] == [
        {"left": 4800, "from_archive": "20 min", "from_live_web": "2.7 h"}
    ]


def test_what_is_forgotten_is_not_fetched(warehouse) -> None:
    add_addresses(warehouse, [FoundAddress(MAIL, "link")], NOW)
    warehouse.execute("INSERT INTO raw.forgotten VALUES ('mail', ?, ?, ?)", [MAIL.key, MAIL.url, NOW])
    assert due_addresses(warehouse, NOW) == []
