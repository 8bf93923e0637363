"""A PostgreSQL of one's own in a temporary folder, on loopback."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.web.conftest import free_port


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of an empty database as SQLAlchemy reads it; skip where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), default=None)
    if found is None:
        pytest.skip("PostgreSQL is not installed here")
    is_root = os.geteuid() == 0  # as which it refuses to run
    folder = Path(tempfile.mkdtemp(prefix="klog-postgresql-"))
    if is_root:
        shutil.chown(folder, "postgres")
    user = "postgres" if is_root else pwd.getpwuid(os.geteuid()).pw_name
    port = free_port()

    def run(program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", user, "--"] if is_root else []
        command = [*as_user, str(Path(found).with_name(program)), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=300)

    try:
        run("initdb", "--auth=trust", "--username=klog", "--encoding=UTF8", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-p {port} -h 127.0.0.1 -k '' -F")
        yield f"postgresql+asyncpg://klog@127.0.0.1:{port}/postgres"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder)
