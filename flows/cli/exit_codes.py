"""The exit codes of `klog`."""

from warehouse.errors import HomeHeld, KlogError, QueryStopped, UsageError, Wait

FAILED = 1
USAGE = 2  # as click's
HELD = 3  # another run holds the archive home
PAUSED = 4  # a rate limit: done, except for addresses on paused hosts
STOPPED = 128  # plus the number of the signal, as in a shell


def exit_code_of(error: KlogError) -> int:
    """Return the exit code of a command that ends with this error."""
    match error:
        case QueryStopped():
            return FAILED
        case UsageError():
            return USAGE
        case HomeHeld():
            return HELD
        case Wait():
            return PAUSED
        case _:
            return FAILED
