"""Cited addresses are checked politely and not too often, and each answer is kept; over loopback."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.web.limiter import Limiter
from tests.flows.web.server import Asked, Server, Write, plain
from tests.flows.web.steps import run_steps
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.home import Home, now
from warehouse.load import insert
from warehouse.settings import Settings

SettingsFor = Callable[..., Settings]
FOUND = "SELECT url, state, reason, moved_to FROM raw.link_checks ORDER BY checked_at, url"


def cite(home: Path, *urls: str, kind: str = "page") -> None:
    with open_warehouse(Home(home)) as connection:
        start = connection.execute("SELECT count(*) FROM raw.links").fetchone()[0]
        insert(
            connection,
            "raw.links",
            [
                {
                    "link_id": f"issue-1.l{start + number}", "document_id": "issue-1", "section_id": "issue-1.0", "position": start + number,
                    "anchor": "here", "clause": "", "sentence": "", "href": url, "kind": kind, "key": url, "status": "not_tried",
                    "target_document_id": None,
                }
                for number, url in enumerate(urls)
            ],
        )  # fmt: skip


def check(home: Path, settings: Settings, *, before: dt.datetime | None = None) -> tuple[dict, list[tuple]]:
    run = run_steps(home, settings, ["live"], ["check_links"], check_links_before=before or now())
    with open_warehouse(Home(home)) as connection:
        return run.counts, connection.execute(FOUND).fetchall()


async def fails_on_head(asked: Asked, writer: Write) -> None:
    await plain(405 if asked.method == "HEAD" else 200, b"page")(asked, writer)


def test_each_cited_address_is_asked_once_and_its_state_is_recorded(tmp_path: Path, settings_for: SettingsFor) -> None:
    answers = {
        "/robots.txt": plain(200, b"User-agent: *\nDisallow: /private", kind="text/plain"), "/here": plain(200, b"x" * 9000),
        "/gone": plain(410, b""), "/moved": plain(301, b"", "Location: /here"), "/head": fails_on_head, "/broken": plain(500, b""),
        "/secret": plain(403, b""), "/private": plain(200, b""),
    }  # fmt: skip
    with Server(answers) as server:
        names = ("here", "here#part", "gone", "moved", "head", "broken", "secret", "private/1")
        cite(
            tmp_path / "home",
            *(f"{server.base}/{name}" for name in names),
            "ftp://files.example/a",
            "https://10.0.0.1/",
        )
        cite(tmp_path / "home", f"{server.base}/issue", kind="issue")
        counts, found = check(tmp_path / "home", settings_for(server.base))
        base = server.base
    assert {url.removeprefix(base): (state, reason) for url, state, reason, _ in found} == {
        "/here": ("live", None), "/gone": ("gone", "http_410"), "/moved": ("live", None), "/head": ("live", None),
        "/broken": ("failed", "http_500"), "/secret": ("refused", "http_403"), "/private/1": ("refused", "robots"),
        "https://10.0.0.1/": ("refused", "private"),
    }  # fmt: skip
    assert {url: moved for url, _, _, moved in found if moved} == {f"{base}/moved": f"{base}/here"}
    assert counts == {"links_checked": 8, "links_waiting": 0}
    assert server.paths().count("/robots.txt") == 1
    assert "/issue" not in server.paths()
    assert {one.method for one in server.asked if one.path == "/here"} == {"HEAD"}


def test_an_address_is_asked_again_only_after_the_time_and_states_stay(
    tmp_path: Path, settings_for: SettingsFor
) -> None:
    with Server({"/a": plain(200, b"")}) as server:
        url = f"{server.base}/a"
        cite(tmp_path / "home", url)
        settings = settings_for(server.base)
        long_ago = now() - dt.timedelta(days=40)
        with open_warehouse(Home(tmp_path / "home")) as connection:
            insert(connection, "raw.link_checks", [{"url": url, "checked_at": long_ago, "state": "live"}])
        server.answers["/a"] = plain(404, b"")
        month = now() - dt.timedelta(days=30)
        for _ in range(2):
            counts, found = check(tmp_path / "home", settings, before=month)
        assert [state for _, state, _, _ in found] == ["live", "gone"]
        assert counts["links_checked"] == 0


def test_a_host_that_asks_to_wait_is_left_to_the_next_run(tmp_path: Path, settings_for: SettingsFor) -> None:
    with Server({"/a": plain(429, b"", "Retry-After: 600"), "/b": plain(200, b"")}) as server:
        cite(tmp_path / "home", f"{server.base}/a", f"{server.base}/b")
        settings = settings_for(server.base)
        counts, found = check(tmp_path / "home", settings)
        assert (counts["links_waiting"], found) == (2, [])
        assert server.paths() == ["/robots.txt", "/a"]
        assert Limiter(settings.limiter).strikes(server.base.removeprefix("http://")) == 1


def test_without_a_time_the_step_names_its_option(tmp_path: Path, settings_for: SettingsFor) -> None:
    with pytest.raises(UsageError, match="--check-links"):
        run_steps(tmp_path / "home", settings_for("http://127.0.0.1:1"), ["live"], ["check_links"])
