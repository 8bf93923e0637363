"""The References field of a mail: the Message-IDs of the mails above it in its thread.

Source: RFC 5322, 3.6.4.
"""

import re
from collections import deque

MOST = 100
"""Message-IDs kept of one mail: the first mail of its thread and the nearest ones; few threads are deeper."""

_MESSAGE_ID = re.compile(rb"<(?P<id>[^<>@\x00-\x20\x7f]+@[^<>\x00-\x20\x7f]+)>")


def read_references(field: bytes) -> tuple[str, ...]:
    """Return the Message-IDs in a field without angle brackets, each once, in order; of more than `MOST`, the first and the last."""
    names = dict.fromkeys(found["id"].decode("utf-8", "replace") for found in _MESSAGE_ID.finditer(field))
    if len(names) <= MOST:
        return tuple(names)
    return (next(iter(names)), *deque(names, maxlen=MOST - 1))
