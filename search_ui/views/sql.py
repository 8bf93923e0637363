"""The SQL view: a reader's statement, its limits, the schema, and the result to download."""

import datetime as dt
from typing import Any

import pyarrow as pa
import streamlit as st

from search_ui import resources, state
from search_ui.resources import OpenArchive
from search_ui.result_chart import MOST_BARS, numeric_columns, result_chart
from search_ui.sql_history import as_ran, show_history
from search_ui.take_along import offer
from search_ui.wording import clean, coded, escaped, failure, inside, nothing, plural
from warehouse.catalog import Column
from warehouse.connection import QueryResult
from warehouse.errors import QueryRefused
from warehouse.sql.recipes import list_recipes

SHOWN = {"table": "Table", "chart": "Chart"}
_PRESSED = "statements that the reader ran"


def show(archive: OpenArchive) -> None:
    """Show the view."""
    statement = state.read("sql")
    st.html("<h1>SQL</h1>")
    reason = resources.start_sql(archive)
    if reason is not None:
        st.html(failure(reason))
        _schema(archive)
        return
    typed = _ask(archive, statement)
    if typed is not None:
        st.session_state.setdefault(_PRESSED, set()).add(typed)
        if typed != statement:
            state.go("sql", {"sql": typed})
    # An address may come from anybody, so its statement is only shown, and runs when a person presses the button.
    has_run = bool(statement.strip()) and statement in st.session_state.get(_PRESSED, ())
    if has_run:
        _answer(archive, statement)
    elif statement.strip():
        st.html('<p class="hint">This statement comes from the URL. Check it before you press Run.</p>')
    _recipes(is_open=not statement.strip())
    show_history(statement if has_run else "")
    _schema(archive)


def _recipes(*, is_open: bool) -> None:
    with st.expander("Recipes", expanded=is_open, key="recipes"):
        items = "".join(
            f"<li>{inside(one.question, 'sql', sql=one.statement)} <span>{coded(one.note)}</span></li>"
            for one in list_recipes()
        )
        st.html(f'<ol class="recipes">{items}</ol>')


def _ask(archive: OpenArchive, statement: str) -> str | None:
    settings = archive.settings
    with st.form("ask", border=False):
        typed = st.text_area(
            "SQL", height=150, max_chars=state.LONGEST, key=state.follow("statement", statement),
            placeholder="SELECT kind, count(*) FROM documents GROUP BY kind", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.form_submit_button("Run", type="primary")
            st.html(
                f'<p class="hint">Read-only, one statement, no files and no network. Limits: {settings.sql_seconds:g} '
                f"seconds, {settings.sql_rows:,} rows, {escaped(settings.sql_memory)} of memory.</p>"
            )
    return (typed or "") if pressed else None


def _answer(archive: OpenArchive, statement: str) -> None:
    try:
        with st.spinner("Running the query"):
            table = resources.sql(archive, statement)
    except QueryRefused as error:
        st.html(failure(str(error)))
        return
    if not table.rows:
        st.html(nothing(f"No rows. Columns: {', '.join(table.columns)}."))
        return
    cut = f" Only the first {len(table.rows):,} are shown, because the row limit was reached." if table.cut else ""
    st.html(f'<div class="count"><p>{plural(len(table.rows), "row")}.{cut}</p></div>{as_ran(statement)}')
    shown = state.choose("show", SHOWN, "table")
    state.ask_one("Show the answer as", SHOWN, shown, "show", _show_as)
    name = f"sql-{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    if shown == "table":
        st.dataframe(_grid(table), hide_index=True)
        offer(name, lambda: table)
    else:
        _chart(table, statement, name)


def _show_as() -> None:
    """Write how the answer is shown to the address, whose statement stays: the browser may report the widget of an earlier answer."""
    picked = st.session_state.get("show")
    state.write(
        "sql", {"sql": state.read("sql"), "show": "" if picked == "table" else picked, "value": state.read("value")}
    )


def _chart(table: QueryResult, statement: str, name: str) -> None:
    """Draw the answer, or say why there is nothing to draw."""
    values = numeric_columns(table)
    if not values:
        st.html(
            nothing(
                "There is nothing to draw: a chart needs a first column of names or times, and a column of numbers after it."
            )
        )
        return
    value = state.choose("value", values, values[0])
    if len(values) > 1:
        picked = st.selectbox("Values", values, key=state.follow("value", value))
        if picked != value:
            state.go("sql", {"sql": statement, "show": "chart", "value": picked})
    chart = result_chart(table, value)
    if len(table.rows) > MOST_BARS:
        st.html(f'<p class="hint">The first {MOST_BARS} of {len(table.rows):,} rows are drawn.</p>')
    st.altair_chart(
        chart, alt=f"{clean(value)} by {clean(table.columns[0])}, {min(len(table.rows), MOST_BARS)} bars", key="answer"
    )
    offer(name, lambda: table, chart, f"{value} by {table.columns[0]}")


def _grid(table: QueryResult) -> pa.Table:
    """Return the result for the grid: numbers and booleans unchanged, everything else as text."""
    columns = [list(values) for values in zip(*table.rows, strict=True)]
    return pa.table([_column(values) for values in columns], names=list(table.columns))


def _column(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds in ({int}, {float}, {bool}) and all(abs(value or 0) < 2**53 for value in values):
        return pa.array(values)
    return pa.array([None if value is None else clean(value) for value in values], pa.string())


def _schema(archive: OpenArchive) -> None:
    with st.expander("Tables and columns", expanded=not state.read("sql"), key="schema"):
        parts = []
        for table in resources.describe_tables(archive):
            columns = "".join(
                f"<tr><td><code>{escaped(column.name)}</code>{_keys(column)}</td><td>{escaped(column.data_type)}</td>"
                f"<td>{coded(column.description)}</td></tr>"
                for column in table.columns
            )
            size = "view" if table.rows is None else plural(table.rows, "row")
            parts.append(
                f'<details class="table"><summary><code>{escaped(table.name)}</code> {size} · '
                f"<span>{coded(table.description)}</span></summary>"
                f'<div class="scroll" tabindex="0"><table><tbody>{columns}</tbody></table></div></details>'
            )
        st.html("".join(parts))


def _keys(column: Column) -> str:
    key = ' <span class="key">key</span>' if column.is_key else ""
    return key + (f' <span class="key">→ {escaped(column.refers_to)}</span>' if column.refers_to else "")
