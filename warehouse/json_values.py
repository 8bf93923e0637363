"""Results as values for JSON, the same in the shell and from the servers."""

import dataclasses
import json
from typing import Any

from warehouse.connection import QueryResult
from warehouse.records import SearchResult


def as_json(result: Any) -> Any:
    """Return a result as values for JSON, with the fields of the Python result; dates stay as they are."""
    match result:
        case SearchResult():
            return _search_as_json(result)
        case QueryResult():
            return {"columns": result.columns, "rows": result.as_objects(), "cut": result.cut}
        case list() | tuple():
            return [as_json(one) for one in result]
        case None | dict():
            return result
        case _:
            return dataclasses.asdict(result)


def json_text(value: Any) -> str:
    """Return values as JSON text that can be sent; values of other types, such as dates, become strings."""
    # A question may hold half of a surrogate pair, which no encoding can send.
    return json.dumps(value, default=str, ensure_ascii=False).encode("utf-8", "replace").decode()


def _search_as_json(result: SearchResult) -> dict[str, Any]:
    found = dataclasses.asdict(result)
    passages = [passage for hit in result.hits for passage in hit.passages]
    values = [passage for hit in found["hits"] for passage in hit["passages"]]
    for passage, of_passage in zip(passages, values, strict=True):
        del of_passage["find_marks"]
        of_passage["marks"] = passage.marks
    return found
