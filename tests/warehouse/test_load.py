"""Rows are added behind those that are there, so that memory and time follow what is new."""

from pathlib import Path

import numpy as np

from warehouse.connection import Connection, open_warehouse
from warehouse.home import Home, now
from warehouse.load import drop_documents, load_documents, load_tags, load_vectors
from warehouse.records import Row
from warehouse.releases.fingerprint import check_all_again, remember_transformed


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


def places(connection: Connection, table: str, column: str, segment: str, rows: int) -> set[tuple[int, int]]:
    """Return the blocks of the file in which the values of the first rows of a table stand."""
    return set(
        connection.execute(
            f"SELECT block_id, block_offset FROM pragma_storage_info('raw.{table}') "
            "WHERE column_name = ? AND segment_type = ? AND row_group_id = 0 AND start < ?",
            [column, segment, rows],
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
                    there = places(connection, table, "text", "VARCHAR", 300)
                    assert there == first.setdefault(table, there), table


def test_vectors_that_were_loaded_are_neither_written_again_nor_changed(tmp_path: Path) -> None:
    first: set = set()
    with open_warehouse(Home(tmp_path)) as connection:
        for batch in range(4):
            hashes = [f"text {number}" for number in range(batch * 300, batch * 300 + 330)]  # 30 of the next batch, too
            load_vectors(
                connection, hashes, "m", np.full((330, 384), batch, np.float32) + np.arange(384, dtype=np.float32)
            )
            connection.execute("CHECKPOINT")
            there = places(connection, "vectors", "vector", "FLOAT", 300 * 384)
            assert there == (first := first or there)
        rows = connection.execute(
            "SELECT count(*), count(DISTINCT text_hash), sum(vector[1]) FROM raw.vectors"
        ).fetchone()
    assert rows == (1_230, 1_230, 300 * (1 + 2 + 3))


def test_documents_are_checked_from_a_build_that_passed_until_they_are_loaded_or_the_tests_change(
    tmp_path: Path,
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "test.sql").write_text("select 1")

    def checked(connection: Connection) -> set[str]:
        return {name for (name,) in connection.execute("SELECT document_id FROM raw.checked").fetchall()}

    with open_warehouse(Home(tmp_path / "home")) as connection:
        rows = {name: document(name) for name in ("mail-1", "mail-2", "mail-3", "mail-4")}
        load_documents(connection, list(rows.values()))
        assert checked(connection) == set()
        for _ in range(2):
            check_all_again(connection, project)
            remember_transformed(connection, "f")
            assert connection.execute("SELECT count(*) FROM raw.checked").fetchone() == (4,)
        load_documents(connection, [rows["mail-1"], document("mail-5")])
        tagged = {**rows["mail-2"], "documents": [{**rows["mail-2"]["documents"][0], "tagged_with": "2"}]}
        load_tags(connection, [{**tagged, "mentions": [], "events": []}])
        drop_documents(connection, ["mail-3"])
        assert checked(connection) == {"mail-4"}
        (project / "test.sql").write_text("select 2")
        check_all_again(connection, project)
        assert checked(connection) == set()
