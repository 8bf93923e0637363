"""A server on loopback that answers as scripted, with errors if requested, and records each request and its time."""

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Write = asyncio.StreamWriter
Answer = Callable[["Asked", Write], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    method: str = "GET"


@dataclass
class Server:
    """Answers by the longest matching path prefix; use it in a `with` block."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def __enter__(self) -> "Server":
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        self._writers: list[Write] = []
        server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        for listening in server.sockets:  # a server that is closed leaves connections open that it is just accepting
            self._loop.remove_reader(listening.fileno())
        for _ in range(20):  # a connection accepted just now becomes a task in a few turns of the loop
            await asyncio.sleep(0)
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)
        server.close()

    def _accepted(self, reader: asyncio.StreamReader, writer: Write) -> None:
        """Keep the connection at once: a task that is cancelled before its first step would leave it open."""
        self._writers.append(writer)
        task = asyncio.ensure_future(self._connected(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: Write) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
                method, path, *_ = first.split(" ")
                asked = Asked(path, headers, method)
                self.asked.append(asked)
                name = max((key for key in self.answers if asked.path.startswith(key)), key=len, default=None)
                await (self.answers[name] if name is not None else plain(404, b"no"))(asked, writer)
                await writer.drain()
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def head(status: int, *headers: str, reason: str = "Said") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} {reason}", *headers, "", ""]).encode("latin-1")


def plain(status: int, body: bytes, *headers: str, kind: str = "text/html; charset=utf-8") -> Answer:
    """Return a regular response."""

    async def answer(asked: Asked, writer: Write) -> None:
        writer.write(
            head(status, f"Content-Length: {len(body)}", f"Content-Type: {kind}", *headers)
            + body * (asked.method == "GET")
        )

    return answer


def raw(data: bytes, *, close: bool = True, reset: bool = False) -> Answer:
    """Return an answer of raw bytes, after which the connection is closed cleanly or not."""

    async def answer(asked: Asked, writer: Write) -> None:
        writer.write(data)
        await writer.drain()
        if reset:
            linger = struct.pack("ii", 1, 0)  # closing sends RST, not FIN
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        elif close:
            writer.close()

    return answer


def dripping(first: bytes, piece: bytes, every_s: float) -> Answer:
    """Return an answer that sends a piece every `every_s` seconds, for ever."""

    async def answer(asked: Asked, writer: Write) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)

    return answer


def page(number: int | str) -> bytes:
    return f"<html><head><title>Page {number}</title></head><body><p>Text of page {number}.</p></body></html>".encode()


async def numbered(asked: Asked, writer: Write) -> None:
    """Send a different page for each path, after a short delay."""
    await asyncio.sleep(0.01)
    await plain(200, page(asked.path))(asked, writer)
