"""Translation of network errors into ours."""

import errno

import httpcore

from warehouse.errors import FetchFailed, causes_of


def is_not_connected(error: Exception) -> bool:
    """Return whether the connection failed, so that the error affects the whole host."""
    if isinstance(error, FetchFailed):
        return error.reason == "dns"
    return isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout)


def why_not_connected(error: Exception) -> tuple[str, str]:
    """Return the reason (`dns`, `tls`, `connection`) and a clause that describes it."""
    if isinstance(error, FetchFailed):
        return "dns", str(error).rstrip(".")
    causes = list(causes_of(error))
    if any("ssl" in type(cause).__module__ or "SSL" in type(cause).__name__ for cause in causes) or "SSL" in str(error):
        return "tls", f"no secure connection: {error}"
    if any(getattr(cause, "errno", None) == errno.ECONNREFUSED for cause in causes):
        return "connection", "it refuses connections"
    return "connection", "it cannot be reached"


def fault_of(error: Exception, url: str, read_timeout_s: float) -> FetchFailed:
    """Return the failure of one address on a host that accepted the connection."""
    match error:
        case FetchFailed():
            return error
        case httpcore.TimeoutException():
            return FetchFailed(f"{url}: no data for {read_timeout_s:g} s.", reason="timeout")
        case httpcore.RemoteProtocolError() if "without sending complete" in str(error):
            return FetchFailed(f"{url}: the response is truncated.", reason="truncated")
        case httpcore.RemoteProtocolError() if "disconnected" in str(error):
            return FetchFailed(f"{url}: the connection was closed without a response.", reason="reset")
        case httpcore.ProtocolError():
            return FetchFailed(f"{url}: this is not HTTP: {error}", reason="protocol")
    return FetchFailed(f"{url}: the connection was reset.", reason="reset")
