"""A new site is one file and one line of the registry, also where its pages are of a kind that another source has."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from flows.parser_versions import identifying_version, reading_version
from flows.sources import registry
from flows.steps.parse import hand_over, present_versions
from tests.flows.sources import made_source
from warehouse.captures.files import Stored
from warehouse.connection import open_warehouse
from warehouse.frontier.home_record import facts_of
from warehouse.frontier.identities import identify_again
from warehouse.frontier.ledger import FoundAddress, Outcome, add_addresses, record_outcomes
from warehouse.frontier.parse_queue import things_to_read
from warehouse.home import Home
from warehouse.records import Capture
from warehouse.settings import Settings

BODY = b"<html><title>Tracker</title><body><p>Menu of the site, home and away.</p><!-- news -->Ext4 is fast.<!-- end --></body></html>"
OWN, OTHER = "http://tracker.example/news/7", "http://tracker.example/about"
NOW = dt.datetime(2013, 6, 1)


@pytest.fixture
def with_new_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SOURCES", (*registry.SOURCES[:-1], made_source.SOURCE, registry.SOURCES[-1]))


def read(url: str) -> Any:
    return registry.parse(registry.identify(url), [Capture("c", url, 200, "text/html", NOW, BODY)])


@pytest.mark.usefixtures("with_new_source")
def test_it_takes_over_its_own_pages_and_no_other() -> None:
    own, other = registry.identify(OWN), registry.identify(OTHER)
    assert (own.source, own.kind, own.number) == ("tracker", "page", "7")
    assert (other.source, other.kind) == ("page", "page")
    assert (read(OWN).title, read(OWN).sections[0].text) == ("News 7", "Ext4 is fast.")
    assert read(OTHER).title == "Tracker"
    assert [source.name for source in registry.sources_of_kind("page")] == ["forum", "tracker", "page", "pdf"]


def test_without_its_line_the_general_source_reads_its_pages() -> None:
    assert registry.identify(OWN).source == "page"
    assert read(OWN).title == "Tracker"


def test_a_home_reads_its_stored_pages_again_and_the_others_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    page = reading_version(registry.SOURCES[-1], settings)
    with open_warehouse(Home(tmp_path)) as connection:
        found = [registry.identify(url) for url in (OWN, OTHER)]
        add_addresses(connection, [FoundAddress(one, "link") for one in found], NOW)
        record_outcomes(connection, [(one, Outcome(one.url, "done", stored(one.url))) for one in found], NOW)
        connection.execute("UPDATE raw.captures SET parsed_with = ?", [page])
        hand_over(connection, settings)
        assert things_to_read(connection, present_versions(settings)) == []
        monkeypatch.setattr(registry, "SOURCES", (*registry.SOURCES[:-1], made_source.SOURCE, registry.SOURCES[-1]))
        hand_over(connection, settings)
        (thing,) = things_to_read(connection, present_versions(settings))
        assert thing.key == "tracker.example/news/7"
        made = reading_version(made_source.SOURCE, settings)
        connection.execute("UPDATE raw.captures SET parsed_with = ? WHERE parsed_with IS NULL", [made])
        hand_over(connection, settings)
        assert things_to_read(connection, present_versions(settings)) == []


def stored(url: str) -> Stored:
    return Stored(url, "klog-00001.warc.gz", 17, f"sha1:{url}", NOW, 200, "text/html", 10, "live", None)


def test_naming_addresses_again_and_handing_over_remember_apart(tmp_path: Path) -> None:
    settings = Settings()
    with open_warehouse(Home(tmp_path)) as connection:
        identify_again(connection, registry.identify, "the rules of addresses")
        hand_over(connection, settings)
        facts = facts_of(connection)
        assert facts["identified_with"] == "the rules of addresses"
        assert facts["sources_known_by"] == identifying_version(registry.SOURCES)
