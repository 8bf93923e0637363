"""Results as values for JSON, the same in the shell and from the servers."""

import dataclasses
import datetime as dt
import json
import math
from typing import Any

_PRINTED = frozenset(range(0x20, 0x7F)) - frozenset(b"\\'\"")  # bytes that are no escape


def as_json(result: Any) -> Any:
    """Return a result as values for JSON: a mapping by the fields of the Python result, functions left out."""
    match result:
        case dict():
            return {key: as_json(one) for key, one in result.items()}
        case list() | tuple():
            return [as_json(one) for one in result]
        case _ if hasattr(result, "as_values"):
            return result.as_values()
        case _ if dataclasses.is_dataclass(result):
            return {one.name: as_json(getattr(result, one.name)) for one in dataclasses.fields(result)}
        case _:
            return result


def json_text(value: Any) -> str:
    """Return values as JSON text that can be sent; values of other types become text (`plain`), NaN and infinity null."""
    try:
        text = json.dumps(value, default=plain, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), default=plain, ensure_ascii=False, allow_nan=False)
    # A question may hold half of a surrogate pair, which no encoding can send.
    return text.encode("utf-8", "replace").decode()


def _finite(value: Any) -> Any:
    """Return values with None for numbers that JSON lacks."""
    match value:
        case dict():
            return {key: _finite(one) for key, one in value.items()}
        case list() | tuple():
            return [_finite(one) for one in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def plain(value: Any) -> str:
    """Return a value that JSON lacks as text: times as in ISO 8601, bytes as DuckDB writes them."""
    match value:
        case dt.date() | dt.time():
            return value.isoformat()
        case bytes():
            return "".join(chr(one) if one in _PRINTED else f"\\x{one:02X}" for one in value)
        case _:
            return str(value)
