"""The log of runs: each entry has the run's id, and the document's or the address if it is about one.

Entries go to standard error as lines or JSON (`KLOG_LOG`), and under Prefect to the page of the run.
"""

import datetime as dt
import json
import logging
import sys

from warehouse.settings import Settings

LOG = logging.getLogger("klog")
LOG.propagate = False  # the root logger's handlers would print it once more
LOG.addHandler(logging.NullHandler())
_FIELDS = ("run_id", "step", "document_id", "url")


def write_log(settings: Settings) -> None:
    """Write the log of this process to standard error in the form of the settings, from their level on."""
    LOG.setLevel(settings.log_level)
    for handler in [one for one in LOG.handlers if isinstance(one, _ToStandardError)]:
        LOG.removeHandler(handler)
    if settings.log != "off":
        handler = _ToStandardError()
        handler.setFormatter(JsonLines() if settings.log == "json" else Lines())
        LOG.addHandler(handler)


class _ToStandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except OSError:  # nobody reads it any more; the run goes on
            self.handleError(record)


class JsonLines(logging.Formatter):
    """One JSON object per line: `time` (UTC), `level`, `message`, and the fields that the entry has."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry, with everything but ASCII escaped."""
        head = {"time": _time_of(record), "level": record.levelname.lower(), "message": record.getMessage()}
        return json.dumps({**head, **_fields_of(record)})


class Lines(logging.Formatter):
    """One line per entry: time, level, message, and the fields that it has as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry without characters that a terminal would obey."""
        fields = "".join(f"  {name}={value}" for name, value in _fields_of(record).items())
        line = f"{_time_of(record)} {record.levelname.lower():<7} {record.getMessage()}{fields}"
        return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _fields_of(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name in _FIELDS if (value := getattr(record, name, None)) is not None}


def _time_of(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
