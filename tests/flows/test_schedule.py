"""`klog schedule` builds at its times; its server answers nobody else; when stopped, in a build too, it leaves nothing behind."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from prefect.exceptions import ParameterTypeError
from prefect.runner import Runner

from flows.cli import schedule
from flows.deployments import SCHEDULER, archive, serve_archive
from flows.pipeline import build_archive
from tests.command import writable_copy
from tests.flows.test_runs import watch

pytestmark = pytest.mark.timeout(600)

Scheduled = tuple[subprocess.Popen[str], int, Path]

EVERY_FIVE_SECONDS = "* * * * * */5"
ATTACK = """<!doctype html><title>attack</title><script>
const api = "http://127.0.0.1:PORT/api", got = [];
async function ask(name, path, body) {
  try {
    const answer = await fetch(api + path, {method: "POST", body, headers: body ? {"content-type": "application/json"} : {}});
    got.push([name, answer.status, await answer.text()]);
  } catch (error) { got.push([name, "nothing"]); }
}
async function blind(name, path, body) {  // a request that needs no leave: its answer cannot be read, but it is sent
  try { await fetch(api + path, {method: "POST", mode: "no-cors", body}); } catch (error) {}
}
function listen() {
  return new Promise(done => {
    const socket = new WebSocket("ws://127.0.0.1:PORT/api/events/out", ["prefect"]);
    socket.onopen = () => { got.push(["socket", "open"]); socket.send('{"type":"auth","token":null}'); };
    socket.onmessage = event => got.push(["socket", event.data]);
    socket.onclose = event => { got.push(["socket", "closed"]); done(); };
  });
}
(async () => {
  await ask("deployments", "/deployments/filter", "{}");
  await ask("runs", "/flow_runs/filter", "{}");
  await blind("run", "/flows/", '{"name":"attack"}');
  await listen();
  document.title = JSON.stringify(got);
})();
</script>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def scheduled(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduled]:
    """`klog schedule` of a copy of the sample's archive, the port of its server, and that home."""
    home = writable_copy(sample_home, tmp_path_factory.mktemp("scheduled") / "archive")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "--home", str(home), "schedule", "--cron", EVERY_FIVE_SECONDS],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Building "), process.stdout.read()
        yield process, port_of(process.pid), home
    finally:
        process.terminate()
        process.communicate(timeout=120)


def port_of(pid: int) -> int:
    """Return the port on which a process answers as Prefect does."""
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [int(line[1].split(":")[1], 16) for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in sockets]
    for port in found:
        with suppress(OSError, http.client.HTTPException):
            if ask(port, "/api/health", {}, None) == 200:
                return port
    raise AssertionError(f"nothing answers on {found}")


def ask(port: int, path: str, headers: dict[str, str], body: str | None = "{}") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST" if body else "GET", path, body, headers={"content-type": "application/json", **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_schedulers_server_answers_nobody_else(scheduled: Scheduled) -> None:
    process, port, _ = scheduled
    asked = "/api/deployments/filter"
    assert ask(port, asked, {}) == 401
    assert ask(port, asked, {"Authorization": "Basic a2xvZzprbG9n"}) == 401
    assert ask(port, asked, {"Origin": "http://127.0.0.1:1"}) == 403
    assert ask(port, asked, {"Origin": "null"}) == 403
    assert ask(port, "/api/health", {"Host": f"rebound.example:{port}"}, None) == 403
    assert ask(port, "/api/health", {}, None) == 200
    assert "klog:" not in Path(f"/proc/{process.pid}/cmdline").read_text()


@pytest.mark.browser
def test_a_web_page_gets_nothing_from_the_scheduler(
    scheduled: Scheduled,
    browser: Any,
    tmp_path: Path,
) -> None:
    _, port, home = scheduled
    (tmp_path / "attack.html").write_text(ATTACK.replace("PORT", str(port)))
    with served(tmp_path) as address:
        page = browser.new_page()
        page.goto(f"{address}/attack.html")
        page.wait_for_function("document.title.startsWith('[')", timeout=60_000)
        got = json.loads(page.title())
        page.close()
    assert got == [["deployments", "nothing"], ["runs", "nothing"], ["socket", "closed"]]
    with sqlite3.connect(f"file:{home / 'prefect' / 'prefect.db'}?mode=ro", uri=True) as database:
        assert database.execute("SELECT count(*) FROM flow WHERE name = 'attack'").fetchone() == (0,)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_options_of_a_schedule_are_those_of_each_run_and_are_repeated_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lkml.mbox").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    arguments = ["--mail", "lkml.mbox", "--recheck", "--relist-after", "0", "--from", "wayback", "--cron", "5 4 * * 1"]
    options = schedule.command.make_context("schedule", arguments).params
    options.pop("cron")
    parameters = schedule._parameters(options)
    assert parameters == {
        "sources": ["wayback"], "addresses": None, "mail": [str(tmp_path / "lkml.mbox")], "gmane_map": None, "git": [],
        "recheck": True, "all_mail": False, "relist_after_days": 0.0, "recheck_after_days": None,
        "check_links_after_days": None,
    }  # fmt: skip
    taken = archive.validate_parameters({**parameters, "home": str(tmp_path)})
    assert taken["mail"] == (tmp_path / "lkml.mbox",)
    assert schedule._repeated(options) == " --mail lkml.mbox --recheck --relist-after 0 --from wayback"


@pytest.mark.parametrize("days", ["-1", "4000", "soon"])
def test_a_number_of_days_that_is_none_is_refused_before_anything_starts(days: str, tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter) as refused:
        schedule.command.make_context("schedule", ["--relist-after", days])
    assert "--relist-after" in refused.value.format_message()
    with pytest.raises(ParameterTypeError, match="relist_after_days"):
        build_archive.validate_parameters({"home": str(tmp_path), "relist_after_days": days})


def test_sigterm_ends_a_scheduled_build_first_and_the_server_last(sample_home: Path, scheduled: Scheduled) -> None:
    process, _, home = scheduled
    before = json.loads((sample_home / "status.json").read_text())["run_id"]
    for status in watch(home, seconds=420):
        assert process.poll() is None, process.communicate()[0]
        if status.get("run_id", before) != before and status["outcome"] == "running":
            break
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=120)
    assert said.splitlines() == [f"Stopped; resume with: klog --home {home} schedule --cron {EVERY_FIVE_SECONDS!r}"]
    assert process.returncode == 0
    assert next(watch(home))["outcome"] in ("stopped", "done")
    # Python's tracker of shared memory ends by itself, a moment after the last process that named any.
    until = time.monotonic() + 30
    while (left := [found for found in _commands() if str(home) in found]) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_prefects_runner_has_started_ends_the_schedule(
    number: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = signal.getsignal(number)
    monkeypatch.setenv(SCHEDULER, "")
    given: list[dict[str, Any]] = []

    def add_flow(*_: object, **options: Any) -> None:
        given.append(options["parameters"])
        signal.raise_signal(number)

    monkeypatch.setattr(Runner, "add_flow", add_flow)
    try:
        assert serve_archive(tmp_path, "0 0 1 1 *", {}) is None
    finally:
        signal.signal(number, before)
    # Runs that an earlier process planned have the same parameters, and end with the process that starts them.
    assert given == [{"home": str(tmp_path)}]
    assert os.environ[SCHEDULER] == str(os.getpid())


def _commands() -> list[str]:
    """The command line and environment's folder of Prefect of every process that is left."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "cmdline").read_text() + (folder / "environ").read_text())
        except OSError:
            continue
    return found
