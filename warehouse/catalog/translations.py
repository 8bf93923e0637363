"""The German original of an English issue, and the English version of a German one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.catalog.reader import Catalog


@dataclass(frozen=True, slots=True)
class Translation:
    """The same issue in the other language; `name` is "German original" or "English version"."""

    document_id: str
    name: str
    title: str
    url: str


def read_translations(reader: Catalog, document_ids: Sequence[str]) -> Mapping[str, Translation]:
    """Return the other version of each of these documents that has one; empty for a release older than the table."""
    if not reader.has_table("translations"):
        return {}
    rows = reader.rows(
        """
        SELECT pairs.shown, d.document_id, pairs.name, d.title, d.url FROM (
            SELECT document_id AS shown, original_id AS other, 'German original' AS name FROM translations
            UNION ALL SELECT original_id, document_id, 'English version' FROM translations
        ) pairs JOIN documents d ON d.document_id = pairs.other
        WHERE list_contains($ids, pairs.shown)
        """,
        {"ids": list(document_ids)},
    )
    return {row.pop("shown"): Translation(**row) for row in map(dict, rows)}
