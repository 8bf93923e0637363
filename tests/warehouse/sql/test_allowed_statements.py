"""Which statements the parser's judgement lets through."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.connection import Connection
from warehouse.errors import QueryRefused
from warehouse.sql.allowed_statements import REFUSED_FUNCTIONS, SYSTEM_VIEWS, TABLE_FUNCTIONS, allowed_statement


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    opened = duckdb.connect()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1", "VALUES (1)", "FROM documents", "TABLE documents", "WITH x AS (SELECT 1) FROM x", "DESCRIBE documents", "SHOW TABLES",
     "SUMMARIZE documents", "PIVOT documents ON kind IN ('mail') USING count(*)", "SELECT 1; -- one", "EXPLAIN SELECT 1",
     "EXPLAIN ANALYZE SELECT 1", "explain (format json) select 1", "EXPLAIN (ANALYZE, FORMAT json) SELECT 1", "EXPLAIN(SELECT 1)",
     "/* a */ EXPLAIN /* b */ ANALYZE -- c\n SELECT 1", "SELECT ';' AS \"a;b\"", "SELECT 'it''s'"],
)  # fmt: skip
def test_one_select_or_the_explanation_of_one_passes(connection: Connection, statement: str) -> None:
    judged = allowed_statement(connection, statement)
    assert connection.extract_statements(judged)[0].type.name in ("SELECT", "EXPLAIN")


def test_what_is_run_is_what_was_judged(connection: Connection) -> None:
    assert allowed_statement(connection, "/* x */ explain analyze/**/SELECT 1;") == "EXPLAIN ANALYZE /**/SELECT 1;"


@pytest.mark.parametrize(
    "statement",
    ["EXPLAIN ANALYZE COPY (SELECT 1) TO 'x'", "EXPLAIN EXPLAIN SELECT 1", "EXPLAIN ANALYZE DELETE FROM documents", "PRAGMA version",
     "SELECT 1; SELECT 2", "", "-- nothing", "SELECT 1\0", "SELECT '\ud800'", "EXPLAIN (ANALYZE false, x 1) SELECT 1",
     "SELECT (SELECT count(*) FROM glob('/*'))", "WITH x AS (FROM enable_logging()) FROM x", "SELECT [write_log('x') FOR y IN [1]]",
     "SELECT list_transform([1], lambda x: getenv('HOME'))", "FROM query('SELECT 1')", "SELECT * FROM '/etc/passwd'", "FROM \"a.csv\"",
     "SELECT system.main.current_setting('threads')", "FROM system.main.duckdb_settings()", "FROM pg_catalog.pg_settings",
     "DESCRIBE FROM read_text('x')", "SELECT sum(write_log('x')) OVER ()", "PIVOT (FROM glob('*')) ON file IN ('x') USING count(*)",
     "SELECT 1 FROM range(3) WHERE EXISTS (FROM duckdb_secrets())", "FROM range(1) t ORDER BY nextval('x')"],
)  # fmt: skip
def test_all_else_is_refused_wherever_it_stands(connection: Connection, statement: str) -> None:
    with pytest.raises((QueryRefused, duckdb.Error)):
        allowed_statement(connection, statement)


def test_every_function_of_this_duckdb_with_an_effect_is_refused_or_known_to_be_harmless(
    connection: Connection,
) -> None:
    """A new DuckDB has new functions; whoever takes it in looks at them here."""
    harmless = {
        "current_connection_id", "current_query", "current_query_id", "current_transaction_id", "error", "gen_random_uuid", "random",
        "stats", "uuid", "uuidv4", "uuidv7",
    }  # fmt: skip
    rows = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE has_side_effects OR stability = 'VOLATILE'"
    ).fetchall()
    assert {row[0] for row in rows} <= REFUSED_FUNCTIONS | harmless


def test_every_table_function_that_is_answered_exists(connection: Connection) -> None:
    rows = connection.execute(
        "SELECT function_name FROM duckdb_functions() WHERE function_type LIKE 'table%'"
    ).fetchall()
    assert {row[0] for row in rows} >= TABLE_FUNCTIONS - {"unnest"}
    views = {row[0] for row in connection.execute("SELECT view_name FROM duckdb_views() WHERE internal").fetchall()}
    assert views >= SYSTEM_VIEWS
