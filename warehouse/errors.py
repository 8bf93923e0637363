"""Every error this project raises on purpose, classed by what to do next.

KlogError
├── UsageError            the call or a setting is wrong: fix it
│   ├── SettingError      a setting's value
│   ├── ArchiveMissing    no archive, or no release, at the given path
│   ├── ArchiveMismatch   the archive was made for another use or model
│   └── QueryRefused      SQL, a query or an address that will not be run
│       └── QueryStopped  a statement that hit a limit of time or memory: ask for less, or set the limit
├── GateFailed            what was built is not fit to publish
├── WarehouseBroken       the pipeline's own file cannot be read or written
│   └── WarehouseDamaged  it is corrupt: everything is read again from the captures
├── HomeHeld              another run holds the archive home
├── ClusterLost           workers on other machines went away: start them, run again
├── StoreFailed           a store of captures, releases or vectors cannot be reached, or refuses: look at its settings
├── LakeFailed            a DuckLake cannot be read or written: look at its address and rights
├── Wait                  try again later
├── FetchFailed           the fetch of this address failed
│   ├── Gone              the page no longer exists
│   ├── Refused           robots.txt, a block, or an address we must not fetch
│   └── TooLarge          more bytes than the limit, as sent or decompressed
└── PageSetAside          the page was captured but cannot be read
"""

from collections.abc import Iterator


class KlogError(Exception):
    """Root of the tree; its message is one sentence to show to a person."""


class UsageError(KlogError):
    """The call, a setting or a name is wrong; the message says what was expected."""


class SettingError(UsageError):
    """A setting's value cannot be used."""


class ArchiveMissing(UsageError):
    """The given path has no archive or no published release."""


class ArchiveMismatch(UsageError):
    """The archive was made for something else: another kind of home or another model."""


class QueryRefused(UsageError):
    """A query or statement that will not be run; the message gives the reason."""


class QueryStopped(QueryRefused):
    """A statement that ran until a limit; the message names it."""


class GateFailed(KlogError):
    """A check before publishing failed; the current release is kept."""


class WarehouseBroken(KlogError):
    """The pipeline's own file cannot be read or written: it is damaged, or the disk is full."""


class WarehouseDamaged(WarehouseBroken):
    """The pipeline's own file is corrupt."""


class HomeHeld(KlogError):
    """Another run holds this archive home."""


class ClusterLost(KlogError):
    """The scheduler or the workers of a cluster went away; what was loaded is kept."""


class StoreFailed(KlogError):
    """A store of captures, releases or vectors cannot be reached, or refuses; nothing on this machine was removed."""


class LakeFailed(KlogError):
    """A DuckLake cannot be read or written; it is as it was before."""


class Wait(KlogError):
    """The other side asked us to wait.

    Attributes:
        host: the host that asked.
        retry_after_s: seconds to wait before the next request to that host.
    """

    def __init__(self, message: str, *, host: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.host = host
        self.retry_after_s = retry_after_s


class FetchFailed(KlogError):
    """The fetch of an address failed this time.

    Attributes:
        reason: a short stable word for tables, e.g. `timeout`, `dns`, `truncated`.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Gone(FetchFailed):
    """The address has no content: not archived, 404 or 410."""


class Refused(FetchFailed):
    """The request is not allowed: robots.txt, a block, a private or malformed address."""


class TooLarge(FetchFailed):
    """More bytes than the limit, as sent or decompressed."""


class PageSetAside(KlogError):
    """A captured page that cannot be read; it is counted and listed, and the run goes on.

    Attributes:
        reason: a short stable word for tables, e.g. `not_html`, `truncated`, `no_text`.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Terminated(KeyboardInterrupt):
    """The process received SIGTERM."""


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, the one that it was raised from or while handling, and so on."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
