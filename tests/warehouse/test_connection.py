import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.connection import open_release, open_warehouse
from warehouse.errors import ArchiveMissing, HomeHeld, WarehouseBroken
from warehouse.home import Home


def test_a_missing_or_broken_release_says_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="klog build"):
        open_release(tmp_path)
    (tmp_path / "archive.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(ArchiveMissing, match="klog build"):
        open_release(tmp_path)


def test_a_damaged_warehouse_says_what_can_be_done(sample_home: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    shutil.copy(sample_home / "warehouse.duckdb", home.warehouse)
    whole = home.warehouse.read_bytes()
    home.warehouse.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(WarehouseBroken, match="reads all captures anew"), open_warehouse(home):
        pass
    home.warehouse.write_bytes(whole[:12288] + bytes(len(whole) - 12288))
    with pytest.raises(WarehouseBroken, match="reads all captures anew"), open_warehouse(home) as connection:
        connection.execute("SELECT count(text) FROM raw.documents WHERE text LIKE '%Xen%'").fetchall()


def test_a_warehouse_that_another_process_has_open_is_held(tmp_path: Path) -> None:
    home = Home(tmp_path)
    script = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(home.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        with pytest.raises(HomeHeld, match="open elsewhere"), open_warehouse(home):
            pass
