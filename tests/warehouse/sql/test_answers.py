"""An answer between two processes: bytes in, values out, whoever wrote them."""

import pickle
from contextlib import closing
from pathlib import Path

import pytest

from warehouse.connection import QueryResult
from warehouse.errors import ArchiveMissing, QueryRefused
from warehouse.settings import Settings
from warehouse.sql import processes
from warehouse.sql.answers import ANSWER_BYTES, read_answer, write_answer
from warehouse.sql.limits import limits_of

FLOODS = "import os, sys; to = int(sys.argv[2]); os.write(to, b'1')\nwhile True: os.write(to, bytes(65536))"


def test_rows_come_back_as_they_were() -> None:
    table = QueryResult(("a", "b"), ("BIGINT", "VARCHAR"), ((1, "x"), (None, "é\x00")), True)
    assert read_answer(write_answer(table)) == table
    empty = QueryResult(("a",), ("BIGINT",), (), False)
    assert read_answer(write_answer(empty)) == empty


def test_an_error_is_raised_again() -> None:
    for error in (QueryRefused("no"), ArchiveMissing("gone")):
        with pytest.raises(type(error), match=str(error)):
            read_answer(write_answer(error))


@pytest.mark.parametrize("written", [b"", b"x" * 1000, pickle.dumps(print), write_answer(QueryRefused("no"))[:-40]])
def test_other_bytes_are_no_answer(written: bytes) -> None:
    with pytest.raises(QueryRefused):
        read_answer(written)


def test_a_large_answer_is_refused() -> None:
    with pytest.raises(QueryRefused, match="64 MB is the limit"):
        write_answer(QueryResult(("a",), ("VARCHAR",), (("x" * (ANSWER_BYTES + 1),),), False))


def test_a_process_that_writes_without_end_is_read_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START", FLOODS)
    with closing(processes.Child(tmp_path, limits_of(Settings()))) as child, pytest.raises(QueryRefused, match="64 MB"):
        child.ask("SELECT 1", 1)
