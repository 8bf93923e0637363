"""Prefect's server in a thread of this process: it ends with the process and serves only this process.

A separate server process would outlive a killed build and keep files open that the build writes to. Web pages and other
users of the machine can reach the port, so each start has a random password, which clients get from the environment.
"""

import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from flows.prefect_database import begin_database, drop_large_database, keep_database
from flows.prefect_settings import named_server
from warehouse.errors import KlogError, UsageError
from warehouse.home import Home
from warehouse.host_guard import HostGuard

START_CPU_S = 120  # a start that creates the server's tables takes 27 s of CPU time
START_S = 1800  # for a server that waits without using CPU time
STOP_S = 20
_KEPT_FOR_S = 30 * 24 * 3600
_HOST = "127.0.0.1"
_QUIET = {  # our own server has no page, so nobody would see what is logged there
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}
_LOGGERS = ("prefect", "uvicorn", "fastapi", "sqlalchemy", "aiosqlite", "docket")


@contextmanager
def prefect_environment(home: Path) -> Iterator[None]:
    """Set the environment so that Prefect keeps its files in the home, follows the user's profile and sends no statistics.

    Variables that are already set take precedence. Prefect reads its settings when it is first imported, so import it
    inside the block. Environment variables set in the block, including a server's address, are restored on exit.
    """
    before = dict(os.environ)
    folder = (home / "prefect").resolve()
    profiles = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser() / "profiles.toml"
    if profiles.is_file():
        os.environ.setdefault("PREFECT_PROFILES_PATH", str(profiles.resolve()))
    for name, value in {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
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
        _read_settings_again()


@contextmanager
def own_server(home: Path, *, cron: str | None = None) -> Iterator[None]:
    """Serve Prefect's API on a free local port until the block ends, unless the user's settings name another server.

    Call it inside `prefect_environment`.

    Args:
        home: the archive home; it holds the server's database and log.
        cron: a cron line; with it, the server also runs its scheduling services.

    Raises:
        KlogError: the server did not start; the message names its log.
        UsageError: the cron line is invalid.
    """
    if named_server().url:
        # The command reports an error in one sentence on the terminal; Prefect's log of it belongs to the page of the run.
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        if cron is not None:
            _check_cron(cron)
        yield
        return
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    log = home / "prefect" / "server.log"
    drop_large_database(home / "prefect")
    makes_tables = begin_database(home / "prefect")
    with _listen(home) as listener:
        _point_clients_at(listener.getsockname()[1])
        _read_settings_again()
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


def _read_settings_again() -> None:
    """Let Prefect read the environment again, if it has been imported."""
    if "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


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
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",  # there are no automations, whose code takes long to import
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"PT{_KEPT_FOR_S}S",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEPT_FOR_S),
        # A proxy cannot reach this machine and would answer 503 instead of the server.
        "NO_PROXY": ours,
        "no_proxy": ours,
    }


@contextmanager
def _listen(home: Path) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        try:
            listener.bind((_HOST, 0))
            listener.listen()
            # Without the loopback interface, binding may succeed although no client can connect.
            socket.create_connection(listener.getsockname(), timeout=10).close()
        except OSError as error:
            raise KlogError(
                f"Prefect's server cannot be reached on {_HOST} ({error.strerror}). Bring the loopback interface up "
                f"(ip link set lo up) and run the same command again: klog --home {home} build"
            ) from error
        yield listener


def _write_logs_to(log: Path) -> None:
    """Write the server's errors to `log` instead of the terminal; a log of an earlier start is replaced."""
    handler = logging.FileHandler(log, mode="w", encoding="utf-8")
    handler.setLevel(logging.ERROR)
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    logging.getLogger().addHandler(handler)


def _wait_until_started(server: object, thread: threading.Thread, log: Path) -> None:
    # The server's thread is part of this process; on a busy machine it takes longer, but not more CPU time.
    spent_until, until = time.process_time() + START_CPU_S, time.monotonic() + START_S
    while not getattr(server, "started", False):
        if not thread.is_alive() or time.process_time() > spent_until or time.monotonic() > until:
            raise KlogError(
                f"Prefect's server did not start; the error is in {log}. "
                f"If its files are damaged, remove {log.parent} and run the same command again."
            )
        time.sleep(0.02)
