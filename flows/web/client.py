"""The only HTTP client: it limits time and bytes, paces requests to each host and raises only our own errors.

It never follows redirects, because they mean different things in an archive and on the live web.
"""

import asyncio
import time
from collections.abc import AsyncIterable, Awaitable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Literal, Protocol

import httpcore
import httpx

from flows.retries import DEAD_AFTER, LIST_PAGE_TRIES, NOT_CONNECTED_PAUSE_S, REQUESTS, may_pass
from flows.web.body import BodyLimits, read_body
from flows.web.checked_connections import Resolve, look_up, open_pool
from flows.web.faults import fault_of, is_not_connected, why_not_connected
from flows.web.limiter import Limiter, retry_after
from flows.web.safety import check_address, place_of
from warehouse.errors import FetchFailed, Gone, KlogError, Wait
from warehouse.settings import Settings

REDIRECTS = (301, 302, 303, 307, 308)
Method = Literal["GET", "HEAD"]


class Pool(Protocol):
    """A connection pool: httpcore's, or a recording in a test."""

    def handle_async_request(self, request: httpcore.Request) -> Awaitable[httpcore.Response]:
        """Send a request and return the response before its body is read."""
        ...

    def aclose(self) -> Awaitable[None]:
        """Close every connection."""
        ...


@dataclass(frozen=True, slots=True)
class ClientResponse:
    """A response with its body as sent (still content-encoded); `broken` if the body is truncated in the archive."""

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_headers: tuple[tuple[str, str], ...]
    broken: bool = False

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this lower-case name, or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def location(self) -> str | None:
        """The redirect target as written in the header, or None."""
        return (self.header("location") or None) if self.status in REDIRECTS else None


