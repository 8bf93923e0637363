"""The deployments of `prefect.yaml`: what they declare, and three rounds of one on a Prefect server of one's own."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest
import yaml
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.flows import load_flow_from_entrypoint

from flows import deployments, sample
from flows.sources.registry import identify
from tests.builds import write_small_warc
from tests.flows.postgresql import postgresql
from tests.flows.sample_pages import html_pages
from tests.flows.web.conftest import free_port
from tests.flows.web.server import Server, plain
from tests.flows.web.test_wayback import Wayback
from warehouse.errors import HomeHeld

PROJECT = Path(sample.__file__).parents[1] / "prefect.yaml"
PREFECT = [sys.executable, "-m", "prefect"]
ISSUES = 3  # pages in the archive at first; one more before each further round
STAMP = "20101231000000"


def test_each_deployment_has_a_flow_that_takes_its_parameters() -> None:
    declared = {one["name"]: one for one in yaml.safe_load(PROJECT.read_text())["deployments"]}
    assert set(declared) == {"refresh", "retry", "links", "reread"}
    for one in declared.values():
        flow = load_flow_from_entrypoint(one["entrypoint"])
        taken = flow.validate_parameters({**one["parameters"], "home": "/srv/klog"})
        assert taken["home"] == Path("/srv/klog")
        assert one["description"]
        assert "klog" in one["tags"]
        assert one["concurrency_limit"]["limit"] == 1
    assert [bool(one["schedules"]) for one in declared.values()] == [True, True, True, False]


def test_a_run_whose_predecessor_is_just_ending_waits_for_it_and_gives_up_on_one_that_stays() -> None:
    tried: list[Path] = []
    waited: list[float] = []

    def build(home: Path, **options: object) -> dict:
        tried.append(home)
        if options["ends"] and len(tried) == 3:
            return options
        raise HomeHeld("it is open elsewhere")

    assert deployments._after_another(build, Path("/a"), sleep=waited.append, ends=True) == {"ends": True}
    assert waited == [deployments.EVERY_S] * 2
    waited.clear()
    with pytest.raises(HomeHeld):
        deployments._after_another(build, Path("/a"), sleep=waited.append, ends=False)
    assert sum(waited) == deployments.ENDS_WITHIN_S - deployments.EVERY_S


def test_a_server_that_gives_no_limit_leaves_the_homes_lock_to_keep_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def refused(*_: object, **__: object) -> Iterator[None]:
        raise ConcurrencySlotAcquisitionError("the server is busy")
        yield

    monkeypatch.setattr(deployments, "concurrency", refused)
    monkeypatch.setattr(deployments, "get_client", lambda **_: nullcontext(Mock()))
    with deployments.one_run_of(Path("/a")):
        entered = True
    assert entered


@contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A program that runs until the block ends."""
    with log.open("wb") as file:
        process = subprocess.Popen([*PREFECT, *arguments], stdout=file, stderr=file, env=environment)
        try:
            yield
        finally:
            process.terminate()
            process.wait(120)


