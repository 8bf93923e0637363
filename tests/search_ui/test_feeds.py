"""The page serves the feeds of the current release, and nothing else of it."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from search_ui.feeds import ROUTES, feed_names
from tests.search_ui.conftest import copy_release, shower, soup_of


@pytest.fixture
def release(sample_home: Path, tmp_path: Path) -> Path:
    release = copy_release(sample_home, tmp_path / "archive")
    (release / "feeds").mkdir()
    (release / "feeds" / "btrfs.xml").write_text("<feed/>")
    (release / "feeds" / "Odd <b>.xml").write_text("<feed/>")
    return release


def test_a_feed_is_served_and_listed(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = shower(tmp_path / "archive", monkeypatch)
    client = TestClient(Starlette(routes=ROUTES))
    got = client.get("/feeds/btrfs.xml")
    assert (got.status_code, got.text) == (200, "<feed/>")
    assert got.headers["content-type"].startswith("application/atom+xml")
    for name in ("other", "Odd%20%3Cb%3E", "..%2f..%2frelease", "%2e%2e/release", "btrfs.xml/.."):
        assert client.get(f"/feeds/{name}.xml").status_code == 404
    assert feed_names(release) == ["btrfs"]
    assert soup_of(show(view="about")).select_one("a[href='feeds/btrfs.xml']")


def test_without_an_archive_there_is_no_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOME", str(tmp_path / "none"))
    assert TestClient(Starlette(routes=ROUTES)).get("/feeds/btrfs.xml").status_code == 404
