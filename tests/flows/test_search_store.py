"""A home whose vectors lie in a search store: each release has its tables there, and they go with it."""

import json
from functools import partial
from pathlib import Path

import pytest

from tests import builds
from tests.command import klog
from warehouse.home import Home
from warehouse.search.index_reader import SearchIndex
from warehouse.vector_store import FILE, stored_vectors

pytestmark = pytest.mark.slow


def test_the_tables_of_a_release_come_and_go_with_it(tmp_path: Path) -> None:
    warc = builds.write_small_warc(tmp_path / "small.warc.gz")
    store, home = tmp_path / "store", tmp_path / "home"
    in_store = partial(builds.set_environment, KLOG_SEARCH_STORE=str(store))
    first = builds.run_build(home, [str(warc)], before=in_store)
    release = Home(home).release() / "search"
    assert not (release / "vectors.npy").exists()
    assert FILE in json.loads((release / "search.json").read_text())["files"]
    tables = SearchIndex(release)
    assert tables.vectors.shape == (tables.counts["passages"], 32)
    assert tables.floor is not None
    builds.run_build(home, force=True, before=in_store)
    names = {stored_vectors(path / "search").name for path in (home / "releases").iterdir()}
    assert {path.name for path in store.iterdir()} == names
    assert len(names) == 2
    klog(home, "release", "prune", first["release_id"])
    assert [path.name for path in store.iterdir()] == [stored_vectors(Home(home).release() / "search").name]


def test_a_store_that_does_not_answer_ends_a_build_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    told = klog(tmp_path / "home", "build", search_store=str(tmp_path / "store"), check=False)
    assert told.returncode == 1
    assert f"{tmp_path}/store cannot be used" in told.stderr
    assert "KLOG_SEARCH_STORE" in told.stderr
