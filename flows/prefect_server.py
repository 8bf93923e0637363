"""Prefect's server in a thread of this process: it lives and dies with the process, and answers it alone.

A process of its own would outlive a build that is killed, and hold what the build was told to write to. Every other page and
user of the machine could ask it; so each start has a random password, which the environment hands to Prefect's clients.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import KlogError
from warehouse.host_guard import HostGuard

START_S = 240  # a first start makes the server's tables: 8 s on a quiet machine
STOP_S = 20
MOST_BYTES = 64 * 1024 * 1024  # of its database; some 5,000 runs
_KEPT_FOR_S = 30 * 24 * 3600
_HOST = "127.0.0.1"
_LOGGERS = ("prefect", "uvicorn", "fastapi", "sqlalchemy", "aiosqlite", "docket")


def prepare_prefect(home: Path, *, log_level: str) -> None:
    """Keep Prefect's files in the home, silent and offline, unless the caller has set something else.

    It has to come before Prefect is first imported, which then reads its settings.
    """
    folder = (home / "prefect").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": log_level,
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }.items():
        os.environ.setdefault(name, value)


@contextmanager
def own_server(home: Path, *, keeps_times: bool = False) -> Iterator[None]:
    """Serve Prefect's API on a free port of this machine until the block ends, unless PREFECT_API_URL names another.

    Args:
        keeps_times: whether it also plans the runs of a cron line.

    Raises:
        KlogError: it did not start; its log is named.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    log = home / "prefect" / "server.log"
    drop_large_database(home / "prefect")
    with _listen(home) as listener:
        _point_clients_at(listener.getsockname()[1])
        import uvicorn
        from prefect.server.api.server import create_app

        app = HostGuard(create_app(ephemeral=not keeps_times, final=True), hosts=(_HOST,))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=5))
        _write_logs_to(log)
        thread = threading.Thread(target=server.run, args=([listener],), name="prefect-server", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread, log)
            yield
        finally:
            server.should_exit = True
            thread.join(STOP_S)


def drop_large_database(folder: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Begin the server's database anew where it has grown large; it keeps nothing that a run needs.

    Freed room inside an SQLite file is never given back, so old rows that Prefect deletes do not make it smaller.
    """
    database = folder / "prefect.db"
    if not database.is_file() or database.stat().st_size <= most_bytes:
        return False
    for path in folder.glob("prefect.db*"):
        path.unlink(missing_ok=True)
    return True


def _point_clients_at(port: int) -> None:
    password = f"klog:{secrets.token_urlsafe(32)}"
    ours = f"{_HOST},{os.environ.get('NO_PROXY') or os.environ.get('no_proxy') or ''}".rstrip(",")
    os.environ |= {
        "PREFECT_API_URL": f"http://{_HOST}:{port}/api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"PT{_KEPT_FOR_S}S",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEPT_FOR_S),
        # A proxy does not reach this machine: it would answer 503 in the server's place.
        "NO_PROXY": ours,
        "no_proxy": ours,
    }


@contextmanager
def _listen(home: Path) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        try:
            listener.bind((_HOST, 0))
            listener.listen()
            # Without the loopback interface it may be bound, but nobody reaches it.
            socket.create_connection(listener.getsockname(), timeout=10).close()
        except OSError as error:
            raise KlogError(
                f"Prefect's server cannot be reached on {_HOST} ({error.strerror}). Bring the loopback interface up "
                f"(ip link set lo up) and run the same command again: klog --home {home} build"
            ) from error
        yield listener


def _write_logs_to(log: Path) -> None:
    """Keep what the server has to say, of this start only, away from the terminal."""
    handler = logging.FileHandler(log, mode="w", encoding="utf-8")
    handler.setLevel(logging.ERROR)
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    logging.getLogger().addHandler(handler)


def _wait_until_started(server: object, thread: threading.Thread, log: Path) -> None:
    until = time.monotonic() + START_S
    while not getattr(server, "started", False):
        if not thread.is_alive() or time.monotonic() > until:
            raise KlogError(
                f"Prefect's server did not start within {START_S} s; why stands in {log}. "
                f"If its files are damaged, remove {log.parent} and run the same command again."
            )
        time.sleep(0.02)
