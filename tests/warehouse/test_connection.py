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


INTERRUPTED = """
import signal, sys
from pathlib import Path
from warehouse.connection import open_warehouse
from warehouse.home import Home

def stop(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, stop)
home = Home(Path(sys.argv[1]))
try:
    with open_warehouse(home) as connection:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        connection.execute("CREATE TABLE raw.x AS SELECT hash(a.range, b.range) h FROM range(100000) a, range(400) b WHERE h = 7")
except RuntimeError as error:
    assert isinstance(error.__cause__, KeyboardInterrupt)
    with open_warehouse(home) as connection:
        print(connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'x'").fetchall())
"""


def test_a_warehouse_whose_statement_a_signal_interrupted_opens_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[(0,)]\n"
