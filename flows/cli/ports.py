"""Ports of the servers on this machine."""

import socket

from warehouse.errors import KlogError


def check_port(port: int) -> None:
    """Check that a server can take a port, before an address is printed or a server starts.

    Raises:
        KlogError: it cannot; the message says why.
    """
    with socket.socket() as probe:
        # As the servers do, for a port that was left just now.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            raise KlogError(
                f"Port {port} on 127.0.0.1 cannot be taken ({error.strerror}). Name another one with --port."
            ) from error
