"""A home outlives the program that made it: older ones are brought up to date, newer ones are refused in one sentence."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.conftest import HOMES
from warehouse import migrations
from warehouse.connection import RELEASE_SCHEMA, open_release, open_warehouse
from warehouse.errors import ArchiveMismatch
from warehouse.home import Home
from warehouse.migrations import bring_up_to_date, schema_version

NEWEST = len(migrations.migrations())


def columns(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Return the columns of all tables, and the keys of those that have one."""
    return connection.execute(
        """
        SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE schema_name = 'raw'
        UNION ALL
        SELECT table_name, constraint_text, NULL, NULL FROM duckdb_constraints()
        WHERE schema_name = 'raw' AND constraint_type = 'PRIMARY KEY'
        ORDER BY ALL
        """
    ).fetchall()


def test_an_old_home_gets_the_tables_of_a_new_one(old_home: Path, tmp_path: Path) -> None:
    with open_warehouse(Home(tmp_path / "new")) as connection:
        expected = columns(connection)
        assert schema_version(connection) == NEWEST
    with open_warehouse(Home(old_home)) as connection:
        assert columns(connection) == expected
        assert schema_version(connection) == NEWEST
        assert connection.execute("SELECT count(*) FROM raw.passages").fetchone() > (50,)
        models = connection.execute("SELECT DISTINCT model FROM raw.vectors").fetchall()
        assert [model.rsplit("/", 1)[0] for (model,) in models] == ["all-MiniLM-L6-v2@53aa5117/32"]
        assert models[0][0].endswith(("/bfloat16", "/float32"))
        done = connection.execute("SELECT count(*) FROM raw.home WHERE name LIKE 'migration %'").fetchone()
        assert done is not None and done[0] >= 1


def test_a_home_of_a_newer_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_warehouse(home) as connection:
        connection.execute("UPDATE raw.home SET value = '99' WHERE name = 'schema_version'")
    with (
        pytest.raises(ArchiveMismatch, match=r"schema version 99 .* a newer klog made it") as refused,
        open_warehouse(home),
    ):
        pass
    assert len(str(refused.value).splitlines()) == 1


def test_a_release_of_a_newer_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "archive.duckdb")).close()
    (tmp_path / "release.json").write_text(json.dumps({"schema_version": RELEASE_SCHEMA + 1}))
    with pytest.raises(ArchiveMismatch, match="a newer klog published it"):
        open_release(tmp_path)
    (tmp_path / "release.json").write_text(json.dumps({"schema_version": RELEASE_SCHEMA}))
    open_release(tmp_path).close()


def test_a_migration_that_fails_leaves_the_home_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(migrations.Migration):
        def apply(self, connection: duckdb.DuckDBPyConnection) -> None:
            connection.execute("DROP TABLE raw.runs")
            connection.execute("SELECT no_such_column FROM raw.home")

    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        bring_up_to_date(connection, tmp_path)
        before = columns(connection)
        more = (*migrations.migrations(), Failing(NEWEST + 1, "failing", HOMES))
        monkeypatch.setattr(migrations, "migrations", lambda: more)
        with pytest.raises(duckdb.BinderException):
            bring_up_to_date(connection, tmp_path)
        assert columns(connection) == before
        assert schema_version(connection) == NEWEST