@dataclass(slots=True)
class Budget:
    """The seconds left for all requests for one address; waiting for a turn does not count."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HostLimits:
    """How to request from a service: the seconds between requests, its queue, and how to read its responses.

    With `patient`, the service is an archive, so a failed connection means to wait, not that the address is gone.
    `quoted` names the header that marks a status and body as archived: a truncated one was captured like that.
    """

    seconds: float
    queue: str = ""
    patient: bool = False
    quoted: str | None = None
    headers: Sequence[tuple[str, str]] = field(default=())


class Client:
    """An HTTP client whose calls each request one address and may run concurrently."""

    def __init__(
        self, settings: Settings, limiter: Limiter, *, pool: Pool | None = None, resolve: Resolve = look_up
    ) -> None:
        self._settings = settings
        self.limiter = limiter
        bases = (settings.wayback_base, settings.commoncrawl_base, settings.commoncrawl_data, *settings.feeds)
        self._allowed = frozenset(place_of(base) for base in bases)
        self._pool: Pool = pool or open_pool(self._allowed, resolve)
        self._limits = BodyLimits(settings.max_sent_bytes, settings.max_body_bytes)
        self._headers = (("User-Agent", user_agent(settings.contact)), ("Accept-Encoding", "gzip, deflate, br, zstd"))

    async def aclose(self) -> None:
        """Close every connection and the limiter's file."""
        await self._pool.aclose()
        self.limiter.close()

    def check(self, url: str) -> httpx.URL:
        """Return the normalised address, or raise `Refused` if it may not be requested."""
        return check_address(url, self._allowed)

    def budget(self) -> Budget:
        """Return a new time budget for one address."""
        return Budget(self._settings.total_timeout_s)

    async def ask(self, url: str, manners: HostLimits, budget: Budget, *, method: Method = "GET") -> ClientResponse:
        """Wait for a turn, request `url` and return the response; retry a temporary failure once.

        An error status other than 429, 500, 502, 503 and 504 is returned, and so is any archived status.

        Raises:
            Refused: the address may not be requested.
            Wait: the host is paused, or has to be paused now (429, 503, no connection).
            Gone: reason `dns`, the host does not exist, unless it is an archive's.
            TooLarge: the response exceeds a limit, as sent or decompressed.
            FetchFailed: `timeout`, `reset`, `truncated`, `protocol`, `tls`, `dns`, `connection` or `http_...`.
        """
        address = self.check(url)
        host = host_name(address)
        for tries_left in reversed(range(REQUESTS)):
            try:
                return await self._ask_once(address, host, manners, budget, method, last_try=not tries_left)
            except FetchFailed as error:
                if not tries_left or not may_pass(error) or budget.seconds <= 0:
                    raise
        raise AssertionError("the last try returns or raises")

    async def ask_patiently(self, url: str, manners: HostLimits) -> ClientResponse:
        """Request as `ask` does, but wait out short pauses and retry more often, so that one failure does not end a list."""
        for tries_left in reversed(range(LIST_PAGE_TRIES)):
            try:
                return await self.ask(url, manners, self.budget())
            except Wait as error:
                if not tries_left or error.retry_after_s > self._settings.patience_s:
                    raise
                await self.limiter.sleep(error.retry_after_s)
            except FetchFailed as error:
                if not tries_left or not may_pass(error):
                    raise
        raise AssertionError("the last try returns or raises")

    async def _ask_once(
        self, address: httpx.URL, host: str, manners: HostLimits, budget: Budget, method: Method, *, last_try: bool
    ) -> ClientResponse:
        await self.limiter.turn(host, manners.seconds, manners.queue)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(budget.seconds):
                answer = await self._send(address, manners, method, last_try)
        except TimeoutError as error:
            total = self._settings.total_timeout_s
            message = f"{address}: not finished within {total:g} s (KLOG_TOTAL_TIMEOUT_S)."
            raise FetchFailed(message, reason="timeout") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, FetchFailed) as error:
            raise self._read_fault(error, str(address), host, manners) from error
        finally:
            budget.seconds -= time.perf_counter() - began
        self._heed(answer, host, manners)
        return answer

    async def _send(self, address: httpx.URL, manners: HostLimits, method: Method, last_try: bool) -> ClientResponse:
        given = (("Host", address.netloc.decode("ascii")), *self._headers, *manners.headers)
        request = httpcore.Request(
            method.encode(),
            httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path),
            headers=[(name.encode(), value.encode()) for name, value in given],
            extensions={"timeout": self._timeouts()},
        )
        response = await self._pool.handle_async_request(request)
        try:
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers)
            named = {name.lower(): value for name, value in headers}
            keep_broken = last_try and manners.quoted in named
            assert isinstance(response.stream, AsyncIterable)
            body, broken = b"", False
            if method == "GET":
                body, broken = await read_body(
                    str(address), named, response.stream, self._limits, keep_broken=keep_broken
                )
        finally:
            await response.aclose()
        phrase = response.extensions.get("reason_phrase", b"").decode("latin-1")
        return ClientResponse(str(address), response.status, phrase, headers, body, given, broken)

    def _timeouts(self) -> dict[str, float]:
        read = self._settings.read_timeout_s
        return {"connect": self._settings.connect_timeout_s, "read": read, "write": read, "pool": 3600.0}

    def _heed(self, answer: ClientResponse, host: str, manners: HostLimits) -> None:
        if manners.quoted and answer.header(manners.quoted) is not None:
            self.limiter.answered(host)
        elif answer.status in (429, 503):
            seconds = retry_after(answer.header("retry-after"), time.time())
            raise self.limiter.pause(host, f"it returned HTTP {answer.status}", seconds)
        elif answer.status in (500, 502, 504):
            raise FetchFailed(f"{answer.url}: it returned HTTP {answer.status}.", reason=f"http_{answer.status}")
        else:
            self.limiter.answered(host)

    def _read_fault(self, error: Exception, url: str, host: str, manners: HostLimits) -> KlogError:
        if isinstance(error, Gone) and not manners.patient:
            return error
        if not is_not_connected(error):
            return fault_of(error, url, self._settings.read_timeout_s)
        reason, why = why_not_connected(error)
        if not manners.patient and (reason == "tls" or self.limiter.strikes(host) >= DEAD_AFTER):
            return FetchFailed(f"{url}: {why}.", reason=reason)
        return self.limiter.pause(host, why, first_s=NOT_CONNECTED_PAUSE_S)


def host_name(address: httpx.URL) -> str:
    """Return the name under which a host is limited and paused; it includes a port other than the scheme's default."""
    return address.netloc.decode("ascii")


def user_agent(contact: str) -> str:
    """Return the User-Agent: the project's name and version, and the contact if one is set."""
    name = f"kernel-log-archive/{version('kernel-log-archive')}"
    return f"{name} (+{contact})" if contact else name
