import json
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.errors import ArchiveMissing, HomeHeld
from warehouse.home import Home


def test_a_home_without_release_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match=rf"klog --home {tmp_path} build"):
        Home(tmp_path).release()


def test_a_held_home_names_its_holder(tmp_path: Path) -> None:
    home = Home(tmp_path / "archive")
    assert not home.is_held()
    with home.hold():
        home.write_status({"outcome": "running", "step": "fetch", "started_at": "2026-11-22T12:00:00"})
        assert home.is_held()
        with pytest.raises(HomeHeld, match=r"process \d+ since 2026-11-22T12:00:00 \(step fetch\)"), home.hold():
            pass
    assert not home.is_held()
    with home.hold():
        pass


@pytest.mark.parametrize("last", [{}, {"outcome": "done", "step": None}, {"outcome": "running", "step": "fetch"}])
def test_a_run_that_has_said_nothing_yet_is_not_taken_for_the_last_one(tmp_path: Path, last: dict[str, object]) -> None:
    home = Home(tmp_path)
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    home.status.write_text(json.dumps({"started_at": "2026-11-22T12:00:00", "pid": int(ended.stdout), **last}))
    with home.hold(), pytest.raises(HomeHeld, match="is held by another process\\."), home.hold():
        pass


def test_a_status_is_whole_or_absent(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.read_status() == {}
    home.write_status({"step": "parse"})
    assert home.read_status()["step"] == "parse"
    home.status.write_text('{"step": ')
    assert home.read_status() == {}
