"""Tables to take along: CSV for spreadsheets, JSON for programs."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from warehouse.json_values import json_text

# Characters that start a formula in spreadsheets. Source: https://owasp.org/www-community/attacks/CSV_Injection (2026-02)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Rows(Protocol):
    """Named columns and rows, as an answer to SQL has them too."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The values, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, and rows of values in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def as_csv(table: Rows) -> bytes:
    """Return the table as CSV in UTF-8, with formulas escaped for spreadsheets."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([_defused(name) for name in table.columns])
    writer.writerows([[_defused(value) for value in row] for row in table.rows])
    return written.getvalue().encode("utf-8", "replace")


def as_json(table: Rows) -> bytes:
    """Return the table as a JSON list of objects in UTF-8, values as they are; times as in ISO 8601."""
    return json_text([dict(zip(table.columns, row, strict=True)) for row in table.rows]).encode()


def _defused(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
