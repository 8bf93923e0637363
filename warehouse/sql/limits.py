"""The limits of one statement."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.errors import QueryStopped

if TYPE_CHECKING:  # reading settings takes longer than the statement to run
    from warehouse.settings import Settings

_UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}


@dataclass(frozen=True, slots=True)
class SqlLimits:
    """Seconds of time, rows and bytes of memory; `memory` is the setting as written."""

    seconds: float
    rows: int
    memory: str

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory."""
        number, unit = re.findall(r"[\d.]+|[KMGT]", self.memory)
        return int(float(number) * (1 << _UNITS[unit]))

    def too_long(self) -> QueryStopped:
        """Return the error of a statement that took too long."""
        return QueryStopped(f"The statement ran longer than {self.seconds:g} s (KLOG_SQL_SECONDS) and was stopped.")

    def too_much(self) -> QueryStopped:
        """Return the error of a statement that needed too much memory."""
        return QueryStopped(f"The statement needed more memory than {self.memory} (KLOG_SQL_MEMORY) and was stopped.")


def limits_of(settings: "Settings") -> SqlLimits:
    """Return the limits from the settings."""
    return SqlLimits(settings.sql_seconds, settings.sql_rows, settings.sql_memory)
