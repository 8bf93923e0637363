"""The SQL view: every table, an answer within limits, a refusal in one sentence."""

import csv
import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from search_ui.tables import as_csv
from tests.search_ui.conftest import Show, html_of, press_run, rows, shower, soup_of
from tests.warehouse.sql.hostile_statements import ALL, bytes_of, draw
from warehouse.connection import QueryResult
from warehouse.sql.recipes import list_recipes


def test_sql_answers_and_says_its_limits(show: Show) -> None:
    shown = press_run(show(view="sql", sql="SELECT kind, count(*) AS n FROM documents GROUP BY kind ORDER BY n DESC"))
    assert list(shown.dataframe[0].value.columns) == ["kind", "n"]
    assert "Limits: 20 seconds, 10,000 rows, 1GB" in html_of(shown)
    assert shown.get("download_button")


def test_sql_shows_every_table_and_view_with_its_columns(show: Show, sample_home: Path) -> None:
    shown = {one.select_one("code").text: one.text for one in soup_of(show(view="sql")).select("details.table")}
    views = rows(
        sample_home, "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal ORDER BY 1"
    )
    assert shown.keys() == {row[0] for row in rows(sample_home, "SELECT table_name FROM duckdb_tables()") + views}
    assert " view · One row per link" in shown["citations"]


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM read_csv('/etc/passwd')", "COPY documents TO '/tmp/x.csv'", "DROP TABLE documents", "SELECT 1; SELECT 2",
     "ATTACH '/tmp/x.db'", "SELECT nothing", "not sql"],
)  # fmt: skip
def test_sql_refuses_in_one_sentence(show: Show, statement: str) -> None:
    shown = press_run(show(view="sql", sql=statement))
    assert soup_of(shown).select_one(".empty[role=alert]").text
    assert not shown.dataframe


def test_sql_shows_odd_values(show: Show) -> None:
    shown = show(
        view="sql",
        sql="""SELECT [1, 2] AS l, {'a': 1} AS s, INTERVAL 1 DAY AS i, '2009-01-01'::DATE AS d, NULL AS n, 1.5::DECIMAL(9, 2)
        AS c, 2::HUGEINT ** 90 AS h, 'x'::BLOB AS b, uuid() AS u, true AS t, 1 AS t UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL""",
    )
    assert len(press_run(shown).dataframe[0].value) == 2


def test_csv_keeps_values_and_defuses_formulas() -> None:
    table = QueryResult(
        ("a", "=b"), ("INTEGER", "VARCHAR"), ((-1, '=HYPERLINK("x")'), (None, 'plain, "quoted"')), False
    )
    assert as_csv(table).decode() == 'a,\'=b\r\n-1,"\'=HYPERLINK(""x"")"\r\n,"plain, ""quoted"""\r\n'


def test_the_statement_of_an_address_is_shown_and_not_run(show: Show) -> None:
    shown = show(view="sql", sql="SELECT 'ran' AS it")
    assert shown.text_area[0].value == "SELECT 'ran' AS it"
    assert not shown.dataframe
    assert "press Run" in html_of(shown)
    press_run(shown)
    assert list(shown.dataframe[0].value["it"]) == ["ran"]
    shown.query_params["sql"] = "SELECT 'another' AS it"
    assert not shown.run().dataframe


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_a_download_begins_as_a_formula(sign: str) -> None:
    text = f"{sign}cmd|' /C calc'!A0"
    [header, *lines] = csv.reader(
        io.StringIO(as_csv(QueryResult((text,), ("VARCHAR",), ((text,), ("a",)), False)).decode(), newline="")
    )
    assert [header, *lines] == [[f"'{text}"], [f"'{text}"], ["a"]]


def test_the_recipes_are_offered_and_each_gives_rows(show: Show, sample_home: Path) -> None:
    links = soup_of(show(view="sql")).select(".recipes a")
    assert len(links) >= 12
    assert [link.text for link in links] == [one.question for one in list_recipes()]
    shown = press_run(show(view="sql", sql=list_recipes()[0].statement))
    assert len(shown.dataframe[0].value) == 10


def test_an_answer_becomes_a_chart_and_the_address_holds_it(show: Show) -> None:
    shown = press_run(
        show(
            view="sql",
            sql="SELECT year(published_at) AS y, count(*) AS n FROM documents GROUP BY 1 ORDER BY 1",
            show="chart",
        )
    )
    assert shown.get("vega_lite_chart") and not shown.dataframe
    assert shown.query_params["show"] == "chart"
    text = press_run(show(view="sql", sql="SELECT title FROM documents", show="chart"))
    assert "nothing to draw" in html_of(text)
    assert not text.get("vega_lite_chart")


def test_the_schema_names_keys_and_what_a_column_refers_to(show: Show, sample_home: Path) -> None:
    shown = {one.select_one("code").text: one for one in soup_of(show(view="sql")).select("details.table")}
    keys = [
        row.code.text for row in shown["subjects"].select("tr") if "key" in [one.text for one in row.select(".key")]
    ]
    assert keys == ["document_id", "entity_type", "entity_id"]
    assert "→ documents.document_id" in shown["links"].text
    for name, found in shown.items():
        keys = [row.code.text for row in found.select("tr") if "key" in [one.text for one in row.select(".key")]]
        if keys:
            columns = ", ".join(f'"{one}"' for one in keys)
            statement = f'SELECT count(*), count(DISTINCT ({columns})) FROM "{name}"'
            ((all_rows, apart),) = rows(sample_home, statement)
            assert all_rows == apart, name


@pytest.mark.slow
def test_what_an_address_holds_changes_no_byte_of_the_home(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = shower(own_home, monkeypatch)
    before = bytes_of(own_home)
    for one in draw(2, seed=3):
        text = one.on(own_home).encode("utf-8", "replace").decode()
        for view in ("sql", "search", "timeline", "document", "about"):
            show(view=view, sql=text, q=text, id=text, topic=text, mode="keyword", next=text, by="question")
    assert bytes_of(own_home) == before


@pytest.mark.slow
def test_thirty_hostile_statements_on_the_page_change_no_byte(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shower(own_home, monkeypatch)(view="sql")
    before = bytes_of(own_home)
    writing = [one for one in ALL if "{DB}" in one.sql or "{HOME}" in one.sql]
    for one in draw(30, seed=5, among=writing):
        _run_typed(shown, one.on(own_home))
        if one.expect == "refused":
            assert soup_of(shown).select_one(".empty[role=alert]").text, one.sql
            assert not shown.dataframe
    assert bytes_of(own_home) == before


def test_sql_is_off_and_says_why_where_nothing_confines_it(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.sql.landlock.is_ready", lambda: False)
    monkeypatch.setattr("warehouse.sql.seccomp.is_ready", lambda: False)
    shown = show(view="sql", sql="SELECT 1")
    assert "SQL is off" in html_of(shown)
    assert not shown.text_area


def _run_typed(shown: AppTest, statement: str) -> None:
    shown.text_area[0].set_value(statement)
    press_run(shown)
