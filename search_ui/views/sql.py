"""The SQL view: a reader's statement, its limits, the schema, and the result to download."""

from typing import Any

import pyarrow as pa
import streamlit as st

from search_ui import resources, state
from search_ui.resources import OpenArchive
from search_ui.tables import as_csv
from search_ui.wording import clean, coded, escaped, failure, inside, nothing, plural
from warehouse.connection import QueryResult
from warehouse.errors import QueryRefused

EXAMPLES = {
    "Documents by kind": "SELECT kind, count(*) AS documents FROM documents GROUP BY kind ORDER BY documents DESC",
    "What the issues cite most": (
        "SELECT t.title, t.kind, count(*) AS citations\n"
        "FROM links l JOIN documents d USING (document_id) JOIN documents t ON t.document_id = l.target_document_id\n"
        "WHERE d.kind = 'issue' GROUP BY ALL ORDER BY citations DESC, t.title LIMIT 20"
    ),
    "Links by status, except archived ones": (
        "SELECT kind, status, count(*) AS links FROM links WHERE status <> 'archived'\nGROUP BY ALL ORDER BY links DESC"
    ),
    "What was expected": (
        "SELECT d.published_at, d.title, e.sentence FROM events e JOIN documents d USING (document_id)\n"
        "WHERE e.tense = 'expected' ORDER BY d.published_at LIMIT 50"
    ),
}
_PRESSED = "statements that the reader ran"


def show(archive: OpenArchive) -> None:
    """Show the view."""
    statement = state.read("sql")
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
    if statement.strip() and statement in st.session_state.get(_PRESSED, ()):
        _answer(archive, statement)
    elif statement.strip():
        st.html('<p class="hint">This statement comes from the URL. Check it before you press Run.</p>')
    else:
        examples = "".join(f"<li>{inside(name, 'sql', sql=text)}</li>" for name, text in EXAMPLES.items())
        st.html(f'<div class="welcome"><p>Query the tables below with DuckDB SQL.</p><ul>{examples}</ul></div>')
    _schema(archive)


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
    st.html(f'<div class="count"><p>{plural(len(table.rows), "row")}.{cut}</p></div>')
    st.dataframe(_grid(table), hide_index=True)
    st.download_button(
        "Download CSV", as_csv(table), file_name="kernel-log.csv", mime="text/csv", on_click="ignore",
        help="Cells that a spreadsheet would treat as formulas are prefixed with an apostrophe (').",
    )  # fmt: skip


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
                f"<tr><td><code>{escaped(column.name)}</code></td><td>{escaped(column.data_type)}</td>"
                f"<td>{coded(column.description)}</td></tr>"
                for column in table.columns
            )
            size = "view" if table.rows is None else plural(table.rows, "row")
            parts.append(
                f'<details class="table"><summary><code>{escaped(table.name)}</code> {size} · '
                f"<span>{coded(table.description)}</span></summary>"
                f'<div class="scroll"><table><tbody>{columns}</tbody></table></div></details>'
            )
        st.html("".join(parts))
