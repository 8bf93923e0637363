"""What a limiter gave out in a test."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flows.web.limiter import Limiter


class TurnLog:
    """Keeps every turn that a limiter's file gives out, so that no test needs a clock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        Limiter(path).close()
        with closing(sqlite3.connect(path)) as file:
            file.execute("CREATE TABLE turns (ends_at REAL)")
            file.execute(
                "CREATE TRIGGER log_turn AFTER INSERT ON queues BEGIN INSERT INTO turns VALUES (new.next_at); END"
            )

    def ends(self) -> list[float]:
        """Return when the next turn may begin after each turn, earliest first, in seconds since 1970."""
        with closing(sqlite3.connect(self._path)) as file:
            return [end for (end,) in file.execute("SELECT ends_at FROM turns ORDER BY ends_at")]

    def paused_until(self) -> float:
        """Return until when the only host was paused, in seconds since 1970."""
        with closing(sqlite3.connect(self._path)) as file:
            ((until,),) = file.execute("SELECT paused_until FROM hosts WHERE paused_until > 0").fetchall()
        return float(until)
