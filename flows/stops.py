"""Signals that end a run, in whatever error of a library they arrive."""

from prefect.exceptions import TerminationSignal

from warehouse.errors import causes_of

# No `CancelledError`: a time limit of asyncio cancels what it limits, so that timeouts of servers come of one too.
STOPS = (KeyboardInterrupt, TerminationSignal)


def stop_of(error: BaseException) -> BaseException | None:
    """Return the signal to end that an error came of, or None if it came of something else.

    DuckDB wraps the interruption of a query in an error, and Prefect fails when a signal ends the start of a task.
    """
    return next((one for one in causes_of(error) if isinstance(one, STOPS)), None)
