"""A news server on loopback that has given articles, or gives scripted answers, and records each command."""

import socketserver
import threading
from collections.abc import Mapping
from contextlib import suppress


class NewsServer:
    """Use it in a `with` block; `knows` are its commands, `closes` those at which the first connection ends."""

    def __init__(
        self,
        groups: Mapping[str, Mapping[int, str]],
        *,
        knows: tuple[str, ...] = ("HDR", "OVER", "STAT"),
        greeting: str = "200 ready",
        answers: Mapping[str, bytes] | None = None,
        closes: tuple[str, ...] = (),
    ) -> None:
        self.groups, self.knows, self.greeting = groups, knows, greeting
        self.answers, self.closes = answers or {}, closes
        self.asked: list[str] = []
        self.connections = 0
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    outer._serve(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> "NewsServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(60)
        self._server.server_close()

    def _serve(self, handler: socketserver.StreamRequestHandler) -> None:
        self.connections += 1
        handler.wfile.write(f"{self.greeting}\r\n".encode())
        group: Mapping[int, str] = {}
        while line := handler.rfile.readline().decode().strip():
            self.asked.append(line)
            name, *words = line.split()
            if name == "QUIT" or (name in self.closes and self.connections == 1):
                return
            if name in self.answers:
                handler.wfile.write(self.answers[name])
            elif name == "GROUP":
                group = self.groups.get(words[0], {})
                handler.wfile.write(b"211 1 1 9 here\r\n" if words[0] in self.groups else b"411 no such group\r\n")
            elif name in self.knows:
                handler.wfile.write(self._articles(name, group, words[-1]))
            else:
                handler.wfile.write(b"500 what?\r\n")

    def _articles(self, name: str, group: Mapping[int, str], asked: str) -> bytes:
        first, _, last = asked.partition("-")
        found = {number: value for number, value in group.items() if int(first) <= number <= int(last or first)}
        if not found:
            return b"423 no articles\r\n"
        if name == "STAT":
            return "".join(f"223 {number} {value}\r\n" for number, value in found.items()).encode()
        form = "{} {}\r\n" if name == "HDR" else "{}\tsubject\tfrom\tdate\t{}\t\t1\t1\r\n"
        lines = "".join(form.format(number, value) for number, value in found.items())
        return f"{225 if name == 'HDR' else 224} follows\r\n{lines}.\r\n".encode()
