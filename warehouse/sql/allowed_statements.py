"""The first guard: which statements are allowed, based on the result of DuckDB's own parser.

One SELECT (WITH, VALUES, FROM, TABLE, DESCRIBE, SHOW, SUMMARIZE and PIVOT are SELECTs to the parser), or EXPLAIN of one. Table
functions must be on a list. Functions that write, wait, configure or reveal settings are refused by name, and so are system views
that describe more than the archive's tables, and tables named like files.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.connection import Connection
from warehouse.errors import QueryRefused

TABLE_FUNCTIONS = frozenset(
    {"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "summary", "histogram",
     "histogram_values", "duckdb_tables", "duckdb_columns", "duckdb_constraints", "duckdb_indexes", "duckdb_schemas",
     "duckdb_types", "duckdb_views", "duckdb_functions", "duckdb_keywords", "pragma_table_info", "pragma_show", "pragma_version",
     "icu_calendar_names", "pg_timezone_names", "test_all_types", "test_vector_types"}
)  # fmt: skip
"""Table functions that are allowed, and no others: they make rows or describe the archive's tables."""

MACROS = frozenset({"search_words", "similar_to", "topic_curve", "timeline_of", "mentions_of"})
"""Macros of a release, which `warehouse/releases/analysis.sql` defines."""

REFUSED_FUNCTIONS = frozenset(
    {"current_setting", "getenv", "getvariable", "write_log", "parse_duckdb_log_message", "nextval", "currval", "setseed",
     "sleep_ms", "pg_sleep", "get_block_size", "json_execute_serialized_sql"}
)  # fmt: skip
"""Scalar functions that write, wait, keep state, or reveal something about the machine."""

SYSTEM_VIEWS = frozenset(
    {"duckdb_tables", "duckdb_columns", "duckdb_constraints", "duckdb_indexes", "duckdb_schemas", "duckdb_types", "duckdb_views",
     "sqlite_master", "sqlite_schema"}
)  # fmt: skip
"""System views that describe only the archive's tables; those of `information_schema` are allowed too."""

_SYSTEM = re.compile(r"(duckdb|pragma|pg|sqlite|parquet)_", re.IGNORECASE)
_PATH = re.compile(r"[./\\:*?\[\]{}~]")
_GAP = r"(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)"
_FIRST_WORD = re.compile(r"\s*([A-Za-z]{1,20})\b")
_PRAGMA = re.compile(rf"(?:{_GAP}|;)*PRAGMA\b", re.IGNORECASE)
_EXPLAIN = re.compile(
    rf"{_GAP}*EXPLAIN(?={_GAP}|\()(?P<analyze>{_GAP}*ANALYZE(?={_GAP}|\())?"
    rf"(?:{_GAP}*\((?P<options>[\w\s,]*)\)(?={_GAP}*\w))?",
    re.IGNORECASE,
)
_OPTIONS = re.compile(
    r"\s*(ANALYZE(\s+true)?|FORMAT\s+(json|text|html|graphviz|yaml|mermaid|default))\s*", re.IGNORECASE
)


def allowed_statement(connection: Connection, statement: str) -> str:
    """Return the statement to execute, which is exactly the one that was checked.

    Raises:
        QueryRefused: the statement is not one readable query; the message says what it is.
        DatabaseError: the parser rejects it.
    """
    if "\0" in statement or not _is_text(statement):
        raise QueryRefused("The statement contains invalid characters.")
    kind, text = _single(connection, statement)
    if _PRAGMA.match(statement):  # the parser turns some pragmas into a SELECT
        raise QueryRefused("PRAGMA was found; a SELECT was expected.")
    if kind == "EXPLAIN":
        prefix, inner = _split_explain(statement)
        kind, inner_text = _single(connection, inner)
        _check_select(connection, kind, inner_text, inner)
        judged = f"{prefix} {inner_text}"
        if _single(connection, judged)[0] != "EXPLAIN":
            raise QueryRefused("EXPLAIN of something else was found; EXPLAIN of a SELECT was expected.")
        return judged
    _check_select(connection, kind, text, statement)
    return text


def _is_text(statement: str) -> bool:
    try:
        statement.encode()
    except UnicodeEncodeError:
        return False
    return True


def _single(connection: Connection, statement: str) -> tuple[str, str]:
    """Return the kind of the only statement, and its text as the parser writes it."""
    found = connection.extract_statements(statement)
    if len(found) != 1:
        pivot = " A PIVOT needs its values named: ON kind IN ('mail', 'issue')." if "pivot" in statement.lower() else ""
        raise QueryRefused(f"Expected one statement, found {len(found)}.{pivot}")
    return found[0].type.name, found[0].query


def _split_explain(statement: str) -> tuple[str, str]:
    """Return EXPLAIN with its options, rewritten, and the statement it explains."""
    found = _EXPLAIN.match(statement)
    options = [one for one in (found["options"] or "").split(",") if one.strip()] if found else []
    if found is None or not all(_OPTIONS.fullmatch(one) for one in options):
        raise QueryRefused("EXPLAIN was found in a form that is not answered. Write EXPLAIN [ANALYZE] SELECT ...")
    analyze = " ANALYZE" if found["analyze"] else ""
    written = f" ({', '.join(one.strip() for one in options)})" if options else ""
    return f"EXPLAIN{analyze}{written}", statement[found.end() :]


def _check_select(connection: Connection, kind: str, text: str, typed: str) -> None:
    if kind != "SELECT":
        first = _FIRST_WORD.match(typed)  # the parser's kind of INSTALL is LOAD, and that of CHECKPOINT is CALL
        raise QueryRefused(f"{first[1].upper() if first else kind} was found; a SELECT was expected.")
    # No bound value, because binding one imports pandas, which takes a second.
    row = connection.execute(f"SELECT json_serialize_sql('{text.replace(chr(39), chr(39) * 2)}')").fetchone()
    parsed = json.loads(row[0]) if row else {"error": True}
    if parsed["error"]:
        raise QueryRefused("Only a plain SELECT is allowed.")
    for node in _nodes(parsed["statements"]):
        _check_node(node)


def _nodes(parsed: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [parsed]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _check_node(node: Mapping[str, Any]) -> None:
    name = str(node.get("function_name", "")).lower()
    if name in REFUSED_FUNCTIONS:
        raise QueryRefused(f"The function {name} is not allowed here: it does more than compute.")
    if node.get("type") == "TABLE_FUNCTION":
        _check_table_function(node["function"])
    if node.get("type") in ("BASE_TABLE", "SHOW_REF"):
        _check_table(str(node.get("table_name", "")).strip('"'))


def _check_table_function(function: Mapping[str, Any]) -> None:
    name = str(function.get("function_name", "")).lower()
    if name not in TABLE_FUNCTIONS | MACROS:
        raise QueryRefused(
            f"The table function {name or '(none)'} is not allowed here: it reads files, reveals settings or does more than "
            "make rows."
        )


def _check_table(name: str) -> None:
    if _PATH.search(name):
        raise QueryRefused("Only the archive's tables can be queried, not a table named like a file.")
    if _SYSTEM.match(name) and name.lower() not in SYSTEM_VIEWS:
        raise QueryRefused(f"The view {name.lower()} is not allowed here: it describes more than the archive's tables.")