def ask(api: str, path: str, body: dict | None = None) -> list | dict:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{api}{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def wait_for(what, seconds: float = 600) -> object:
    """Return the first true answer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := what():
                return found
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError("it did not happen in time")


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_deployment_takes_just_what_is_new_in_three_rounds_and_a_second_worker_does_no_harm(
    tmp_path: Path, database: str
) -> None:
    with Server() as server, postgresql() if database == "PostgreSQL" else nullcontext() as address:
        three_rounds(server, tmp_path, {"PREFECT_SERVER_DATABASE_CONNECTION_URL": address} if address else {})


def three_rounds(server: Server, tmp_path: Path, more: dict[str, str]) -> None:
    wayback, home = Wayback(server), tmp_path / "archive"
    pages = html_pages()
    issues = [url for url in sorted(pages) if identify(url, aliases=sample.HOST_ALIASES).kind == "issue"]
    issues = [url for url in issues if "kernel-log" in url.lower() and "?" not in url][: ISSUES + 2]

    def add(url: str) -> None:
        wayback.rows.append(f"{url} {STAMP} {url} text/html 200 DIGEST 1234")
        answer = plain(200, pages[url], "Memento-Datetime: Fri, 31 Dec 2010 00:00:00 GMT")
        server.answers[f"/web/{STAMP}id_/{url}"] = answer

    for url in issues[:ISSUES]:
        add(url)
    server.answers["/alert"] = plain(200, b"")
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "KLOG_"))} | {
        "PREFECT_HOME": str(tmp_path / "user"), "PREFECT_API_URL": api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1", "PYTHONPATH": str(PROJECT.parents[1]), "KLOG_HOME": str(home),
        "KLOG_HOST_ALIASES": json.dumps(sample.HOST_ALIASES), "KLOG_WAYBACK_BASE": server.base, "KLOG_PATIENCE_S": "0",
        "KLOG_LIMITER": str(tmp_path / "limiter"), "KLOG_CDX_PER_MINUTE": "1e6", "KLOG_CAPTURES_PER_SECOND": "1e6",
        "KLOG_ALERT": f"json://127.0.0.1:{server.port}/alert", **more,
    }  # fmt: skip
    with ExitStack() as stack:
        stack.enter_context(running(["server", "start", "--port", str(port)], environment, tmp_path / "server.log"))
        wait_for(lambda: ask(api, "/health"))
        for command in (
            ["work-pool", "create", "klog", "--type", "process"],
            ["--no-prompt", "deploy", "--all", "--prefect-file", str(PROJECT)],
        ):
            subprocess.run([*PREFECT, *command], env=environment, check=True, capture_output=True)
        for name in ("one", "two"):
            stack.enter_context(running(["worker", "start", "--pool", "klog"], environment, tmp_path / f"{name}.log"))
        refresh = ask(api, "/deployments/name/kernel-log-archive/refresh")
        retry = ask(api, "/deployments/name/kernel-log-archive/retry")
        parameters = {"home": str(home), "sources": ["wayback"], "relist_after_days": 0}

        def run(deployment: dict, given: dict) -> dict:
            return ask(api, f"/deployments/{deployment['id']}/create_flow_run", {"parameters": given})

        def ended(started: dict) -> dict:
            def look() -> dict | None:
                state = ask(api, f"/flow_runs/{started['id']}")["state"]
                return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

            return wait_for(look)

        taken = []
        for number in range(3):
            server.asked.clear()
            both = [run(refresh, parameters), run(retry, {"home": str(home), "sources": ["wayback"]})]
            states = [ended(one) for one in both]
            assert [state["type"] for state in states] == ["COMPLETED", "COMPLETED"], states
            taken.append(sum(f"/{STAMP}id_/{url}" in path for path in server.paths() for url in issues))
            if number < 2:
                add(issues[ISSUES + number])
        assert taken == [ISSUES, 1, 1]
        ids = {"flow_runs": {"id": {"any_": [both[0]["id"]]}}}
        (name,) = {one["name"] for one in ask(api, "/flow_runs/filter", ids)}
        assert name == f"refresh {home}"
        steps = {one["name"] for one in ask(api, "/task_runs/filter", ids)}
        assert {"discover", "fetch", "parse", "link", "embed", "transform", "index", "publish"} <= steps
        newest = {"logs": {"flow_run_id": {"any_": [both[0]["id"]]}}, "sort": "TIMESTAMP_DESC"}

        def tells_of_publishing() -> bool:  # log lines arrive in batches, some after the run's last state
            return any(one["message"].startswith("publish: ends after") for one in ask(api, "/logs/filter", newest))

        wait_for(tells_of_publishing)
        kept = {one["key"].rpartition("-")[2]: one["type"] for one in ask(api, "/artifacts/filter", {})}
        assert kept == {"counts": "table", "report": "markdown", "page": "markdown"}  # Prefect keeps a link as Markdown
        late = tmp_path / "late.warc.gz"
        failed = run(retry, {"home": str(home), "sources": [str(late)]})
        assert ended(failed)["type"] == "FAILED"
        wait_for(lambda: "/alert" in server.paths())  # the message goes out when the state is there
        write_small_warc(late)
        as_the_page_retries = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        ask(api, f"/flow_runs/{failed['id']}/set_state", {"state": as_the_page_retries})
        assert ended(failed)["type"] == "COMPLETED"
        assert server.paths().count("/alert") == 1
    with duckdb.connect(str(home / "current" / "archive.duckdb"), read_only=True) as release:
        found = dict(release.execute("SELECT kind, count(*) FROM documents GROUP BY kind").fetchall())
    assert found["issue"] >= len(issues)
    assert found["lwn"] > 0  # of the run that was retried
