"""What the servers for this machine have in common."""

import socket
from typing import Any

import pytest

from tests.warehouse.serving.conftest import running
from warehouse.host_guard import Message, Receive, Send
from warehouse.serving.loopback import make_server


async def answer_ok(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize("has_web_sockets", [False, True])
def test_a_small_answer_does_not_wait_for_an_acknowledgement_of_the_one_before(has_web_sockets: bool) -> None:
    server = make_server(answer_ok, 0, has_web_sockets=has_web_sockets)
    with running(server), socket.create_connection(server.servers[0].sockets[0].getsockname()) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert client.recv(1) == b"H"
        connections: list[Any] = list(server.server_state.connections)
        (its_end,) = (one.transport.get_extra_info("socket") for one in connections)
        assert its_end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
