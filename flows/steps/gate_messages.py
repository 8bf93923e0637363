"""Messages of gate 1: the failures of dbt's tests, with counts, and the next command to run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.connection import Connection

MOST_LISTED = 3
_BROKEN = {
    "key": "Rows of {table} do not have a unique {column}",
    "not_null": "Rows of {table} have no {column}",
    "accepted_values": "Values of {table}.{column} are not in {values}",
    "relationships": "Rows of {table} have a {column} that is not in {other}",
    "unique_together": "Combinations of {columns} are in more than one row of {table}",
    "rows_satisfy": "Rows of {table} break the rule: {rule}",
    "inside": "Rows of {table} are outside the row of {other} in {column}",
    "text_at_range": "Rows of {table} have a {column} that differs from their document's text at that range",
    "ranges_in_order": "Rows of {table} begin before the previous row ends",
}
_UNMET = "SELECT check_name, found, looked_at, allowed, meaning FROM main.quality_checks WHERE NOT is_met ORDER BY 1"


def failed_results(results: Sequence[Any]) -> list[Any]:
    """Return the results of models that could not be built and of tests that failed."""
    return [one for one in results if one.status in ("error", "fail", "runtime error")]


def explain_failures(failed: Sequence[Any], connection: Connection, home: Path) -> str:
    """Return a few sentences with the failures, their counts and the next command to run."""
    sentences: list[str] = []
    for one in failed:
        if is_quality_gate(one):
            sentences += [_sentence_of_check(*row) for row in connection.execute(_UNMET).fetchall()]
        else:
            sentences.append(sentence_of(one))
    more = f" And {len(sentences) - MOST_LISTED} more." if len(sentences) > MOST_LISTED else ""
    return (
        f"{' '.join(sentences[:MOST_LISTED])}{more} Nothing was published; the current release stays. "
        f"See pages that could not be read: klog --home {home} status. The SQL of the tests is in "
        f"{home / 'dbt' / 'target' / 'compiled'}. After fixing: klog --home {home} build"
    )


def is_quality_gate(result: Any) -> bool:
    """Return whether a result is a failed limit from `quality_checks`."""
    return getattr(result.node, "column_name", None) == "is_met" and result.status == "fail"


def sentence_of(result: Any) -> str:
    """Return a sentence that explains why one model or test failed."""
    node = result.node
    if result.status != "fail":
        first = str(result.message).strip().splitlines()[0]
        return f"{node.name.replace('_', ' ').capitalize()}: dbt could not build it ({first})."
    found = result.failures or 0
    about = getattr(node, "test_metadata", None)
    given = about.kwargs if about is not None else {}
    pattern = _BROKEN.get(about.name) if about is not None else None
    if pattern is None:
        return f"The check '{node.name.replace('_', ' ')}' failed; failing rows: {found:,}."
    words = {
        "table": _table(given.get("model", "")),
        "column": given.get("column_name", ""),
        "columns": ", ".join(given.get("columns", [])),
        "values": ", ".join(str(value) for value in given.get("values", [])),
        "other": _table(given.get("to", "")),
        "rule": " ".join(str(given.get("rule", "")).split()),
    }
    return f"{pattern.format(**words)}; found: {found:,}."


def _sentence_of_check(name: str, found: int, looked_at: int, allowed: int, meaning: str) -> str:
    return f"The check {name} failed: {found:,} of {looked_at:,} {meaning}; at most {allowed:,} allowed."


def _table(reference: str) -> str:
    """Return the table name in dbt's `ref('name')`."""
    parts = reference.split("'")
    return parts[1] if len(parts) > 1 else reference
