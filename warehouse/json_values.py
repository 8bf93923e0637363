"""Results as values for JSON, the same in the shell and from the servers."""

import dataclasses
import datetime as dt
import json
from typing import Any


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
    """Return values as JSON text that can be sent; values of other types become strings, dates as in ISO 8601."""
    # A question may hold half of a surrogate pair, which no encoding can send.
    return json.dumps(value, default=plain, ensure_ascii=False).encode("utf-8", "replace").decode()


def plain(value: Any) -> str:
    """Return a value that JSON lacks as text: times as in ISO 8601."""
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return str(value)
