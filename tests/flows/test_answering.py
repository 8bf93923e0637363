"""Waiting for a server of ours."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from flows.cli.answering import wait_for_answer


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_answers_is_not_waited_for_any_longer() -> None:
    with HTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert wait_for_answer(f"http://127.0.0.1:{server.server_port}/", 60)


def test_a_server_that_ended_is_given_up_at_once() -> None:
    assert not wait_for_answer("http://127.0.0.1:1/", 3600, is_running=lambda: False)
