"""What an operator sees of a run: its log as lines or JSON, metrics of its steps, its name, its last state, and one message."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from prefect.states import Crashed

from flows import prefect_runs
from flows.alerts import check_alert
from flows.run_log import LOG, write_log
from flows.steps.report import write_report
from flows.steps.run import MOST_LOGGED, Run
from tests import builds
from warehouse.errors import HomeHeld, SettingError
from warehouse.home import Home
from warehouse.settings import Settings


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The log as it was."""
    handlers, level = list(LOG.handlers), LOG.level
    yield
    LOG.handlers[:] = handlers
    LOG.setLevel(level)


@pytest.fixture
def small_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A home in which some pages were read, and the log of that as JSON."""
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    write_log(Settings(log="json", log_level="DEBUG"))
    source = builds.write_small_warc(tmp_path / "small.warc.gz")
    builds.run_steps(tmp_path / "home", [str(source)], ("discover", "fetch", "parse", "link"))
    return tmp_path / "home", capsys.readouterr().err


def test_every_entry_has_the_runs_id_and_every_document_one_with_its_own(small_home: tuple[Path, str]) -> None:
    home, log = small_home
    entries = [json.loads(line) for line in log.splitlines()]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        ((run_id, steps),) = connection.execute("SELECT run_id, steps FROM raw.runs").fetchall()
        documents = {name for (name,) in connection.execute("SELECT document_id FROM raw.documents").fetchall()}
        (refused,) = connection.execute("SELECT count(*) FROM raw.set_aside WHERE step = 'parse'").fetchone()
    assert {one["run_id"] for one in entries} == {run_id}
    assert {one["document_id"] for one in entries if "document_id" in one} == documents
    assert len(documents) > 10
    metrics = json.loads(steps)
    assert list(metrics) == ["discover", "fetch", "parse", "link"]
    assert metrics["fetch"]["items"] >= metrics["parse"]["items"] >= len(documents)
    assert metrics["parse"]["failures"] == refused
    assert all(one["times"] == 1 and one["seconds"] > 0 and one["peak_mb"] > 0 for one in metrics.values())
    ends = [one["step"] for one in entries if one["message"].startswith("ends after")]
    assert ends == list(metrics)


def test_a_line_holds_nothing_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    write_log(Settings(log="lines"))
    LOG.warning("set aside: \x1b]52;c;x\x07\u202eabc\nforged", extra={"url": "http://x.example/\x9b2J"})
    LOG.debug("not shown")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert "warning set aside: \ufffd]52;c;x\ufffd\ufffdabc\ufffdforged  url=http://x.example/\ufffd2J" in line


def test_the_log_is_off_until_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write_log(Settings())
    LOG.error("nobody hears it")
    assert capsys.readouterr().err == ""


def test_failures_are_logged_one_by_one_until_they_are_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_log(Settings(log="json"))
    settings = Settings(home=tmp_path)
    run = Run(run_id="r", home=Home(tmp_path), settings=settings, origins=(), home_kind="archive")
    for number in range(MOST_LOGGED + 20):
        run.log_failure("fetch", "gone", url=f"http://x.example/{number}")
    entries = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(entries) == MOST_LOGGED + 1
    assert entries[-1]["message"] == f"more than {MOST_LOGGED} failures; klog status lists them"
    assert run.steps["fetch"]["failures"] == MOST_LOGGED + 20


def test_a_paused_run_has_a_state_and_a_message_of_its_own() -> None:
    paused = [{"host": "web.archive.org", "until": "2026-12-01 04:00:00", "why": "it returned HTTP 429", "number": 3}]
    counts = {"fetched": 1200, "parsed": 7, "published": 1}
    state = prefect_runs.end_state({"paused": paused, "counts": counts})
    assert (state.name, state.is_completed()) == ("PausedByLimit", True)
    assert state.message == "Paused by a rate limit: web.archive.org until 2026-12-01 04:00:00 UTC."
    state = prefect_runs.end_state({"paused": [], "counts": counts})
    assert (state.name, state.message) == (
        "Completed", "1,200 pages fetched, 7 documents read; published a release.",
    )  # fmt: skip
    state = prefect_runs.held_state(HomeHeld("/srv/klog is held"))
    assert (state.name, state.is_cancelled(), state.message) == ("HomeHeld", True, "/srv/klog is held")


@pytest.mark.parametrize(
    ("parameters", "deployed", "name"),
    [
        ({"home": "/srv/klog"}, "refresh", "refresh /srv/klog"),
        ({"home": "/srv/klog", "only": "transform"}, "refresh", "transform /srv/klog"),
        ({"home": "/srv/klog"}, None, "build /srv/klog"),
    ],
)
def test_a_runs_name_says_what_for_and_which_home(
    parameters: dict, deployed: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = SimpleNamespace(
        flow_run=SimpleNamespace(parameters=parameters), deployment=SimpleNamespace(name=deployed)
    )
    monkeypatch.setattr(prefect_runs, "runtime", runtime)
    assert prefect_runs.run_name() == name


def test_homes_have_names_that_prefect_takes() -> None:
    assert prefect_runs.name_of_home("/srv/Kernel Log/ä") == "srv-kernel-log"
    assert prefect_runs.name_of_home("/") == "home"


def test_the_report_shows_text_of_pages_as_it_is(tmp_path: Path) -> None:
    run = Run(run_id="r", home=Home(tmp_path), settings=Settings(), origins=(), home_kind="archive")
    run.log_failure("fetch", "gone")
    rows = [{"what": "documents", "count": 1200, "detail": "a | b\n<script>"}]
    hostile = {"paused": [{"host": "[x](javascript:0)", "until": None}], "set_aside_by_reason": []}
    told = write_report(run, rows, hostile)
    assert "| documents | 1,200 | a &#124; b &#60;script&#62; |" in told
    assert "| &#91;x&#93;(javascript:0) |  |" in told
    assert "## Steps" in told
    assert "Set aside" not in told


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_one_message_goes_out_when_a_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    run = SimpleNamespace(name="refresh /srv/klog")
    state = Crashed(message="Process exited with -9")
    prefect_runs.alert(None, run, state)  # without the setting nothing is sent
    with HTTPServer(("127.0.0.1", 0), _Hook) as server:
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("KLOG_ALERT", f"json://127.0.0.1:{server.server_port}/klog")
        prefect_runs.alert(None, run, state)
        server.shutdown()
    ((message),) = server.taken  # type: ignore[attr-defined]
    assert (message["title"], message["message"]) == ("klog: refresh /srv/klog crashed", "Process exited with -9")


def test_a_message_that_was_not_taken_is_logged_without_its_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    write_log(Settings(log="lines"))
    monkeypatch.setenv("KLOG_ALERT", "json://user:secret@127.0.0.1:9/klog")
    prefect_runs.alert(None, SimpleNamespace(name="refresh"), Crashed(message="gone"))
    said = capsys.readouterr().err
    assert "KLOG_ALERT was not taken" in said
    assert "secret" not in said


def test_an_address_for_messages_that_names_no_service_is_refused_at_once() -> None:
    check_alert("")
    check_alert("json://127.0.0.1/klog")
    with pytest.raises(SettingError, match="KLOG_ALERT"):
        check_alert("nowhere")
