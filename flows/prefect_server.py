"""Prefect's server in a thread of this process: it lives and dies with the process, and answers it alone.

A process of its own would outlive a build that is killed, and hold files that the build writes to. Every other page and
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

from pydantic import ValidationError

from flows.prefect_database import begin_database, drop_large_database, keep_database
from warehouse.errors import KlogError, UsageError
from warehouse.home import Home
from warehouse.host_guard import HostGuard

START_CPU_S = 120  # of the processor's time; one that makes the server's tables takes 27 s
START_S = 1800  # behind it, for a server that waits and does not compute
STOP_S = 20
_KEPT_FOR_S = 30 * 24 * 3600
_HOST = "127.0.0.1"
_LOGGERS = ("prefect", "uvicorn", "fastapi", "sqlalchemy", "aiosqlite", "docket")


@contextmanager
def prefect_environment(home: Path) -> Iterator[None]:
    """Keep Prefect's files in the home, silent and offline, unless the caller has set something else.

    Prefect reads its settings when it is first imported, so that has to come inside. What the block sets in the
    environment, a server's address among it, ends with it.
    """
    before = dict(os.environ)
    folder = (home / "prefect").resolve()
    for name, value in {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # The command says in one sentence what went wrong; Prefect's own account of it would be a page.
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }.items():
        os.environ.setdefault(name, value)
    try:
        with Home(home).kept_private():
            folder.mkdir(exist_ok=True)
            yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def own_server(home: Path, *, cron: str | None = None) -> Iterator[None]:
    """Serve Prefect's API on a free port of this machine until the block ends, unless PREFECT_API_URL names another.

    It belongs inside `prefect_environment`.

    Args:
        cron: a cron line at whose times it also plans runs.

    Raises:
        KlogError: it did not start; its log is named.
        UsageError: the cron line is none.
    """
    if os.environ.get("PREFECT_API_URL"):
        if cron is not None:
            _check_cron(cron)
        yield
        return
    log = home / "prefect" / "server.log"
    drop_large_database(home / "prefect")
    makes_tables = begin_database(home / "prefect")
    with _listen(home) as listener:
        _point_clients_at(listener.getsockname()[1])
        if cron is not None:
            _check_cron(cron)
        import uvicorn
        from prefect.server.api.server import create_app

        app = HostGuard(create_app(ephemeral=cron is None, final=True), hosts=(_HOST,))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=5))
        _write_logs_to(log)
        thread = threading.Thread(target=server.run, args=([listener],), name="prefect-server", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread, log)
            if makes_tables:
                keep_database(home / "prefect")
            yield
        finally:
            server.should_exit = True
            thread.join(STOP_S)


def _check_cron(cron: str) -> None:
    from prefect.client.schemas.schedules import CronSchedule  # Prefect reads its settings when it is first imported

    try:
        CronSchedule(cron=cron)
    except ValidationError as error:
        raise UsageError(f"--cron {cron!r} is not a cron line; expected five fields, as in '30 3 * * 1'.") from error


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
    # The server's thread is one of this process: on a busy machine it takes longer, and no more of the processor.
    spent_until, until = time.process_time() + START_CPU_S, time.monotonic() + START_S
    while not getattr(server, "started", False):
        if not thread.is_alive() or time.process_time() > spent_until or time.monotonic() > until:
            raise KlogError(
                f"Prefect's server did not start; why stands in {log}. "
                f"If its files are damaged, remove {log.parent} and run the same command again."
            )
        time.sleep(0.02)
