"""Encodes a result to pass between two processes: Arrow IPC, with types that Arrow lacks as JSON in a text column.

The result is read as data only: it names no class and contains no code.
"""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from warehouse.connection import QueryResult
from warehouse.errors import ArchiveMismatch, ArchiveMissing, KlogError, QueryRefused, QueryStopped
from warehouse.json_values import plain

ANSWER_BYTES = 64 << 20
_ERRORS: dict[str, type[KlogError]] = {
    one.__name__: one for one in (QueryRefused, QueryStopped, ArchiveMissing, ArchiveMismatch)
}
_HEADER = b"answer"
_PLAIN: dict[type, pa.DataType] = {
    bool: pa.bool_(), float: pa.float64(), str: pa.large_string(), bytes: pa.large_binary(), dt.date: pa.date32(),
    dt.time: pa.time64("us"), dt.timedelta: pa.duration("us"),
}  # fmt: skip


def write_answer(answer: QueryResult | KlogError) -> bytes:
    """Return a result or an error as bytes.

    Raises:
        QueryRefused: the result is larger than ANSWER_BYTES, or nested too deeply.
    """
    if isinstance(answer, KlogError):
        return _written([], {"error": type(answer).__name__, "message": str(answer)})
    columns = list(zip(*answer.rows, strict=True)) if answer.rows else [()] * len(answer.columns)
    try:
        written = [_write_column(values) for values in columns]
    except RecursionError as error:
        raise QueryRefused("The answer has values nested too deeply. Ask for fewer levels.") from error
    size = sum(column.nbytes for column, _ in written)
    if size > ANSWER_BYTES:
        raise QueryRefused(
            f"The answer has {size >> 20} MB; {ANSWER_BYTES >> 20} MB is the limit. Ask for fewer rows or columns."
        )
    header = {
        "columns": answer.columns,
        "types": answer.types,
        "json": [is_json for _, is_json in written],
        "cut": answer.cut,
        "rows": len(answer.rows),
    }
    return _written([column for column, _ in written], header)


def read_answer(written: bytes) -> QueryResult:
    """Return the result in the bytes, or raise the error in them.

    Raises:
        QueryRefused: the statement was refused, or the bytes are not a valid result.
        ArchiveMissing: the release cannot be read.
    """
    try:
        found = pa.ipc.open_stream(pa.py_buffer(written)).read_all()
        found.validate(full=True)
        header = json.loads(found.schema.metadata[_HEADER])
        if "error" in header:
            raise _ERRORS[header["error"]](header["message"])
        columns = [_read_column(column, is_json) for column, is_json in zip(found.columns, header["json"], strict=True)]
        rows = tuple(zip(*columns, strict=True)) if columns else ((),) * header["rows"]
        return QueryResult(tuple(header["columns"]), tuple(header["types"]), rows, bool(header["cut"]))
    except (pa.ArrowException, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise QueryRefused("The answer cannot be read; the statement was stopped.") from error


def _written(columns: Sequence[pa.Array], header: dict[str, Any]) -> bytes:
    schema = pa.schema(
        [pa.field(str(position), column.type) for position, column in enumerate(columns)],
        metadata={_HEADER: json.dumps(header).encode()},
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        if columns:
            stream.write_batch(pa.record_batch(list(columns), schema=schema))
    return bytes(sink.getvalue())


def _write_column(values: Sequence[Any]) -> tuple[pa.Array, bool]:
    """Return an array, and whether it holds JSON because Arrow has no plain type for the values."""
    kinds = {type(value) for value in values if value is not None}
    kind = kinds.pop() if len(kinds) == 1 else None
    try:
        if kind in _PLAIN:
            return pa.array(values, _PLAIN[kind]), False
        if kind is int:
            return pa.array(values, pa.int64()), False
        if kind is Decimal:
            return pa.array(values), False
        if kind is dt.datetime:
            zone = next(value.tzinfo for value in values if value is not None)
            return pa.array(values, pa.timestamp("us", "UTC" if zone else None)), False
    except (pa.ArrowException, OverflowError, ValueError):
        pass  # out of Arrow's range: a HUGEINT, a day after the year 9999
    return pa.array(
        [None if value is None else json.dumps(_simple(value)) for value in values], pa.large_string()
    ), True


def _simple(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_simple(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _simple(one) for key, one in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else plain(value)


def _read_column(column: pa.ChunkedArray, is_json: bool) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return [None if value is None else json.loads(value) for value in values] if is_json else values
