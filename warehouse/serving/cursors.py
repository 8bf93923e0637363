"""Cursors: where the next page of an answer begins. They are bound to the release and the question."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from warehouse.errors import UsageError

MOST_CHARACTERS = 200
_MOST = 10_000_000  # characters of a document; hits come to far fewer


def write_cursor(release_id: str, question: Mapping[str, Any], begin: int) -> str:
    """Return the cursor of the page that begins at a number."""
    return base64.urlsafe_b64encode(json.dumps([release_id, _mark(question), begin]).encode()).decode()


def read_cursor(cursor: str, release_id: str, question: Mapping[str, Any]) -> int:
    """Return where the page begins; an empty cursor means at 0.

    Raises:
        UsageError: the cursor is not one of ours, or of another question or release.
    """
    if not cursor:
        return 0
    try:
        release, mark, begin = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        release, mark, begin = None, None, None
    if type(begin) is not int or not 0 <= begin <= _MOST:
        raise UsageError("The cursor is not one that this server gave; ask without a cursor for the first page.")
    if release != release_id:
        raise UsageError(
            f"The cursor is of another release; the archive is now at {release_id}. Ask without a cursor for the first page."
        )
    if mark != _mark(question):
        raise UsageError("The cursor is of another question; ask without a cursor for the first page.")
    return begin


def _mark(question: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(question, default=str, sort_keys=True).encode()).hexdigest()[:16]
