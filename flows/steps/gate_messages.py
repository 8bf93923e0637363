"""Messages of gate 1: the failures of dbt's tests, with counts, and the next command to run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.connection import Connection

MOST_LISTED = 3
_BROKEN = {
    "key": "Rows of {table} do not have a unique {column}",
    "not_null": "Rows of {table} have no {column}",
    "relationships": "Rows of {table} have a {column} that is not in {other}",
    "unique_together": "Combinations of {columns} are in more than one row of {table}",
    "inside": "Rows of {table} are outside the row of {other} in {column}",
    "text_at_range": "Rows of {table} have a {column} that differs from their document's text at that range",
    "ranges_in_order": "Rows of {table} begin before the previous row ends",
}
_RULES = "SELECT rule, count(*) FROM ({compiled}) GROUP BY 1 ORDER BY 2 DESC, 1"
_UNMET = "SELECT check_name, found, looked_at, allowed, meaning FROM main.quality_checks WHERE NOT is_met ORDER BY 1"


def failed_results(results: Sequence[Any]) -> list[Any]:
    """Return the results of models that could not be built and of tests that failed."""
    return [one for one in results if one.status in ("error", "fail", "runtime error")]


def explain_failures(failed: Sequence[Any], connection: Connection, home: Path) -> str:
    """Return a few sentences with the failures, their counts and the next command to run."""
    sentences = [sentence for one in failed for sentence in _sentences_of(one, connection)]
    more = f" And {len(sentences) - MOST_LISTED} more." if len(sentences) > MOST_LISTED else ""
    return (
        f"{' '.join(sentences[:MOST_LISTED])}{more} Nothing was published; the current release stays. "
        f"See pages that could not be read: klog --home {home} status. The SQL of the tests is in "
        f"{home / 'dbt' / 'target' / 'compiled'}. After fixing: klog --home {home} build"
    )


def _sentences_of(result: Any, connection: Connection) -> list[str]:
    """Return a sentence for each reason why one model or test failed."""
    node = result.node
    if result.status != "fail":
        first = str(result.message).strip().splitlines()[0]
        return [f"{node.name.replace('_', ' ').capitalize()}: dbt could not build it ({first})."]
    if node.name == "quality_checks_are_met":
        return [_sentence_of_check(*row) for row in connection.execute(_UNMET).fetchall()]
    found = result.failures or 0
    about = getattr(node, "test_metadata", None)
    given = about.kwargs if about is not None else {}
    table = _table(given.get("model", ""))
    if about is not None and about.name == "rows_satisfy":
        broken = connection.execute(_RULES.format(compiled=node.compiled_code)).fetchall()
        return [f"Rows of {table} break the rule: {rule}; found: {rows:,}." for rule, rows in broken]
    pattern = _BROKEN.get(about.name) if about is not None else None
    if pattern is None:
        return [f"The check '{node.name.replace('_', ' ')}' failed; failing rows: {found:,}."]
    words = {
        "table": table,
        "column": given.get("column_name", ""),
        "columns": ", ".join(given.get("columns", [])),
        "other": _table(given.get("to", "")),
    }
    return [f"{pattern.format(**words)}; found: {found:,}."]


def _sentence_of_check(name: str, found: int, looked_at: int, allowed: int, meaning: str) -> str:
    return f"The check {name} failed: {found:,} of {looked_at:,} {meaning}; at most {allowed:,} allowed."


def _table(reference: str) -> str:
    """Return the table name in dbt's `ref('name')`."""
    parts = reference.split("'")
    return parts[1] if len(parts) > 1 else reference
