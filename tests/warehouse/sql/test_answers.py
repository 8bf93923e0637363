"""An answer between two processes: bytes in, values out, whoever wrote them."""

import pickle

import pytest

from warehouse.connection import Table
from warehouse.errors import ArchiveMissing, QueryRefused
from warehouse.sql.answers import ANSWER_BYTES, read_answer, write_answer


def test_rows_come_back_as_they_were() -> None:
    table = Table(("a", "b"), ("BIGINT", "VARCHAR"), ((1, "x"), (None, "é\x00")), True)
    assert read_answer(write_answer(table)) == table
    empty = Table(("a",), ("BIGINT",), (), False)
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
    with pytest.raises(QueryRefused, match="64 MB are the most"):
        write_answer(Table(("a",), ("VARCHAR",), (("x" * (ANSWER_BYTES + 1),),), False))
