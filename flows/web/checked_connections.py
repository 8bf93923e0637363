"""Connections to checked IP addresses only.

A host name is resolved once, every resulting IP address is checked, and the connection is made to one of these.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cache

import httpcore
import httpx
from httpcore import AnyIOBackend

from flows.web.safety import Place, is_public
from warehouse.errors import FetchFailed, Gone, Refused

Resolve = Callable[[str, int], Awaitable[list[str]]]
MOST_CONNECTIONS = 64


async def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host from the system's resolver, without duplicates.

    Raises:
        OSError: the name is unknown or the resolver does not answer.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects only to IP addresses it has checked.

    A name is not resolved a second time, so its address cannot change between the check and the connection.
    """

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
        """Return a connection to one of the checked addresses of `host`.

        Raises:
            Refused: reason `private`, one of its addresses is not public and no setting names this host and port.
            Gone: reason `dns`, the name does not exist.
            FetchFailed: reason `dns`, the name could not be resolved.
        """
        try:
            async with asyncio.timeout(timeout):
                answers = await self._resolve(host, port)
        except TimeoutError as error:
            raise FetchFailed(f"{host}: the resolver does not answer.", reason="dns") from error
        except (OSError, UnicodeError) as error:
            if isinstance(error, UnicodeError) or getattr(error, "errno", None) == socket.EAI_NONAME:
                raise Gone(f"{host}: no such host.", reason="dns") from error
            raise FetchFailed(f"{host}: {error}", reason="dns") from error
        bad = [answer for answer in answers if not is_public(answer)]
        if bad and (host, port) not in self._allowed:
            raise Refused(f"refused to connect to {host}: its address {bad[0]} is not public.", reason="private")
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
        for answer in answers[:3]:  # enough for IPv6 and IPv4; a host with many dead addresses would cost too much time
            try:
                return await self._network.connect_tcp(answer, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        """Sleep; called by the connection pool."""
        await asyncio.sleep(seconds)


@cache
def _trusted() -> ssl.SSLContext:
    """Return the context for TLS, which takes 50 ms to make."""
    return httpx.create_ssl_context()


def open_pool(allowed: frozenset[Place], resolve: Resolve = look_up) -> httpcore.AsyncConnectionPool:
    """Return a pool of HTTP/1.1 connections that are kept alive for 10 s and never use a proxy."""
    return httpcore.AsyncConnectionPool(
        ssl_context=_trusted(),
        max_connections=MOST_CONNECTIONS,
        max_keepalive_connections=MOST_CONNECTIONS,
        keepalive_expiry=10,
        network_backend=CheckedBackend(allowed, resolve),
    )
