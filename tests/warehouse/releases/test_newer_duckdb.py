"""A release is read by the next DuckDB too, though klog itself is bound to one version by what it loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import RECIPES
from warehouse.home import Home

READ = """
import hashlib, json, sys
import duckdb
path, recipes = json.load(sys.stdin)
with duckdb.connect(path, read_only=True) as archive:
    digest = lambda statement: hashlib.sha256(repr(archive.execute(statement).fetchall()).encode()).hexdigest()
    tables = [row[0] for row in archive.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    found = {table: digest(f'FROM "{table}" ORDER BY ALL') for table in tables}
    columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    found |= {recipe: digest(f"FROM ({recipe.strip().rstrip(';')}) ORDER BY ALL") for recipe in [columns, *recipes]}
json.dump([duckdb.__version__, found], sys.stdout)
"""


def read(archive: Path, **environment: str) -> tuple[str, dict[str, str]]:
    """The version of DuckDB that an environment has, and digests of the tables and recipes it reads."""
    done = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps([str(archive), RECIPES]), capture_output=True, text=True,
        env={**os.environ, **environment}, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    version, found = json.loads(done.stdout)
    return version, found


@pytest.mark.soak
def test_duckdb_2_reads_a_release_as_ours_does(sample_home: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path / "packages"), "duckdb==2.0.*"], check=True, timeout=600)
    archive = Home(sample_home).release() / "archive.duckdb"
    ours, expected = read(archive)
    version, found = read(archive, PYTHONPATH=str(tmp_path / "packages"))
    assert (ours[:2], version[:4]) == ("1.", "2.0.")
    assert len(found) > 20
    assert found == expected
