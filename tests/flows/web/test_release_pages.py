"""kernelnewbies' page of every release is asked for where it was named as an origin, once, by the run's other origins."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.origins import open_origins
from flows.sources.registry import identify
from flows.web import release_pages
from flows.web.release_pages import ReleasePages
from tests.flows.web.server import Server, plain
from tests.flows.web.steps import run_steps
from warehouse.errors import UsageError
from warehouse.settings import Settings

PAGE = plain(200, b"<html><p>A wiki page.</p></html>", "Memento-Datetime: Mon, 09 Mar 2009 04:12:00 GMT")


def test_every_mainline_release_of_the_seed_has_its_page() -> None:
    origin = ReleasePages()
    listed = {one.url: one.captured_at for one in origin.discover(origin.parts()[0])}
    assert {identify(url).kind for url in listed} == {"kernelnewbies"}
    assert next(iter(listed)) == "https://kernelnewbies.org/Linux_2_6_0"
    assert f"{listed['https://kernelnewbies.org/Linux_2_6_39']:%Y-%m}" == "2011-06"
    assert f"{listed['https://kernelnewbies.org/Linux_3.0']:%Y-%m}" == "2011-08"
    newest = origin.parts()[0].split()[1]
    assert list(listed)[-1] == f"https://kernelnewbies.org/Linux_{newest}"


def test_the_pages_are_fetched_once_by_the_archive_that_was_named(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = [one for one in release_pages._releases() if one[0] in ("2.6.29", "3.2")]
    monkeypatch.setattr(release_pages, "_releases", lambda: releases)
    server.answers |= {"/cdx/": plain(200, b"[]"), "/web/": PAGE}
    for _ in range(2):
        run_steps(
            tmp_path / "home", settings_for(server.base), ["kernelnewbies", "wayback"], ["discover", "fetch"]
        )  # fmt: skip
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as home:
        found = home.execute("SELECT url, state, found_in, attempts FROM raw.fetches ORDER BY url").fetchall()
    assert found == [
        (f"https://kernelnewbies.org/{name}", "done", "seed_kernel_releases", 1)
        for name in ("Linux_2_6_29", "Linux_3.2")
    ]


def test_release_pages_alone_are_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="--from auto"):
        open_origins(["kernelnewbies"], Settings())
