"""Connections to checked addresses only: a name is looked up once, every answer checked, and the checked one used."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable

import httpcore
import httpx
from httpcore import AnyIOBackend

from flows.web.safety import Place, is_public
from warehouse.errors import FetchFailed, Gone, Refused

Resolve = Callable[[str, int], Awaitable[list[str]]]
MOST_CONNECTIONS = 64


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system's resolver gives them.

    Raises:
        OSError: the name is unknown or the resolver does not answer.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for the pool. A name cannot change its address between check and use: it is used as checked."""

    def __init__(self, allowed: frozenset[Place], resolve: Resolve = look_up) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to `host`, opened to one of its checked addresses.

        Raises:
            Refused: one of its addresses is not on the public network, and no setting names this host and port.
            Gone: the name does not exist.
            FetchFailed: reason `dns`, the resolver gives no answer.
        """
        try:
            async with asyncio.timeout(timeout):
                answers = await self._resolve(host, port)
        except TimeoutError as error:
            raise FetchFailed(f"{host}: the resolver does not answer.", reason="dns") from error
        except (OSError, UnicodeError) as error:
            if isinstance(error, UnicodeError) or getattr(error, "errno", None) == socket.EAI_NONAME:
                raise Gone(f"{host}: there is no such host.", reason="dns") from error
            raise FetchFailed(f"{host}: {error}", reason="dns") from error
        bad = [answer for answer in answers if not is_public(answer)]
        if bad and (host, port) not in self._allowed:
            raise Refused(f"{host} is not asked: its address {bad[0]} is not on the public network.", reason="private")
        return await self._connect(answers, port, timeout, local_address, socket_options)

    async def _connect(
        self,
        answers: list[str],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        last: Exception = httpcore.ConnectError("the name has no address")
        for answer in answers[:3]:  # IPv6 and IPv4 are tried; a host with many dead addresses is not worth more
            try:
                return await self._network.connect_tcp(answer, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        """Wait, for the pool's own use."""
        await asyncio.sleep(seconds)


def open_pool(allowed: frozenset[Place], resolve: Resolve = look_up) -> httpcore.AsyncConnectionPool:
    """Return a pool of HTTP/1.1 connections that are kept for a while and never go through a proxy."""
    context: ssl.SSLContext = httpx.create_ssl_context()
    return httpcore.AsyncConnectionPool(
        ssl_context=context,
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=MOST_CONNECTIONS,
        keepalive_expiry=10,
        network_backend=CheckedBackend(allowed, resolve),
    )
