from pathlib import Path

from tests.command import klog
from warehouse.home import Home


def test_a_second_build_on_one_home_ends_at_once_and_says_who_holds_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "archive")
    with home.hold():
        home.write_status({"started_at": "2026-11-22T12:00:00", "outcome": "running", "step": "fetch"})
        second = klog(home.root, "build", "--from", "sample", check=False)
    assert second.returncode == 3
    (sentence,) = second.stderr.strip().splitlines()
    assert "is held by process" in sentence
    assert "(step fetch)" in sentence
