"""Rows are added behind those that are there, so that memory and time follow what is new."""

from pathlib import Path

from warehouse.connection import Connection, open_warehouse
from warehouse.home import Home, now
from warehouse.load import load_documents
from warehouse.records import Row


def document(name: str) -> dict[str, list[Row]]:
    """Return the rows of a mail that is a long text."""
    row: Row = dict.fromkeys(("site", "title", "language", "parser_version", "url"), "x")
    row |= {"document_id": name, "kind": "mail", "key": name, "captured_at": now(), "words": 1, "facts": "{}"}
    row |= {"aliases": [], "capture_ids": [], "text": "".join(f"{name} wrote line {line}\n" for line in range(200))}
    passage = {
        "passage_id": f"{name}:0",
        "document_id": name,
        "section_id": f"{name}.0",
        "position": 0,
        "char_start": 0,
    }
    passage |= {"char_end": 9, "text": row["text"], "context": "", "words": 1, "text_hash": name}
    return {"documents": [row], "passages": [passage]}


def places(connection: Connection, table: str, rows: int) -> set[tuple[int, int]]:
    """Return the blocks of the file in which the texts of the first rows of a table stand."""
    return set(
        connection.execute(
            f"SELECT block_id, block_offset FROM pragma_storage_info('raw.{table}') "
            "WHERE column_name = 'text' AND segment_type = 'VARCHAR' AND row_group_id = 0 AND start < ?",
            [rows],
        ).fetchall()
    )


def test_documents_that_were_loaded_are_not_written_again_with_those_after_them(tmp_path: Path) -> None:
    first: dict[str, set] = {}
    for batch in range(3):
        with open_warehouse(Home(tmp_path)) as connection:
            for part in range(2):
                load_documents(connection, [document(f"mail-{batch}.{part}.{number}") for number in range(300)])
                connection.execute("CHECKPOINT")
                for table in ("documents", "passages"):
                    there = places(connection, table, 300)
                    assert there == first.setdefault(table, there), table
