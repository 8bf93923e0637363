"""A column stands in one place: the description of its table gives DDL, source, staging and mart."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dbt_models.table_definitions.generate import read_tables, stale_files, write_files
from tests.dbt_models.conftest import ROOT, Dbt
from warehouse.releases.publish import MARTS

pytestmark = pytest.mark.filterwarnings("ignore")  # dbt's own, of its dependencies


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What is written from the descriptions, and they themselves, where a test may change them."""
    root = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
    shutil.copytree(ROOT / "dbt_models", root / "dbt_models", ignore=ignored)
    (root / "warehouse").mkdir()
    shutil.copy(ROOT / "warehouse" / "schema.generated.sql", root / "warehouse")
    return root


def add_column(root: Path, table: str, name: str) -> None:
    """The one edit."""
    path = root / "dbt_models" / "table_definitions" / f"{table}.yml"
    said = path.read_text(encoding="utf-8")
    new = f"  - name: {name}\n    data_type: date\n    nullable: true\n    description: When it was last printed.\n"
    path.write_text(said + new, encoding="utf-8")


def raw_columns(schema: Path | None, path: Path) -> list[tuple]:
    """The columns of `raw` in a database, made from a schema first if one is given."""
    with duckdb.connect(str(path)) as connection:
        if schema is not None:
            connection.execute(schema.read_text(encoding="utf-8"))
        return connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE schema_name = 'raw' ORDER BY ALL"
        ).fetchall()


def test_what_is_committed_is_what_the_descriptions_give() -> None:
    assert stale_files(ROOT) == []


def test_a_new_column_is_one_edit_and_a_migration(built: Dbt, copy: Path, tmp_path: Path) -> None:
    tables = ("issues", "links", "events")  # written, its staging by hand, its mart by hand
    for table in tables:
        add_column(copy, table, "reprinted_on")
    assert {path.name.partition(".")[0] for path in stale_files(copy)} >= {
        "schema",
        "sources",
        "stg_issues",
        "issues",
        "events",
    }
    write_files(copy)
    assert stale_files(copy) == []
    dbt = Dbt(tmp_path, copy / "dbt_models")
    shutil.copy(built.path, dbt.path)
    for table in tables:
        dbt.change(f"ALTER TABLE raw.{table} ADD COLUMN reprinted_on DATE")  # the migration
        dbt.change(f"UPDATE raw.{table} SET reprinted_on = '2013-07-16'")
    assert raw_columns(None, dbt.path) == raw_columns(
        copy / "warehouse" / "schema.generated.sql", tmp_path / "new.duckdb"
    )
    selected = [name for table in tables for name in (f"stg_{table}", table)]
    assert set(dbt.run("run", "--select", *selected).values()) == {"success"}
    for table in tables:
        found = dbt.query(f"SELECT DISTINCT reprinted_on::VARCHAR, typeof(reprinted_on) FROM main.{table}")
        assert found == [("2013-07-16", "DATE")]
    comments = dbt.query(
        "SELECT DISTINCT comment FROM duckdb_columns() WHERE column_name = 'reprinted_on' AND schema_name = 'main'"
    )
    assert comments == [("When it was last printed.",)]


def test_marts_that_repeat_a_staging_view_are_views(built: Dbt) -> None:
    types = dict(
        built.query("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'main'")
    )
    repeating = {
        name
        for name, table in read_tables(ROOT / "dbt_models" / "table_definitions").items()
        if table["mart"] == "view"
    }
    assert len(repeating) >= 10
    assert {types[name] for name in repeating} == {"VIEW"}


def test_every_mart_names_who_reads_it(built: Dbt) -> None:
    exposures = built.manifest()["exposures"].values()
    assert {one["name"] for one in exposures} == {"page", "command_line", "recipes"}
    read = {node.rpartition(".")[2] for one in exposures for node in one["depends_on"]["nodes"]}
    assert read >= set(MARTS)


@pytest.mark.slow
def test_the_documentation_is_one_page_that_needs_no_network(spoil) -> None:
    dbt = spoil("UPDATE raw.runs SET started_at = now()::TIMESTAMP - INTERVAL 3 DAY")
    dbt.invoke("docs", "generate", "--static")
    page = (dbt.target / "static_index.html").read_text(encoding="utf-8")
    assert "The search page" in page
    assert "that is encoded and searched" in page
    assert re.findall(r"""(?:src|href)=["']https?://(?!\[::1\])""", page) == []
    (fresh,) = dbt.invoke("source", "freshness").results
    assert (fresh.node.name, str(fresh.status)) == ("runs", "warn")
