"""`klog sql`: run a statement on the current release, or print the schema if none is given."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_csv, say_json_text, say_table
from warehouse.errors import UsageError
from warehouse.sql import run_sql

# Macros come after tables and views; the parameters of a macro stand for its columns.
_SCHEMA = """
WITH things AS (
    SELECT table_name AS name, estimated_size::VARCHAR AS rows, comment FROM duckdb_tables() WHERE schema_name = 'main' AND NOT internal
    UNION ALL
    SELECT view_name, 'view', comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal
)
SELECT * FROM (SELECT t.name AS "table", t.rows, string_agg(c.column_name || ' ' || c.data_type, ', ' ORDER BY c.column_index) AS columns,
    t.comment AS description
FROM things t JOIN duckdb_columns() c ON c.schema_name = 'main' AND c.table_name = t.name GROUP BY ALL
UNION ALL
SELECT function_name, 'macro', array_to_string(parameters, ', '), comment FROM duckdb_functions()
WHERE schema_name = 'main' AND function_type = 'table_macro' AND NOT internal)
ORDER BY rows = 'macro', 1
"""


class _Command(click.Command):
    """A command whose statement may begin with a comment, which click would take for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        comments = [one for one in args if one.startswith("-- ")]
        if comments and "--" not in args:
            args = [*(one for one in args if one not in comments), "--", *comments]
        return super().parse_args(ctx, args)


@click.command("sql", cls=_Command)
@click.argument("statement", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a line of names.")
@click.option("--limit", type=click.IntRange(1), help="Maximum number of rows (at most KLOG_SQL_ROWS).")
@click.pass_obj
def command(context: Context, statement: str | None, as_json: bool, as_csv: bool, limit: int | None) -> None:
    """Run STATEMENT on the current release; without one, print the tables, views and macros.

    The release is opened read-only, without access to files or the network, with limits on time, rows and memory. CSV has values as
    they are: a spreadsheet takes text that begins with = + - or @ for a formula, unless its column is imported as text.

    \b
    Examples:
      klog sql "SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY 2 DESC"
      klog sql --csv "FROM search_words('xen dom0')" > found.csv
    """
    if as_json and as_csv:
        raise UsageError("expected --json or --csv, not both.")
    table = run_sql(context.home.release(), statement or _SCHEMA, context.settings, limit=limit)
    if as_json:
        say_json_text(table.as_json())
        return
    if as_csv:
        say_csv(table.columns, table.rows)
    else:
        say_table(table.columns, table.rows)
    if table.cut:
        say(f"Only the first {len(table.rows):,} rows are shown (--limit, KLOG_SQL_ROWS).", err=True)
