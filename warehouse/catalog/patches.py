"""The commits that a mail's patch became, and the mails that a commit was."""

from dataclasses import dataclass

from warehouse.catalog.reader import Catalog


@dataclass(frozen=True, slots=True)
class PatchEnd:
    """The other end of a patch; `name` is "Commit" or "Patch mail"."""

    document_id: str
    name: str
    title: str
    url: str


def read_patches(reader: Catalog, document_id: str) -> tuple[PatchEnd, ...]:
    """Return the commits of a mail, or the mails of a commit; empty for a release older than the table."""
    if not reader.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'patches'"):
        return ()
    rows = reader.rows(
        """
        SELECT d.document_id, ends.name, d.title, d.url FROM (
            SELECT commit_id AS other, 'Commit' AS name FROM patches WHERE document_id = $id
            UNION ALL SELECT document_id, 'Patch mail' FROM patches WHERE commit_id = $id
        ) ends JOIN documents d ON d.document_id = ends.other
        ORDER BY d.published_at, d.document_id
        """,
        {"id": document_id},
    )
    return tuple(PatchEnd(**row) for row in rows)
