"""Shared fixtures of the page's tests: views run in process, and the page in a browser."""

import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bs4 import BeautifulSoup
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import search_ui
from tests.command import writable_copy
from tests.conftest import BuildOnce
from warehouse.encoding.models import settings_like
from warehouse.encoding.query_encoder import open_query_encoder
from warehouse.home import Home
from warehouse.releases.publish import read_manifest
from warehouse.search import build_search_files, write_floor
from warehouse.settings import Settings

APP = Path(search_ui.__file__).with_name("app.py")
HOSTILE = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[1] / "labelled" / "hostile.jsonl").read_text(encoding="utf-8").splitlines()
]
Show = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _components_are_looked_for_once() -> Iterator[None]:
    """Cache the search for components, for which each `AppTest` reads the metadata of every installed package (half a second)."""
    with pytest.MonkeyPatch.context() as patch:
        found = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session", autouse=True)
def _folder_of_the_script_stays_on_the_path() -> None:
    """Put the script's folder on the path for good, as Streamlit's server does.

    Otherwise each `AppTest` adds it and removes it again, and a thread that imports meanwhile may skip an entry of the path.
    """
    sys.path.append(str(APP.parent))


@pytest.fixture
def show(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """A function that shows the page of the sample at an address, as `show(view="sql", sql="SELECT 1")`."""
    return shower(sample_home, monkeypatch)


def shower(home: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Return a function that shows the page of any home."""
    monkeypatch.setenv("KLOG_HOME", str(home))

    def show(**address: Any) -> AppTest:
        shown = AppTest.from_file(str(APP), default_timeout=120)
        for name, value in address.items():
            shown.query_params[name] = value
        shown.run()
        assert not shown.exception, shown.exception
        return shown

    return show


def press_run(shown: AppTest) -> AppTest:
    """Return the SQL view after pressing its button."""
    next(button for button in shown.button if button.label == "Run").click().run()
    assert not shown.exception, shown.exception
    return shown


def html_of(shown: AppTest) -> str:
    """Return all HTML that the page wrote, in order."""
    return "\n".join(one.proto.body for one in shown.html)


def soup_of(shown: AppTest) -> BeautifulSoup:
    """Return the page's HTML, parsed."""
    return BeautifulSoup(html_of(shown), "lxml")


def rows(home: Path, statement: str) -> list[tuple]:
    """Return the rows of a statement on a home's release."""
    with duckdb.connect(str(Home(home).release() / "archive.duckdb"), read_only=True) as archive:
        return archive.execute(statement).fetchall()


def copy_release(home: Path, to: Path) -> Path:
    """Copy the release of a home into another home, for a test to change; return its path."""
    name = to.parent.name  # a new name for each test, because the page caches by the release's name
    release = writable_copy(Home(home).release(), to / "releases" / name)
    (to / "current").symlink_to(release)
    return release


@pytest.fixture(scope="session")
def hostile_home(sample_home: Path, build_once: BuildOnce) -> Path:
    """A copy of the sample with hostile strings in the columns that hold text from outside."""
    return build_once("hostile", lambda folder: _fill_with_hostile(sample_home, folder / "archive")) / "archive"


def _fill_with_hostile(sample_home: Path, home: Path) -> None:
    release = copy_release(sample_home, home)
    model = read_manifest(release).model
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        archive.execute("CREATE TEMP TABLE strings (n INTEGER, s VARCHAR)")
        archive.executemany("INSERT INTO strings VALUES (?, ?)", list(enumerate(HOSTILE)))
        archive.execute(
            f"""CREATE TEMP TABLE given AS
            SELECT d.document_id, s.s FROM (SELECT document_id, row_number() OVER (ORDER BY document_id) AS n FROM documents) d
            JOIN strings s ON s.n = d.n % {len(HOSTILE)}"""
        )
        of_document = "(SELECT s FROM given WHERE given.document_id = {0}.document_id)"
        for table, column in (
            ("documents", "title"), ("documents", "author"), ("documents", "url"), ("documents", "memento_url"),
            ("documents", "site"), ("sections", "heading"), ("links", "anchor"), ("links", "sentence"), ("links", "href"),
            ("events", "sentence"), ("captures", "origin"), ("captures", "warc"),
        ):  # fmt: skip
            source = of_document.format(table) if table != "captures" else f"'{HOSTILE[0]}'"
            archive.execute(f"UPDATE {table} SET {column} = {source}")
        for table in ("documents", "sections", "passages"):
            archive.execute(f"UPDATE {table} SET text = {of_document.format(table)} || ' xen ' || text")
        archive.execute("UPDATE topics SET name = (SELECT s FROM strings WHERE n = hash(topic_id) % 17)")
        archive.execute("UPDATE set_aside SET url = ?, detail = ?", [HOSTILE[7], HOSTILE[0]])
        shutil.rmtree(release / "search")
        build_search_files(archive, release / "search", model=model)
    write_floor(release / "search", open_query_encoder(settings_like(Settings(), model)))


@pytest.fixture(scope="session")
def served(sample_home: Path) -> Iterator[str]:
    """The address of the sample's page, served by the command."""
    with_server = serve(sample_home)
    yield next(with_server)
    with_server.close()


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    """A window for all tests of a file, so that the browser keeps the page's scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def watched(window: Any, served: str) -> Iterator[Any]:
    """A tab with that page in which any error fails the test."""
    from tests.search_ui.watched import Watched

    one = Watched(window.new_page(), served)
    yield one
    assert one.page.locator("[data-testid=stException]").count() == 0
    assert one.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    one.page.close()
    assert one.wrong == []


def serve(home: Path, program: Sequence[str] = (sys.executable, "-m", "flows.cli")) -> Iterator[str]:
    """Serve a home with `klog ui` on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.parent / "page.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, "--home", str(home), "ui", "--headless", "--port", str(port)],
            cwd=home.parent,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "KLOG_SQL_ROWS": "50", "KLOG_SQL_SECONDS": "2"},
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"klog ui ended: {log.read_text()}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.25)
    raise AssertionError(f"klog ui did not answer: {log.read_text()}")
