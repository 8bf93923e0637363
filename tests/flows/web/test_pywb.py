"""A real pywb over the sample: its index, raw replay, the capture nearest to a day."""

import asyncio
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import duckdb
import httpx
import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from flows import sample
from flows.cli import cli
from flows.web.cdx import CdxQuery
from flows.web.client import Client
from flows.web.issue_listing import prefixes_to_list
from flows.web.limiter import Limiter
from flows.web.memento_archive import MementoArchive
from flows.web.warcfile import WarcFile
from tests.flows.web.conftest import replaying
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

STEPS = ("discover", "fetch", "parse", "link", "fetch", "parse", "link")
# What the sample has not stays `not_tried` when it is built from its file, and is `dead` once an archive was asked.
COMPARED = {
    "documents": "document_id, kind, key, url, site, title, author, published_at, language, words, text",
    "sections": "section_id, document_id, position, heading, role, text",
    "links": "document_id, section_id, position, anchor, clause, sentence, href, kind, key, "
    "target_document_id, nullif(nullif(nullif(status, 'dead'), 'not_tried'), 'blocked')",
}


@pytest.fixture
def settings(pywb: str, tmp_path: Path) -> Settings:
    return Settings(
        limiter=tmp_path / "limiter.sqlite",
        wayback_base=pywb,
        wayback_cdx="{base}/cdx",
        wayback_replay="{base}/{timestamp}id_/{url}",
        host_aliases=sample.HOST_ALIASES,
        cdx_per_minute=1e6,
        captures_per_second=1e6,
        read_timeout_s=8,  # a truncated record of the sample is never answered to its end, and asked for twice
    )


def rows(home: Path, table: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return sorted(connection.execute(f"SELECT {COMPARED[table]} FROM raw.{table}").fetchall(), key=repr)


def test_an_archive_of_the_sample_gives_what_the_sample_gives(
    settings: Settings, sample_home: Path, tmp_path: Path
) -> None:
    addresses = tmp_path / "addresses.txt"
    named = WarcFile(sample.SAMPLE_WARC, settings.max_sent_bytes, "sample").discover("")
    pages = [f"{one.url} {one.captured_at.isoformat()}" for one in named if one.captured_at is not None]
    addresses.write_text("\n".join(pages), encoding="utf-8")
    run = run_steps(tmp_path / "archive", settings, ["wayback"], STEPS, addresses=addresses)
    assert run.counts["pages_found"] > 100
    for table in COMPARED:
        expected, archive = rows(sample_home, table), rows(tmp_path / "archive", table)
        assert len(archive) > 50
        assert archive == expected


def issues(home: Path, table: str) -> set[str]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return {key for (key,) in connection.execute(f"SELECT key FROM {table} WHERE kind = 'issue'").fetchall()}


def test_the_index_alone_names_every_issue_and_is_asked_for_narrow_prefixes_first(
    settings: Settings, sample_home: Path, pywb_folder: Path, tmp_path: Path
) -> None:
    before = len((pywb_folder / "log").read_text())
    run_steps(tmp_path / "archive", settings, ["wayback"], ["discover"])
    read = issues(sample_home, "raw.documents")
    assert len(read) > 20
    assert issues(tmp_path / "archive", "raw.fetches") >= read
    asked = re.findall(r"GET /sample/cdx\?url=([^& ]+)", (pywb_folder / "log").read_text()[before:])
    assert [unquote(url) for url in asked] == [prefix.url for prefix in prefixes_to_list(sample.HOST_ALIASES)]
    english = r"h(eise)?-online\.(com|co\.uk|example)/open/.*(Kernel-Log-|What-s-new-in-Linux-)"
    assert [bool(re.fullmatch(english, unquote(url))) for url in asked[:10]] == [
        True
    ] * 10  # on each host and its alias


@pytest.mark.soak
def test_issues_that_the_index_names_lead_to_what_they_cite(
    settings: Settings, sample_home: Path, tmp_path: Path
) -> None:
    run_steps(tmp_path / "archive", settings, ["wayback"], STEPS)
    with duckdb.connect(str(tmp_path / "archive" / "warehouse.duckdb"), read_only=True) as archive:
        found = dict(archive.execute("SELECT kind, count(*) FROM raw.documents GROUP BY kind").fetchall())
        ways = dict(archive.execute("SELECT found_how, count(*) FROM raw.fetches GROUP BY 1").fetchall())
    with duckdb.connect(str(sample_home / "warehouse.duckdb"), read_only=True) as warehouse:
        there = dict(warehouse.execute("SELECT kind, count(*) FROM raw.documents GROUP BY kind").fetchall())
    assert found["issue"] == there["issue"]
    assert found["mail"] > there["mail"] / 2
    assert set(ways) <= {"cdx", "link", "pages"}


@pytest.mark.soak
def test_an_exported_selection_is_replayed(sample_home: Path, pywb_program: Path, tmp_path: Path) -> None:
    mails = tmp_path / "mails.warc.gz"
    told = CliRunner().invoke(cli, ["--home", str(sample_home), "export", "--warc", "kind:mail in:2009", str(mails)])
    assert told.exit_code == 0, told.output
    with mails.open("rb") as file:
        pages = {
            (record.rec_headers["WARC-Target-URI"], record.content_stream().read())
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }
    assert len(pages) > 5
    with replaying(pywb_program, tmp_path, mails) as archive:
        for url, body in pages:
            assert httpx.get(f"{archive}/2009id_/{url}").content == body


async def _with_archive(settings: Settings, work: Callable) -> object:
    client = Client(settings, Limiter(settings.limiter))
    try:
        return await work(MementoArchive(client, settings))
    finally:
        await client.aclose()


def test_a_prefix_query_filters_at_the_server(settings: Settings) -> None:
    async def work(archive: MementoArchive) -> list:
        query = CdxQuery("h-online.example/open/", "prefix", filters=("statuscode:200", "urlkey:.*coming-in.*"))
        return [row async for row in archive.search(query)]

    found = asyncio.run(_with_archive(settings, work))
    assert len(found) > 5
    assert all("coming-in" in row.urlkey and row.status == 200 and row.warc for row in found)


def test_the_nearest_capture_is_given_with_its_own_address_and_moment(settings: Settings) -> None:
    url = "http://www.heise.example/-205118"

    async def work(archive: MementoArchive) -> object:
        return await archive.memento(url, dt.datetime(2011, 1, 1))

    memento = asyncio.run(_with_archive(settings, work))
    assert (memento.url, memento.captured_at) == (url, dt.datetime(2009, 3, 18, 9))
    assert memento.memento_url.endswith(f"/sample/20090318090000id_/{url}")
    assert b"<html>" in memento.body
