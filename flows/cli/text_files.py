"""Text files that are named on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from warehouse.errors import UsageError

Made = TypeVar("Made")


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        UsageError: it is not text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not text in UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}."
        ) from error


def read_json_lines(path: Path, example: str, read: Callable[[dict[str, Any]], Made]) -> list[Made]:
    """Return what `read` makes of each line, an object that may have other names too, such as labels.

    Raises:
        UsageError: a line is none that can be read.
    """
    made = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            made.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path}, line {number}: expected {example}, got {line[:60]!r}") from error
    return made
