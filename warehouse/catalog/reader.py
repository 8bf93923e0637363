"""A reader of one release, for our own SQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.connection import Connection, DatabaseError, open_release
from warehouse.errors import ArchiveMissing

if TYPE_CHECKING:
    import numpy as np

    from warehouse.timeline.statement_index import StatementIndex


class Catalog:
    """A release's tables; safe to share between threads, because every query gets its own cursor."""

    def __init__(self, release: Path) -> None:
        self.release = release
        self._connection = open_release(release)

    def rows(self, statement: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of the result, each a mapping by column name.

        The first statement with values takes a third of a second, because DuckDB then imports pandas; what the front page asks has none.

        Raises:
            ArchiveMissing: the release lacks the tables or can no longer be read.
        """
        with self._asked(statement, values) as answer:
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def columns(self, statement: str, values: Mapping[str, Any]) -> dict[str, "np.ndarray[Any, Any]"]:
        """Return the columns of the result by name.

        Raises:
            ArchiveMissing: as for `rows`.
        """
        with self._asked(statement, values) as answer:
            return answer.fetchnumpy()

    @contextmanager
    def _asked(self, statement: str, values: Mapping[str, Any] | None) -> Iterator[Connection]:
        try:
            with self._connection.cursor() as cursor:
                yield cursor.execute(statement, dict(values or {}))
        except DatabaseError as error:
            first = str(error).strip().splitlines()[0]
            raise ArchiveMissing(
                f"{self.release / 'archive.duckdb'} cannot be read: {first} Build it again with: klog build"
            ) from error

    @cached_property
    def statements(self) -> "StatementIndex":
        """The release's statement files.

        Raises:
            ArchiveMissing: the release has none.
        """
        from warehouse.timeline.statement_index import StatementIndex

        return StatementIndex(self.release / "statements")

    def has_table(self, name: str) -> bool:
        """Return whether the release has a table or view; one of an older version lacks newer ones."""
        statement = """SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = $name
            UNION ALL SELECT 1 FROM duckdb_views() WHERE schema_name = 'main' AND view_name = $name"""
        return bool(self.rows(statement, {"name": name}))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def open_catalog(release: Path) -> Catalog:
    """Return a reader of a release folder.

    Raises:
        ArchiveMissing: the folder has no readable archive.
    """
    return Catalog(release)
