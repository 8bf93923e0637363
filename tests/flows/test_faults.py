"""One bad page never stops a run: what cannot be had is listed with its reason, and the rest is in."""

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import klog
from warehouse.captures import warc
from warehouse.home import Home, now
from warehouse.settings import Settings
from warehouse.sql import run_sql

pytestmark = pytest.mark.slow

ARTICLE = (
    b"<html><head><title>A driver for the bus [LWN.net]</title></head><body><div class='PageHeadline'><h1>A driver for the bus"
    b"</h1></div><div class='ArticleText'><div class='FeatureByline'>By <b>A Writer</b><br>March 4, 2009</div>"
    b"<p>The driver for the bus was merged in Linux 2.6.29 and has been rewritten since, says its developer.</p></div></body></html>"
)
MIB = 1024 * 1024


def record(number: int, body: bytes, *headers: tuple[str, str]) -> bytes:
    head = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers])
    return warc.response(f"https://lwn.net/Articles/{number}/", now(), head, body, [])[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess, int]:
    folder = tmp_path_factory.mktemp("faults")
    file = folder / "faults.warc.gz"
    torn = record(3, ARTICLE)
    file.write_bytes(
        warc.warcinfo(file.name, now())
        + record(1, ARTICLE)
        + record(2, gzip.compress(bytes(100 * MIB)), ("Content-Encoding", "gzip"))
        + torn[: len(torn) // 2]
        + record(4, ARTICLE.replace(b"</p>", b" word" * (10 * MIB) + b"</p>"))
        + record(5, os.urandom(4000))
        + record(6, ARTICLE.replace(b"bus", b"link"))
    )
    home = folder / "archive"
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    command = [sys.executable, "-m", "flows.cli", "--home", str(home), "build", "--from", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250)
    return home, done, max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def test_the_run_ends_and_the_rest_is_in(built) -> None:
    home, done, _ = built
    assert done.returncode == 0, done.stderr
    table = run_sql(Home(home).release(), "SELECT url FROM documents ORDER BY url", Settings())
    assert [row[0] for row in table.rows] == ["https://lwn.net/Articles/1/", "https://lwn.net/Articles/6/"]


def test_each_refusal_is_listed_with_its_reason_everywhere(built) -> None:
    home, _, _ = built
    rows = run_sql(Home(home).release(), "SELECT url, reason, detail FROM set_aside", Settings()).rows
    reasons = {url.rsplit("/", 2)[-2]: reason for url, reason, _ in rows if url.startswith("https")}
    assert reasons == {"2": "too_large", "4": "too_large", "5": "not_html"}
    assert any(reason == "warc" and "faults.warc.gz" in url for url, reason, _ in rows)
    assert all(detail for _, _, detail in rows)
    status = json.loads(klog(home, "status", "--json").stdout)
    assert {row["url"] for row in status["ledger"]["set_aside"]} == {url for url, _, _ in rows}


def test_memory_stays_bounded(built) -> None:
    _, _, peak_kib = built
    assert peak_kib < 1.5 * MIB
