"""A home whose captures and releases lie in a store has the rows of one on this disk, and nothing forgets what lies there."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from tests import builds
from tests.command import klog
from tests.s3 import s3
from warehouse.connection import open_warehouse
from warehouse.home import Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builds.write_small_warc(tmp_path_factory.mktemp("pages") / "small.warc.gz")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, published_home: Path) -> Path:
    """A folder with a home `home` whose captures and releases were put into `store`; tests only read them."""
    folder = tmp_path_factory.mktemp("stored")
    shutil.copytree(published_home, folder / "home", symlinks=True)
    done = builds.run_build(folder / "home", force=True, before=_stored_in(folder / "store"))
    assert done["counts"]["captures_put"] == 1, done
    assert done["counts"]["releases_put"] == 2, "and the one that was made before there was a store"
    return folder


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """A copy of that folder for a test to change."""
    shutil.copytree(built, tmp_path / "own", symlinks=True)
    return tmp_path / "own"


def _stored_in(folder: Path):
    return partial(builds.set_environment, KLOG_CAPTURE_STORE=f"file://{folder}")


def _klog(home: Path, store: Path, *arguments: str) -> dict:
    """Run a command on a home with a store, in a process that has all imported; return its exit `code`, `out` and `error`."""
    return builds.klog(home, *arguments, before=_stored_in(store))


def _address(folder: Path) -> str:
    return f"file://{folder / 'store'}"


def test_captures_lie_in_the_store_alone_and_every_one_is_read(built: Path) -> None:
    assert not list((built / "home" / "captures").iterdir())
    assert [path.name for path in (built / "store" / "captures").iterdir()] == ["klog-00001.warc.gz"]
    rows = builds.raw_rows(built / "home")
    assert len(rows["documents"]) > 15
    assert not [row for row in rows["set_aside"] if "'parse'" in row]


def test_a_second_build_has_nothing_to_do(own: Path) -> None:
    counts = builds.run_build(own / "home", before=_stored_in(own / "store"))["counts"]
    done = [counts.get(name, 0) for name in ("parsed", "published", "captures_put", "releases_put")]
    assert done == [0, 0, 0, 0], counts


def test_a_lost_home_is_read_back_from_the_store(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    monkeypatch.setenv("KLOG_CAPTURE_STORE", _address(own))
    with open_warehouse(Home(own / "home")) as connection:
        before = connection.execute("SELECT document_id FROM raw.documents ORDER BY ALL").fetchall()
    builds.run_steps(own / "new", steps=("discover", "fetch", "parse", "link"))
    with open_warehouse(Home(own / "new")) as connection:
        assert connection.execute("SELECT document_id FROM raw.documents ORDER BY ALL").fetchall() == before
    assert Home(own / "new").read_record()["home_kind"] == "archive"


def test_parsers_of_this_machine_read_from_s3_within_their_memory(
    warc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    with s3() as bucket:
        monkeypatch.setenv("KLOG_CAPTURE_STORE", f"{bucket}/pool")
        counts = builds.run_steps(tmp_path / "home", [str(warc)], ("discover", "fetch", "parse"))
    assert counts["parsed"] > 15
    assert builds.raw_rows(tmp_path / "home")["set_aside"] == []


def test_a_killed_run_leaves_its_file_here_and_the_next_one_puts_it(
    warc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    builds.run_steps(tmp_path / "home", [str(warc)], ("discover", "fetch"))  # as if it had been killed before the put
    monkeypatch.setenv("KLOG_CAPTURE_STORE", f"file://{tmp_path}/store")
    assert builds.run_steps(tmp_path / "home", steps=("parse",))["captures_put"] == 1
    assert not list((tmp_path / "home" / "captures").glob("*.gz"))


def test_a_store_that_fails_ends_the_run_and_sets_no_page_aside(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    monkeypatch.setenv("KLOG_CAPTURE_STORE", _address(own))
    from warehouse.errors import StoreFailed

    stored = own / "store" / "captures" / "klog-00001.warc.gz"
    stored.rename(stored.with_name("kept"))
    stored.mkdir()  # which cannot be read as a file
    with pytest.raises(StoreFailed, match=r"klog-00001\.warc\.gz cannot be read"):
        builds.run_steps(own / "home", steps=("parse",), reread=True)
    with open_warehouse(Home(own / "home")) as connection:
        assert connection.execute("SELECT count(*) FROM raw.set_aside WHERE step = 'parse'").fetchone() == (0,)


def test_doctor_reads_what_lies_in_the_store(own: Path) -> None:
    def check() -> str:
        told = _klog(own / "home", own / "store", "doctor", "--json")
        return next(one for one in json.loads(told["out"])["checks"] if one["check"] == "captures")["detail"]

    assert "all intact" in check()
    stored = own / "store" / "captures" / "klog-00001.warc.gz"
    stored.write_bytes(stored.read_bytes()[: stored.stat().st_size // 2])
    told = check()
    assert f"{_address(own)}/captures/klog-00001.warc.gz" in told
    assert "not where the ledger says" in told


def test_forget_export_and_backup_name_what_lies_in_the_store(own: Path, tmp_path: Path) -> None:
    def klog(*arguments: str) -> dict:
        done = _klog(own / "home", own / "store", *arguments)
        assert done["code"] == 0, done
        return done

    told = klog("export", "--warc", "kind:issue", str(tmp_path / "issues.warc.gz"))
    assert "captures of" in told["out"]
    assert "lost" not in told["error"]
    told = klog("backup", str(tmp_path / "backups"))
    assert f"Not in it: 1 capture files of {_address(own)}" in told["out"]
    with open_warehouse(Home(own / "home")) as connection:
        (url,) = connection.execute("SELECT url FROM raw.documents WHERE kind = 'issue' ORDER BY url").fetchone()
    told = klog("forget", url)
    assert f"stays in the WARC files: {_address(own)}/captures/klog-00001.warc.gz at byte" in told["out"]
    kept = json.loads((own / "store" / "home.json").read_text())
    assert [row[2] for row in kept["forgotten"]] == [url]


def test_a_new_machine_pulls_the_newest_release_and_searches_it(own: Path) -> None:
    pulled = json.loads(klog(own / "reader", "pull", "--json", capture_store=_address(own)).stdout)
    assert pulled["release_id"] == (own / "home" / "current").resolve().name
    found = json.loads(klog(own / "reader", "search", "--mode", "keyword", "--json", "kernel").stdout)
    assert found["hits"]
    assert "is current" in _klog(own / "reader", own / "store", "pull")["out"]
    told = _klog(own / "home", own / "store", "pull")
    assert told["code"] == 2
    assert "makes its own releases" in told["error"]


def test_a_release_that_was_altered_in_the_store_is_not_pulled(own: Path) -> None:
    release = own / "store" / "releases" / Home(own / "home").release().name
    path = next(path for path in release.rglob("*") if path.is_file() and path.name != "release.json")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    told = _klog(own / "reader", own / "store", "pull")
    assert told["code"] == 1
    assert "is not what was published" in told["error"]
    assert not (own / "reader" / "current").exists()
    assert "0 releases of" in _klog(own / "other", own / "nothing", "pull")["error"]
    assert "KLOG_CAPTURE_STORE is not set" in builds.klog(own / "other", "pull")["error"]
