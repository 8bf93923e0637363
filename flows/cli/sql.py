"""`klog sql`: run a statement on the current release, or print the schema if none is given."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_json_text, say_table
from warehouse.sql import run_sql

_SCHEMA = """
SELECT t.table_name AS "table", t.estimated_size AS "rows", string_agg(c.column_name || ' ' || c.data_type, ', ' ORDER BY c.column_index)
    AS columns, t.comment AS description
FROM duckdb_tables() t JOIN duckdb_columns() c USING (database_name, schema_name, table_name)
WHERE t.schema_name = 'main' GROUP BY ALL ORDER BY 1
"""


@click.command("sql")
@click.argument("statement", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of objects.")
@click.option("--limit", type=click.IntRange(1), help="Maximum number of rows (at most KLOG_SQL_ROWS).")
@click.pass_obj
def command(context: Context, statement: str | None, as_json: bool, limit: int | None) -> None:
    """Run STATEMENT on the current release; without one, print the tables and their columns.

    The release is opened read-only, without access to files or the network, with limits on time, rows and memory.

    \b
    Example:
      klog sql "SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY 2 DESC"
    """
    table = run_sql(context.home.release(), statement or _SCHEMA, context.settings, limit=limit)
    if as_json:
        say_json_text(table.as_json())
        return
    say_table(table.columns, table.rows)
    if table.cut:
        say(f"Only the first {len(table.rows):,} rows are shown (--limit, KLOG_SQL_ROWS).", err=True)
