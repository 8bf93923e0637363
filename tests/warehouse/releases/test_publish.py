import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.connection import open_release, open_warehouse
from warehouse.errors import GateFailed
from warehouse.home import Home
from warehouse.releases.history import releases_to_remove, remove_releases
from warehouse.releases.publish import (
    Manifest,
    check_counts,
    check_loss,
    check_probe,
    count_kinds,
    count_rows,
    current_manifest,
    hash_files,
    new_release_id,
    next_moment,
    swap_in,
    unfinished_folder,
    write_archive,
)
from warehouse.releases.space import check_space, warn_of_space
from warehouse.settings import Settings


@pytest.fixture
def manifest(sample_home: Path) -> Manifest:
    found = current_manifest(Home(sample_home))
    assert found is not None
    return found


def test_the_manifest_says_what_the_release_holds(sample_home: Path, manifest: Manifest) -> None:
    release = Home(sample_home).release()
    with open_release(release) as archive:
        assert count_rows(archive, "main") == manifest.counts
        assert count_kinds(archive) == manifest.kinds
    files = hash_files(release)
    assert {name: files[name] for name in manifest.files} == manifest.files
    assert manifest.home_kind == "sample"
    assert manifest.model.startswith("all-MiniLM-L6-v2@")


def test_a_release_carries_every_mart_with_its_description(sample_home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "warehouse.duckdb"
    shutil.copy(sample_home / "warehouse.duckdb", copy)
    with open_warehouse(Home(tmp_path)) as warehouse:
        write_archive(warehouse, tmp_path / "made")
        expected = count_rows(warehouse, "main")
    with open_release(tmp_path / "made") as archive:
        assert count_rows(archive, "main") == expected
        undescribed = archive.execute(
            "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL "
            "UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
        ).fetchall()
    assert undescribed == []


def test_schema_v1_has_every_mart_with_the_names_of_the_version_before(sample_home: Path) -> None:
    with open_release(Home(sample_home).release()) as archive:
        assert count_rows(archive, "v1") == count_rows(archive, "main")
        for old, new in (
            ("events WHERE release IS NOT NULL", "events WHERE kernel_release IS NOT NULL"),
            ("fetches WHERE wanted_at IS NOT NULL", "fetches WHERE target_at IS NOT NULL"),
            ("quality WHERE words_furniture > 0", "quality WHERE words_boilerplate > 0"),
            ("mentions WHERE entity_type = 'release'", "mentions WHERE entity_type = 'kernel_release'"),
        ):
            (before,) = archive.execute(f"SELECT count(*) FROM v1.{old}").fetchone() or ()
            (now,) = archive.execute(f"SELECT count(*) FROM main.{new}").fetchone() or ()
            assert before == now > 0


def test_other_counts_than_the_warehouses_are_refused(manifest: Manifest) -> None:
    check_counts(manifest, manifest.counts)
    with pytest.raises(GateFailed, match="passages"):
        check_counts(manifest, {**manifest.counts, "passages": manifest.counts["passages"] + 1})


def test_a_kind_that_shrank_is_refused_unless_accepted(manifest: Manifest) -> None:
    last = replace(manifest, kinds={**manifest.kinds, "mail": manifest.kinds["mail"] * 2})
    with pytest.raises(GateFailed, match=r"mail: .*--accept-loss"):
        check_loss(manifest, last, Settings(), None)
    check_loss(manifest, last, Settings(), "a mirror was taken out")
    check_loss(manifest, None, Settings(), None)
    gone = replace(manifest, kinds={**manifest.kinds, "bugs of another tracker": 3})
    with pytest.raises(GateFailed, match="0 documents"):
        check_loss(manifest, gone, Settings(), None)


def test_a_probe_that_finds_nothing_is_refused() -> None:
    check_probe("Xen", 1)
    with pytest.raises(GateFailed, match="Xen"):
        check_probe("Xen", 0)


def test_too_small_a_disk_is_refused_and_warned_of_before(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(sample_home)
    free = 20_000_000_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(free, 0, free))
    check_space(home)
    assert warn_of_space(home) is None
    free = 2 * home.warehouse.stat().st_size + 1
    check_space(home)
    assert "klog --home" in (warn_of_space(home) or "")
    free -= 2
    with pytest.raises(GateFailed, match="twice the warehouse"):
        check_space(home)


def test_the_newest_releases_stay_and_readers_keep_theirs(tmp_path: Path, manifest: Manifest) -> None:
    home = Home(tmp_path)
    opened = None
    for number in range(5):
        folder = unfinished_folder(home)
        folder.mkdir(parents=True)
        (folder / "archive.duckdb").write_text(str(number))
        swap_in(home, folder, replace(manifest, release_id=f"2026010{number}T000000-abcdef"))
        remove_releases(releases_to_remove(home, newest=3, days=0))
        assert (home.current / "archive.duckdb").read_text() == str(number)
        if number == 3:
            opened = (home.release() / "archive.duckdb").open()
    assert sorted(path.name[:8] for path in home.releases.iterdir()) == ["20260102", "20260103", "20260104"]
    assert opened is not None
    with opened:
        assert opened.read() == "3"


def test_ids_of_releases_sort_by_time_though_the_clock_was_set_back(manifest: Manifest) -> None:
    published = dt.datetime.fromisoformat(manifest.published_at)
    for days in (-400, 0, 1):
        moment = next_moment(published + dt.timedelta(days=days), manifest)
        assert moment > published
        assert new_release_id(moment, "0" * 6) > manifest.release_id


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    home = Home(tmp_path)
    left = unfinished_folder(home)
    left.mkdir(parents=True)
    (left / "half").write_text("x")
    assert not unfinished_folder(home).exists()


def test_the_files_of_a_published_release_are_without_write_permission(sample_home: Path) -> None:
    release = Home(sample_home).release()
    files = [path for path in release.rglob("*") if path.is_file()]
    assert "archive.duckdb" in {path.name for path in files}
    assert [path for path in files if path.stat().st_mode & 0o222] == []
