"""A home with stores: each release has its files in one and its tables in the other, and they go with it."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from tests import builds
from tests.command import klog
from warehouse.home import Home
from warehouse.search.index_reader import SearchIndex
from warehouse.store import Store
from warehouse.vector_store import FILE, stored_vectors

pytestmark = pytest.mark.slow


def test_what_a_release_has_in_stores_comes_and_goes_with_it(published_home: Path, tmp_path: Path) -> None:
    store, files = tmp_path / "store", Store(f"file://{tmp_path}/files")
    home = shutil.copytree(published_home, tmp_path / "home", symlinks=True)
    in_stores = partial(builds.set_environment, KLOG_SEARCH_STORE=str(store), KLOG_CAPTURE_STORE=files.address)
    first = builds.run_build(home, force=True, before=in_stores)
    release = Home(home).release() / "search"
    assert not (release / "vectors.npy").exists()
    assert FILE in json.loads((release / "search.json").read_text())["files"]
    tables = SearchIndex(release)
    assert tables.vectors.shape == (tables.counts["passages"], 32)
    assert tables.floor is not None
    second = builds.run_build(home, force=True, before=in_stores)
    assert second["counts"]["releases_put"] == 1
    stored = [stored_vectors(path / "search") for path in (home / "releases").iterdir()]
    names = {one.name for one in stored if one is not None}
    assert {path.name for path in store.iterdir()} == names
    assert len(names) == 2
    before_stores = {Home(published_home).release().name}
    assert _releases(files) == {first["release_id"], second["release_id"], *before_stores}
    assert builds.klog(home, "release", "prune", first["release_id"], before=in_stores)["code"] == 0
    assert _releases(files) == {second["release_id"], *before_stores}
    assert [path.name for path in store.iterdir()] == [stored_vectors(Home(home).release() / "search").name]


def _releases(store: Store) -> set[str]:
    return {name.partition("/")[0] for name in store.sizes("releases")}


def test_a_store_that_does_not_answer_ends_a_build_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    told = klog(tmp_path / "home", "build", search_store=str(tmp_path / "store"), check=False)
    assert told.returncode == 1
    assert f"{tmp_path}/store cannot be used" in told.stderr
    assert "KLOG_SEARCH_STORE" in told.stderr
