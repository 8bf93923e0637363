"""A news server that is asked for the Message-IDs of articles, by group and number.

Source: https://www.rfc-editor.org/rfc/rfc3977 (2006-10); 3.1 limits a response line to 512 bytes, 9.4.3 gives the syntax.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from flows.retries import DEAD_AFTER, NOT_CONNECTED_PAUSE_S
from flows.web.checked_connections import CheckedBackend, Resolve, look_up
from flows.web.faults import fault_of, is_not_connected, why_not_connected
from flows.web.limiter import Limiter
from warehouse.errors import FetchFailed, Gone, KlogError
from warehouse.settings import Settings

_T = TypeVar("_T")

MOST_AT_ONCE = 500  # article numbers in one request; the response takes some 50 KB
NEAR = 50  # numbers this near to each other are asked for in one request, with those between them
_LONGEST_LINE = 16 << 10  # bytes; overview lines hold the references of a mail
_LONGEST_STATUS = 512  # bytes; RFC 3977, 3.1
_PORTS = {"nntp": 119, "nntps": 563}
_UNKNOWN = ("500", "501", "503")  # the server does not know the command
_BUSY = ("400", "502")  # it is not available, or ends the session
_LOGIN = ("480", "481", "483")
_NO_ARTICLE = ("420", "423", "430")
_MESSAGE_ID = re.compile(r"<([^\s<>@]+@[^\s<>@]+)>")
_MOST_TRIES = 2  # one more connection for a request whose connection was closed, as servers close idle ones


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens, and whether the connection is encrypted from its start (RFC 8143)."""

    host: str
    port: int
    is_secure: bool

    @property
    def name(self) -> str:
        """Return the name under which the server is limited and paused."""
        return f"{self.host}:{self.port}"


def place_of(server: str) -> Place:
    """Return the place that a setting names: `news.example.org`, `news.example.org:1119` or `nntps://news.example.org`."""
    parts = urlsplit(server if "://" in server else f"nntp://{server}")
    return Place(parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "nntps")


def ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each request that together ask for all `numbers`."""
    first = last = None
    for number in sorted(numbers):
        if first is None or last is None:
            first = number
        elif number - last > NEAR or number - first >= MOST_AT_ONCE:
            yield first, last
            first = number
        last = number
    if first is not None and last is not None:
        yield first, last


async def resolve_numbers(
    settings: Settings, limiter: Limiter, wanted: Mapping[str, Sequence[int]], *, resolve: Resolve = look_up
) -> AsyncGenerator[dict[str, str | None], None]:
    """Yield, request by request, the Message-IDs of articles by key (`gmane.linux.kernel/1129793`), None if there is none.

    `wanted` are article numbers by group.

    Raises:
        Wait: the server is paused, or has to be paused now (400, 502, no connection).
        Gone, FetchFailed: it does not exist, wants a login, or its answers cannot be used.
    """
    server = _Server(settings, limiter, resolve)
    try:
        for group, numbers in wanted.items():
            if not await server.enter(group):
                yield {f"{group}/{number}": None for number in numbers}
                continue
            for first, last in ranges(numbers):
                found = await server.message_ids(group, first, last)
                yield {f"{group}/{number}": found.get(number) for number in numbers if first <= number <= last}
    finally:
        await server.aclose()


class _Closed(FetchFailed):
    """The server closed the connection."""


class _Server:
    """A session that is opened when it is needed; each request waits for its turn and has a limited time."""

    def __init__(self, settings: Settings, limiter: Limiter, resolve: Resolve) -> None:
        self._settings = settings
        self._limiter = limiter
        self._place = place_of(settings.nntp_server)
        # The setting names this host and port, so that it may be on this machine or in the own network.
        self._network = CheckedBackend(frozenset({(self._place.host, self._place.port)}), resolve)
        self._stream: httpcore.AsyncNetworkStream | None = None
        self._rest = b""
        self._forms = ["HDR", "OVER", "STAT"]

    async def enter(self, group: str) -> bool:
        """Select a group; return whether the server has it."""
        return await self._in_time(lambda: self._enter(group))

    async def message_ids(self, group: str, first: int, last: int) -> dict[int, str]:
        """Return the Message-IDs of the articles in a range of the group that was entered."""
        return await self._in_time(lambda: self._message_ids(first, last), group)

    async def aclose(self) -> None:
        """Say goodbye, if there is a connection, and close it."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                await stream.write(b"QUIT\r\n", timeout=1)
            with suppress(httpcore.NetworkError):
                await stream.aclose()

    async def _in_time(self, ask: Callable[[], Awaitable[_T]], group: str | None = None) -> _T:
        name = self._place.name
        for tries_left in reversed(range(_MOST_TRIES)):
            await self._limiter.turn(name, self._settings.nntp_seconds, "nntp")
            try:
                async with asyncio.timeout(self._settings.total_timeout_s):
                    if self._stream is None:
                        await self._connect()
                        if group is not None and not await self._enter(group):
                            raise self._wrong(f"it had the group {group} before and has it no more")
                    answer = await ask()
            except TimeoutError as error:
                await self._drop()
                total = f"{self._settings.total_timeout_s:g} s (KLOG_TOTAL_TIMEOUT_S)"
                raise FetchFailed(f"{name}: not finished within {total}.", reason="timeout") from error
            except _Closed:
                await self._drop()
                if not tries_left:
                    raise
            except (httpcore.NetworkError, httpcore.TimeoutException, KlogError) as error:
                await self._drop()
                raise self._fault(error) from error
            else:
                self._limiter.answered(name)
                return answer
        raise AssertionError("the last try returns or raises")

    async def _connect(self) -> None:
        place, settings = self._place, self._settings
        stream = await self._network.connect_tcp(place.host, place.port, timeout=settings.connect_timeout_s)
        if place.is_secure:
            context = httpx.create_ssl_context()
            stream = await stream.start_tls(context, place.host, timeout=settings.connect_timeout_s)
        self._stream, self._rest = stream, b""
        greeting = await self._status()
        if greeting[:3] not in ("200", "201"):
            raise self._wrong(f"it greets with {greeting!r}, which is not NNTP")

    async def _enter(self, group: str) -> bool:
        answer = await self._command(f"GROUP {group}")
        if answer.startswith("411"):
            return False
        if not answer.startswith("211"):
            raise self._wrong(f"it answers {answer!r} to GROUP")
        return True

    async def _message_ids(self, first: int, last: int) -> dict[int, str]:
        while True:
            form = self._forms[0]
            found = await (self._by_number(first, last) if form == "STAT" else self._by_range(form, first, last))
            if found is not None:
                return found
            if len(self._forms) == 1:
                raise self._wrong("it knows none of HDR, OVER and STAT")
            self._forms.pop(0)

    async def _by_range(self, form: str, first: int, last: int) -> dict[int, str] | None:
        """Return Message-IDs by HDR or OVER, or None if the server does not know it."""
        field = " Message-ID" if form == "HDR" else ""
        answer = await self._command(f"{form}{field} {first}-{last}")
        if answer.startswith(_NO_ARTICLE):
            return {}
        if answer.startswith(_UNKNOWN):
            return None
        if not answer.startswith(("225", "221") if form == "HDR" else "224"):
            raise self._wrong(f"it answers {answer!r} to {form}")
        found: dict[int, str] = {}
        async for line in self._lines(last - first + 1):
            columns = line.split("\t") if form == "OVER" else line.split(" ", 1)
            self._add(found, columns[0], columns[4 if form == "OVER" else 1 :], first, last)
        return found

    async def _by_number(self, first: int, last: int) -> dict[int, str] | None:
        """Return Message-IDs by STAT, article by article, or None if the server does not know it."""
        found: dict[int, str] = {}
        for number in range(first, last + 1):
            if number > first:
                await self._limiter.turn(self._place.name, self._settings.nntp_seconds, "nntp")
            answer = await self._command(f"STAT {number}")
            if answer.startswith(_UNKNOWN):
                return None
            if answer.startswith(_NO_ARTICLE):
                continue
            words = answer.split()
            if words[0] != "223" or len(words) < 3:
                raise self._wrong(f"it answers {answer!r} to STAT")
            self._add(found, words[1], words[2:], number, number)
        return found

    def _add(self, found: dict[int, str], number: str, values: Sequence[str], first: int, last: int) -> None:
        if not (number.isascii() and number.isdigit() and first <= int(number[:12]) <= last):
            raise self._wrong(f"it answers with number {number[:20]!r} when asked for {first} to {last}")
        match = _MESSAGE_ID.fullmatch(values[0].strip()) if values else None
        if match:
            found.setdefault(int(number), match[1])

    async def _command(self, text: str) -> str:
        assert self._stream is not None
        await self._stream.write(text.encode("ascii") + b"\r\n", timeout=self._settings.read_timeout_s)
        return await self._status()

    async def _status(self) -> str:
        """Return a status line, or raise what it means if the server is busy or wants a login."""
        line = await self._line(_LONGEST_STATUS)
        if line.startswith(_BUSY):
            raise self._limiter.pause(self._place.name, f"it answered {line!r}")
        if line.startswith(_LOGIN):
            raise FetchFailed(f"{self._place.name}: it wants a login, and klog has none: {line!r}.", reason="login")
        return line

    async def _lines(self, most: int) -> AsyncIterator[str]:
        for _ in range(most):
            line = await self._line(_LONGEST_LINE)
            if line == ".":
                return
            yield line.removeprefix(".")
        if await self._line(_LONGEST_LINE) != ".":
            raise self._wrong(f"it answers with more than the {most} lines that were asked for")

    async def _line(self, most: int) -> str:
        assert self._stream is not None
        while b"\n" not in self._rest:
            if len(self._rest) > most:
                break
            piece = await self._stream.read(4096, timeout=self._settings.read_timeout_s)
            if not piece:
                raise _Closed(f"{self._place.name}: the connection was closed without an answer.", reason="reset")
            self._rest += piece
        line, _, rest = self._rest.partition(b"\n")
        if len(line) > most:
            raise self._wrong(f"a line of its answer has more than {most:,} bytes")
        self._rest = rest
        return "".join(one for one in line.decode("utf-8", "replace").rstrip("\r") if one.isprintable() or one == "\t")

    async def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(httpcore.NetworkError):
                await stream.aclose()

    def _wrong(self, why: str) -> FetchFailed:
        return FetchFailed(f"{self._place.name}: {why}.", reason="protocol")

    def _fault(self, error: Exception) -> KlogError:
        name = self._place.name
        if isinstance(error, KlogError) and not is_not_connected(error):
            return error
        if isinstance(error, Gone):
            return error
        if not is_not_connected(error):
            return fault_of(error, name, self._settings.read_timeout_s)
        reason, why = why_not_connected(error)
        if reason == "tls" or self._limiter.strikes(name) >= DEAD_AFTER:
            return FetchFailed(f"{name}: {why}.", reason=reason)
        return self._limiter.pause(name, why, first_s=NOT_CONNECTED_PAUSE_S)
