"""Outages of Prefect's server: a build waits for the server and is started again."""

import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from flows.prefect_settings import named_server
from flows.retries import PREFECT_STARTS
from flows.stops import stop_of
from warehouse.errors import Terminated, UsageError, Wait

T = TypeVar("T")

_EVERY_S = 1.0
_REFUSALS = (401, 403)


def go_on_after_outages(run: Callable[[], T], patience_s: float, sleep: Callable[[float], None] = time.sleep) -> T:
    """Call `run`, and again after each outage of Prefect's server, and return its result.

    Raises:
        Wait: the server does not answer within `patience_s`, or `run` failed too often.
        UsageError: the server refuses access, or its address is invalid.
        KeyboardInterrupt: a signal ended `run`, whatever error Prefect made of it.
    """
    for left in reversed(range(PREFECT_STARTS)):
        wait_for_prefect(patience_s, sleep)
        try:
            return run()
        except Exception as error:
            if (stop := stop_of(error)) is not None:
                raise (stop if isinstance(stop, KeyboardInterrupt) else Terminated()) from error
            if not isinstance(error, httpx.HTTPError):
                raise
            if _status(error) in _REFUSALS:
                raise _refused(_status(error)) from error
            if not left:
                raise _gone(str(error) or type(error).__name__, patience_s) from error
    raise AssertionError("the last start returns or raises")


def wait_for_prefect(patience_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until the server that Prefect's settings name answers.

    Raises:
        Wait: the server does not answer within `patience_s`.
        UsageError: the server refuses access, or its address is invalid.
    """
    waited_s = 0.0
    while (why := _fault()) is not None:
        if waited_s >= patience_s:
            raise _gone(why, patience_s)
        sleep(_EVERY_S)
        waited_s += _EVERY_S


def _fault() -> str | None:
    """Return why the server cannot be used at the moment, or None if it can."""
    try:
        answer = httpx.get(f"{_api()}/health", headers=named_server().headers, timeout=10)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UsageError(
            f"PREFECT_API_URL is {_api()!r} ({error}); expected an address such as http://127.0.0.1:4200/api. "
            "Unset it to build without your own server."
        ) from error
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    if answer.status_code in _REFUSALS:
        raise _refused(answer.status_code)
    return None if answer.is_success else f"HTTP {answer.status_code}"


def _api() -> str:
    return named_server().url or ""


def _status(error: httpx.HTTPError) -> int | None:
    return error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None


def _refused(status: int | None) -> UsageError:
    return UsageError(
        f"Prefect's server at {_api()} refused access (HTTP {status}). Set PREFECT_API_AUTH_STRING or PREFECT_API_KEY, "
        "or unset PREFECT_API_URL."
    )


def _gone(why: str, patience_s: float) -> Wait:
    return Wait(
        f"Prefect's server at {_api()} does not answer ({why}) after {patience_s:.0f} s (KLOG_PATIENCE_S). Completed work is "
        "kept. Run the same command again later, or unset PREFECT_API_URL to build without the server.",
        host=urlsplit(_api()).netloc,
        retry_after_s=patience_s,
    )
