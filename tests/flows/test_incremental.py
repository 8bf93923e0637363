"""A build that adds pages to an archive gives what a build of everything gives: every table, the files, the ranking."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests import builds
from warehouse.connection import open_warehouse
from warehouse.home import Home
from warehouse.search import open_search
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

QUERIES = (
    "xen dom0",
    "btrfs merged",
    "2.6.30",
    "scheduler",
    "why did suspend fail",
    "ext4 data loss",
    "kvm",
    "released",
)


@pytest.fixture(scope="module")
def added(published_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was built from some pages, and then from these and three more."""
    folder = tmp_path_factory.mktemp("added")
    home = shutil.copytree(published_home, folder / "home", symlinks=True)
    more = {kind: builds.PAGES[kind] + 1 for kind in ("issue", "mail", "lwn")}
    built = builds.run_build(home, [str(builds.write_small_warc(folder / "more.warc.gz", {**builds.PAGES, **more}))])
    assert built["counts"]["parsed"] == len(more), built
    return home


@pytest.fixture(scope="module")
def whole(added: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home, without a release or a check to begin from."""
    home = tmp_path_factory.mktemp("whole") / "home"
    shutil.copytree(added, home, symlinks=True)
    (home / "current").unlink()
    shutil.rmtree(home / "releases")
    with open_warehouse(Home(home)) as connection:
        connection.execute("DELETE FROM raw.checked")
        connection.execute("DELETE FROM raw.home WHERE name = 'transformed'")
    built = builds.run_build(home, force=True)
    assert "error" not in built, built
    return home


def test_every_table_has_the_same_rows(added: Path, whole: Path) -> None:
    found = [_tables(home) for home in (added, whole)]
    assert len(found[0]["documents"]) > sum(builds.PAGES.values())
    assert found[0] == found[1]


def test_files_are_the_same_bytes(added: Path, whole: Path) -> None:
    for part in ("statements", "search"):
        one, other = ({path.name: path.read_bytes() for path in _files(home, part)} for home in (added, whole))
        assert one == other


def test_the_first_ten_of_every_query_are_the_same(added: Path, whole: Path) -> None:
    for query in QUERIES:
        one, other = (_first_ten(home, query) for home in (added, whole))
        assert one == other, query
    assert any(_first_ten(added, query) for query in QUERIES)


def _tables(home: Path) -> dict[str, list[str]]:
    """Return the rows of every table of the release; runs are those of the home."""
    with duckdb.connect(str(Home(home).release() / "archive.duckdb"), read_only=True) as archive:
        names = archive.execute("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'runs'").fetchall()
        return {name: sorted(map(repr, archive.execute(f'FROM main."{name}"').fetchall())) for (name,) in names}


def _files(home: Path, part: str) -> list[Path]:
    """Return the files of a part of the release, without the word indexes, whose names are random, and the time it took."""
    return [path for path in (Home(home).release() / part).iterdir() if path.is_file() and path.name != "search.json"]


def _first_ten(home: Path, query: str) -> list[tuple[str, float]]:
    with open_search(Home(home).release() / "search", settings=Settings()) as search:
        return [(hit.document_id, hit.score) for hit in search.search(query, mode="keyword", k=10).hits]
