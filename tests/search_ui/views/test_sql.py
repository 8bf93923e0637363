"""The SQL view: every table, an answer within limits, a refusal in one sentence."""

from pathlib import Path

import pytest

from search_ui.views.sql import as_csv
from tests.search_ui.conftest import Show, html_of, rows, soup_of
from warehouse.connection import Table


def test_sql_answers_and_says_its_limits(show: Show) -> None:
    shown = show(view="sql", sql="SELECT kind, count(*) AS n FROM documents GROUP BY kind ORDER BY n DESC")
    assert list(shown.dataframe[0].value.columns) == ["kind", "n"]
    assert "Limits: 20 seconds, 10,000 rows, 1GB" in html_of(shown)
    assert shown.get("download_button")


def test_sql_shows_every_table_with_its_columns(show: Show, sample_home: Path) -> None:
    shown = {one.select_one("code").text for one in soup_of(show(view="sql")).select("details.table")}
    assert shown == {row[0] for row in rows(sample_home, "SELECT table_name FROM duckdb_tables()")}


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM read_csv('/etc/passwd')", "COPY documents TO '/tmp/x.csv'", "DROP TABLE documents", "SELECT 1; SELECT 2",
     "ATTACH '/tmp/x.db'", "SELECT nothing", "not sql"],
)  # fmt: skip
def test_sql_refuses_in_one_sentence(show: Show, statement: str) -> None:
    shown = show(view="sql", sql=statement)
    assert soup_of(shown).select_one(".empty[role=alert]").text
    assert not shown.dataframe


def test_sql_shows_odd_values(show: Show) -> None:
    shown = show(
        view="sql",
        sql="""SELECT [1, 2] AS l, {'a': 1} AS s, INTERVAL 1 DAY AS i, '2009-01-01'::DATE AS d, NULL AS n, 1.5::DECIMAL(9, 2)
        AS c, 2::HUGEINT ** 90 AS h, 'x'::BLOB AS b, uuid() AS u, true AS t, 1 AS t UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL""",
    )
    assert len(shown.dataframe[0].value) == 2


def test_csv_keeps_values_and_defuses_formulas() -> None:
    table = Table(("a", "=b"), ("INTEGER", "VARCHAR"), ((-1, '=HYPERLINK("x")'), (None, 'plain, "quoted"')), False)
    assert as_csv(table).decode() == 'a,\'=b\r\n-1,"\'=HYPERLINK(""x"")"\r\n,"plain, ""quoted"""\r\n'
