"""The releases a home keeps: which stay, going back to one and on again, and what differs between two."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.start import open_run
from flows.steps import publish
from tests import builds
from tests.command import writable_copy
from warehouse.connection import open_warehouse
from warehouse.errors import ArchiveMissing, GateFailed, UsageError
from warehouse.home import Home
from warehouse.releases.history import (
    find_release,
    is_rolled_back,
    list_releases,
    releases_to_remove,
    releases_with_forgotten,
    remove_leftovers,
    roll_back,
)

STAMPS = [f"2026{month:02}{day:02}T{hour:02}0000" for month, day in ((1, 1), (1, 2), (1, 3)) for hour in (1, 9, 23)]


def plant(home: Home, stamp: str, mark: str = "abcdef", **more: object) -> str:
    """Put a release with nothing but a manifest into a home and make it current."""
    name = f"{stamp}-{mark}"
    folder = home.releases / name
    folder.mkdir(parents=True)
    said = {
        "release_id": name, "home_kind": "sample", "fingerprint": mark, "model": "m@1/2/float32", "published_at": "",
        "counts": {"documents": 1}, "kinds": {}, "search": {}, "versions": {}, "files": {}, **more,
    }  # fmt: skip
    (folder / "release.json").write_text(json.dumps(said))
    home.current.unlink(missing_ok=True)
    home.current.symlink_to(Path("releases") / name)
    return name


def klog(home: Path, *arguments: str) -> dict:
    """Run a command of `klog release`; return what it prints as JSON."""
    done = CliRunner().invoke(cli, ["--home", str(home), "release", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_frequent_builds_leave_a_release_of_each_day(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for stamp in STAMPS:
        plant(home, stamp)

    def kept(newest: int, days: int) -> list[str]:
        gone = {one.release_id for one in releases_to_remove(home, newest=newest, days=days)}
        return [one.release_id[4:11] for one in list_releases(home) if one.release_id not in gone]

    assert kept(2, 0) == ["0103T23", "0103T09"]
    assert kept(2, 2) == ["0103T23", "0103T09", "0102T23"]
    assert kept(1, 7) == ["0103T23", "0102T23", "0101T23"]
    home.current.unlink()
    home.current.symlink_to(Path("releases") / f"{STAMPS[0]}-abcdef")
    assert kept(1, 0) == ["0103T23", "0101T01"], "the current release always stays"


def test_prune_shows_first_then_removes_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [plant(home, stamp) for stamp in STAMPS]
    (home.releases / "mine").mkdir()
    (home.releases / names[0] / "release.json").write_text("{")
    (home.releases / ".making").mkdir()
    would = klog(tmp_path, "prune", "--dry-run")
    assert len(list_releases(home)) == len(names)
    assert klog(tmp_path, "prune")["removed"] == would["removed"]
    assert names[0] in would["removed"], "its manifest cannot be read"
    assert sorted(path.name for path in home.releases.iterdir()) == [names[2], names[5], *names[6:], "mine"]
    assert klog(tmp_path, "prune", names[2])["removed"] == [names[2]]
    assert remove_leftovers(home) == []
    assert CliRunner().invoke(cli, ["--home", str(tmp_path), "release", "prune", names[-1]]).exit_code == 2


def test_a_release_is_named_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(ArchiveMissing):
        find_release(home, None)
    names = [plant(home, stamp) for stamp in STAMPS]
    assert find_release(home, "20260102T09").release_id == names[4]
    assert find_release(home, None).release_id == find_release(home, "current").release_id == names[-1]
    for wrong in ("20260102", "2027", "../.."):
        with pytest.raises(UsageError, match=names[0]):
            find_release(home, wrong)


def test_what_was_gone_back_from_is_held_back_and_going_on_ends_it(own_home: Path) -> None:
    home = Home(own_home)
    (first,) = list_releases(home)
    assert first.manifest is not None
    newer = plant(home, "20990101T000000", "fedcba")
    assert klog(own_home, "rollback")["release_id"] == first.release_id
    assert home.release() == first.folder.resolve()
    assert is_rolled_back(home, "fedcba")
    assert not is_rolled_back(home, first.manifest.fingerprint)
    assert not is_rolled_back(home, "something new")
    with pytest.raises(ArchiveMissing, match="no older release"):
        roll_back(home, None)
    with pytest.raises(ArchiveMissing):  # it has no archive
        roll_back(home, newer)
    home.current.unlink()
    home.current.symlink_to(Path("releases") / newer)
    assert not is_rolled_back(home, "fedcba"), "the record speaks of another release"


def test_what_was_forgotten_is_not_gone_back_to_and_goes_from_all_releases(own_home: Path) -> None:
    home = Home(own_home)
    (first,) = list_releases(home)
    plant(home, "20990101T000000")
    with duckdb.connect(str(first.folder / "archive.duckdb"), read_only=True) as archive:
        kind, key = archive.execute("SELECT kind, key FROM documents LIMIT 1").fetchone()
    home.write_record({"forgotten": [[kind, key, "http://a.example/", "2026-01-01"]]})
    assert [one.release_id for one in releases_with_forgotten(home)] == [first.release_id]
    with pytest.raises(GateFailed, match="forgotten"):
        roll_back(home, None)
    with open_warehouse(home) as connection:
        hashes = connection.execute("SELECT count(*) FROM raw.vectors").fetchone()[0]
        connection.execute("INSERT INTO raw.vectors VALUES ('no text', 'm@1/2/float32', [0, 1])")
        connection.execute("INSERT INTO raw.forgotten VALUES (?, ?, 'http://a.example/', '2026-01-01')", [kind, key])
    with open_run(own_home) as run:
        publish.clean_up(run)
    assert run.counts == {"releases_removed": 1, "vectors_removed": 1 + hashes}, (
        "with its release its model's vectors go"
    )
    assert [one.release_id[:4] for one in list_releases(home)] == ["2099"]


def test_nothing_is_gone_back_to_that_is_damaged(own_home: Path) -> None:
    home = Home(own_home)
    (first,) = list_releases(home)
    plant(home, "20990101T000000")
    with (first.folder / "search" / "search.json").open("a") as file:
        file.write(" ")
    with pytest.raises(GateFailed, match=r"search\.json has changed"):
        roll_back(home, None)
    assert home.release().name.startswith("2099")


def test_a_build_publishes_again_after_a_rollback_only_when_it_is_told_to(own_home: Path) -> None:
    home = Home(own_home)
    (first,) = list_releases(home)
    with open_warehouse(home) as connection:
        connection.execute("UPDATE raw.home SET value = 'feedbeef00000000' WHERE name = 'transformed'")
    plant(home, "20990101T000000", "feedbe", fingerprint="feedbeef00000000")
    roll_back(home, first.release_id)
    counts = builds.run_steps(own_home, steps=("index", "publish"))
    assert counts["published"] == 0
    assert home.release().name == first.release_id
    assert not (home.releases / ".making").exists()


def test_a_difference_names_what_came_went_and_changed(own_home: Path, tmp_path: Path) -> None:
    home = Home(own_home)
    (old,) = list_releases(home)
    new = home.releases / "20990101T000000-abcdef"
    writable_copy(old.folder, new)
    with duckdb.connect(str(new / "archive.duckdb")) as archive:
        gone, changed, renamed = archive.execute(
            "SELECT document_id FROM documents WHERE kind = 'lwn' ORDER BY document_id LIMIT 3"
        ).fetchall()
        archive.execute("DELETE FROM documents WHERE document_id = ?", gone)
        archive.execute("UPDATE documents SET text = text || '!' WHERE document_id = ?", changed)
        archive.execute("UPDATE documents SET title = 'Another' WHERE document_id = ?", renamed)
        (link,) = archive.execute("SELECT link_id FROM links WHERE status = 'not_tried' ORDER BY 1").fetchone()
        archive.execute("UPDATE links SET status = 'dead' WHERE link_id = ?", [link])
        archive.execute("INSERT INTO topics SELECT * REPLACE ('quilts' AS topic_id) FROM topics WHERE topic_id = 'xen'")
    found = klog(own_home, "diff", old.release_id, "2099")
    documents, links, topics = found["documents"], found["links"], found["topics"]
    assert documents["counts"] == {"came": 0, "went": 1, "changed": 2}
    assert [one["name"] for one in documents["went"]] == list(gone)
    assert {one["name"]: one["fields"][0].split(" ")[0] for one in documents["changed"]} == {
        changed[0]: "text", renamed[0]: "title",
    }  # fmt: skip
    assert [one["fields"] for one in links["changed"]] == [["status not_tried -> dead"]]
    assert [one["name"] for one in topics["came"]] == ["quilts"]
    assert klog(own_home, "diff", "2099", old.release_id, "--limit", "1")["documents"]["counts"]["came"] == 1
    shown = CliRunner().invoke(
        cli, ["--home", str(own_home), "release", "diff", old.release_id, "2099", "--limit", "1"]
    )
    assert "  ~ and 1 more (--limit)" in shown.output
    assert CliRunner().invoke(cli, ["--home", str(own_home), "release", "diff", "2099", "2099"]).exit_code == 2


def test_list_and_show_tell_of_each_release(own_home: Path) -> None:
    (listed,) = klog(own_home, "list")["releases"]
    assert listed == klog(own_home, "show")
    assert listed["is_current"]
    assert listed["bytes"] > 1_000_000
    text = CliRunner().invoke(cli, ["--home", str(own_home), "release", "show"]).output
    assert f"release_id: {listed['release_id']}" in text
