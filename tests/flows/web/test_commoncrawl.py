"""Common Crawl's two APIs, served in their documented form over WARC records made from the sample."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows import sample
from flows.web.client import ClientResponse
from flows.web.commoncrawl import _read_collections, nearest_collections
from tests.flows.web.server import Asked, Server, Write, head, plain
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

COLLECTIONS = [
    {"id": "CC-MAIN-2024-10", "name": "February/March 2024 Index", "from": "2024-02-20T00:00:00", "to": "2024-03-05T00:00:00"},
    {"id": "CC-MAIN-2013-20", "name": "Summer 2013 Index"},
    {"id": "CC-MAIN-2009-2010", "name": "2009 - 2010 Index"},
    {"id": "CC-MAIN-2008-2009", "name": "2008 - 2009 Index"},
]  # fmt: skip
FILE = "crawl-data/CC-MAIN-2009-2010/segments/1/warc/part-00000.warc.gz"
ISSUE = "http://www.h-online.example/open/features/Kernel-Log-What-s-new-in-Linux-2-6-28-746842.html"


@dataclass
class Crawl:
    """One collection that has the sample; the others have nothing."""

    server: Server

    def __post_init__(self) -> None:
        self.data = sample.SAMPLE_WARC.read_bytes()
        with sample.SAMPLE_WARC.open("rb") as file:
            found = [
                (record.headers["WARC-Target-URI"], record.headers["WARC-Date"], record.stream_pos)
                for record in ArchiveIterator(file, record_types=WarcRecordType.any_type)
                if record.record_type == WarcRecordType.response
            ]
        ends = [start for *_, start in found[1:]] + [len(self.data)]
        self.lines = [self.line(*one, end) for one, end in zip(found, ends, strict=True)]
        self.server.answers["/collinfo.json"] = plain(200, json.dumps(COLLECTIONS).encode(), kind="application/json")
        self.server.answers["/CC-MAIN"] = self.index
        self.server.answers["/crawl-data/"] = self.range

    def line(self, url: str, date: str, start: int, end: int) -> dict[str, str]:
        host, _, path = url.partition("://")[2].partition("/")
        key = ",".join(reversed(host.removeprefix("www.").split("."))) + ")/" + path.lower()
        return {
            "urlkey": key, "timestamp": "".join(filter(str.isdigit, date)), "url": url, "mime": "text/html", "status": "200",
            "digest": "X", "length": str(end - start), "offset": str(start), "filename": FILE,
        }  # fmt: skip

    async def index(self, asked: Asked, writer: Write) -> None:
        collection = asked.path[1:].partition("-index?")[0]
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
        wanted = query["url"].partition("://")[2] or query["url"]
        wanted = wanted.removeprefix("www.").rstrip("/")
        has = [
            line for line in self.lines
            if (bare := line["url"].partition("://")[2].removeprefix("www.").rstrip("/")) == wanted
            or (query.get("matchType") == "prefix" and bare.startswith(wanted))
        ]  # fmt: skip
        if collection != "CC-MAIN-2009-2010" or not has:
            await plain(404, b'{"message": "No Captures found for: x"}')(asked, writer)
        elif query.get("showNumPages"):
            pages = {"pages": (len(has) + 4) // 5, "pageSize": 5, "blocks": 1}
            await plain(200, json.dumps(pages).encode())(asked, writer)
        else:
            at = int(query.get("page", 0)) * 5
            lines = has[at : at + 5] if "page" in query else has
            await plain(200, "".join(json.dumps(line) + "\n" for line in lines).encode())(asked, writer)

    async def range(self, asked: Asked, writer: Write) -> None:
        first, last = asked.headers["range"].removeprefix("bytes=").split("-")
        piece = self.data[int(first) : int(last) + 1]
        place = f"Content-Range: bytes {first}-{last}/{len(self.data)}"
        writer.write(head(206, place, f"Content-Length: {len(piece)}") + piece)


@pytest.fixture
def crawl(server: Server) -> Iterator[Crawl]:
    yield Crawl(server)


def test_issues_are_listed_in_the_collections_of_the_columns_years_and_read_by_range(
    crawl: Crawl, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = settings_for(crawl.server.base, host_aliases=sample.HOST_ALIASES)
    run_steps(tmp_path / "home", settings, ["commoncrawl"], ["discover", "fetch", "parse"])
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT state, found_how, found_in, count(*) FROM raw.fetches GROUP BY ALL"
        ).fetchall()
        issues = connection.execute("SELECT count(*) FROM raw.documents WHERE kind = 'issue'").fetchone()[0]
        memento, origin = connection.execute(
            "SELECT memento_url, origin FROM raw.captures WHERE url = ?", [ISSUE]
        ).fetchone()
    assert [row[:3] for row in found if row[1] == "commoncrawl"] == [("done", "commoncrawl", "CC-MAIN-2009-2010")]
    assert issues > 15
    assert origin == "commoncrawl"
    assert memento.startswith(f"{crawl.server.base}/{FILE}#offset=")
    assert not [path for path in crawl.server.paths() if path.startswith("/CC-MAIN-2024")]


def test_in_auto_an_address_falls_through_to_the_next_place(
    crawl: Crawl, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    crawl.server.answers["/web/"] = plain(404, b"Hrm. The Wayback Machine has not archived that URL.")
    addresses = tmp_path / "addresses.txt"
    live = f"{crawl.server.base}/page/1"
    addresses.write_text(f"{ISSUE} 2009-12-24\n{live}\nhttp://nowhere.example.org/ 2009-12-24\n", encoding="utf-8")
    settings = settings_for(crawl.server.base, host_aliases=sample.HOST_ALIASES, commoncrawl_collections=2)
    run_steps(tmp_path / "home", settings, ["auto"], ["fetch"], addresses=addresses)  # nothing is due yet
    from flows.steps.discover import enter_addresses
    from flows.web.addressfile import AddressFile
    from warehouse.connection import open_warehouse
    from warehouse.home import Home

    with open_warehouse(Home(tmp_path / "home")) as connection:
        enter_addresses(connection, list(AddressFile(addresses).discover("")), {})
    run_steps(tmp_path / "home", settings, ["auto"], ["fetch"])
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        found = dict(connection.execute("SELECT url, origin FROM raw.captures").fetchall())
        lost = connection.execute("SELECT state FROM raw.fetches WHERE url LIKE '%nowhere%'").fetchone()
    assert found == {ISSUE: "commoncrawl", live: "live"}
    assert lost[0] in ("gone", "paused")  # no such host, or no resolver here


def test_collections_of_the_columns_years_come_first_and_the_nearest_to_a_day_before_all() -> None:
    import datetime as dt

    answer = ClientResponse("x", 200, "OK", (), json.dumps(COLLECTIONS).encode(), ())
    found = _read_collections(answer)
    assert [one.name for one in found] == [
        "CC-MAIN-2008-2009", "CC-MAIN-2009-2010", "CC-MAIN-2013-20", "CC-MAIN-2024-10",
    ]  # fmt: skip
    assert nearest_collections(found, dt.datetime(2012, 6, 1))[0].name == "CC-MAIN-2013-20"
    assert nearest_collections(found, dt.datetime(2023, 6, 1))[0].name == "CC-MAIN-2024-10"


def test_a_range_that_is_not_a_record_is_set_aside(
    crawl: Crawl, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    crawl.data = gzip.compress(b"something else") * 100_000
    settings = settings_for(crawl.server.base, host_aliases=sample.HOST_ALIASES)
    addresses = tmp_path / "addresses.txt"
    addresses.write_text(f"{ISSUE} 2009-12-24", encoding="utf-8")
    run_steps(tmp_path / "home", settings, ["commoncrawl"], ["discover", "fetch"], addresses=addresses)
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT state, reason FROM raw.fetches WHERE url = ?", [ISSUE]).fetchone()
    assert found == ("set_aside", "range")
