"""Prefect's server of `klog schedule` answers that command alone, and ends with it."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.prefect_server import own_server, prefect_environment
from warehouse.errors import KlogError

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
def scheduled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """`klog schedule` of an empty home, the port of its server, and its home."""
    home = tmp_path_factory.mktemp("scheduled") / "archive"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "--home", str(home), "schedule", "--cron", "0 0 1 1 *"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Building "), process.stdout.read()
        yield process, port_of(process.pid), home
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


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


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("schedule")
def test_the_schedulers_server_answers_nobody_else(scheduled: tuple[subprocess.Popen[str], int, Path]) -> None:
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
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("schedule")
def test_a_web_page_gets_nothing_from_the_scheduler(
    scheduled: tuple[subprocess.Popen[str], int, Path],
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
    """Serve a folder on a loopback port of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("schedule")
def test_ctrl_c_ends_the_schedule_in_one_line(scheduled: tuple[subprocess.Popen[str], int, Path]) -> None:
    process, _, home = scheduled
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    said = process.stdout.read()
    assert process.wait(60) == 0
    assert said.splitlines() == [f"Stopped; resume with: klog --home {home} schedule --cron '0 0 1 1 *'"]


def test_without_the_loopback_interface_it_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("socket.create_connection", unreachable)
    (tmp_path / "prefect").mkdir()
    with pytest.raises(KlogError, match=r"Network is unreachable.*ip link set lo up"), own_server(tmp_path):
        pass


def test_what_prefect_needs_in_the_environment_ends_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def create_app(**_: object) -> None:
        asked.append(os.environ["PREFECT_API_URL"])
        raise KlogError("it does not start")

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setitem(sys.modules, "prefect.server.api.server", SimpleNamespace(create_app=create_app))
    before = dict(os.environ)
    with pytest.raises(KlogError), prefect_environment(tmp_path), own_server(tmp_path):
        pass
    assert asked
    assert dict(os.environ) == before
