"""Days of kernel releases as the tags of clones give them."""

import datetime as dt
from collections.abc import Mapping

from warehouse.connection import Connection
from warehouse.load import insert


def keep_release_days(connection: Connection, days: Mapping[str, dt.date]) -> int:
    """Store the day of each tag (`v7.1-rc1`) that is new, and return how many are; what was stored stays as it was."""
    known = {version for (version,) in connection.execute("SELECT version FROM raw.release_tags").fetchall()}
    rows = [
        {"version": tag.removeprefix("v"), "released_on": day, "source": f"git tag {tag}"}
        for tag, day in days.items()
        if tag.removeprefix("v") not in known
    ]
    insert(connection, "raw.release_tags", rows)
    return len(rows)
