"""Shared fixtures of the network tests: settings that reach only loopback, a scripted server, a pywb installation."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from flows.sample import SAMPLE_WARC
from flows.steps import discover
from flows.web.origin import Listed
from tests.flows.web.server import Server, numbered
from warehouse.settings import Settings

ROOT = Path(__file__).parents[3]
PYWB = Path(os.environ.get("KLOG_TEST_PYWB", ROOT / ".venv.pywb"))


@pytest.fixture(autouse=True)
def known_issues(monkeypatch: pytest.MonkeyPatch) -> list[Listed]:
    """The known issues, for a test to fill; none at first, so that tests count their own addresses only."""
    listed: list[Listed] = []
    monkeypatch.setattr(discover, "list_known_issues", lambda: iter(listed))
    return listed


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with pages below /page/."""
    with Server({"/page/": numbered}) as one:
        yield one


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """A function that returns settings with a server as the archive, so that it may be fetched from, without politeness."""

    def make(base: str, **more: object) -> Settings:
        given = {
            "limiter": tmp_path / "limiter.sqlite",
            "wayback_base": base,
            "commoncrawl_base": base,
            "commoncrawl_data": base,
            "cdx_per_minute": 1e6,
            "captures_per_second": 1e6,
            "live_seconds": 0,
            "patience_s": 0,
            "connect_timeout_s": 20,
            "read_timeout_s": 20,
            "total_timeout_s": 60,
        }
        return Settings(**{**given, **more})

    return make


@pytest.fixture(scope="session")
def pywb_program() -> Path:
    """The folder of pywb's programs, installed once into a separate environment."""
    with FileLock(f"{PYWB}.lock"):
        if not (PYWB / "bin" / "wayback").exists():
            made = subprocess.run([sys.executable, "-m", "venv", PYWB], capture_output=True, text=True)
            wanted = Path(__file__).with_name("pywb.txt")
            pip = [PYWB / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
            made = made if made.returncode else subprocess.run(pip, capture_output=True, text=True)
            if made.returncode:
                pytest.skip(f"pywb cannot be installed here: {made.stderr.strip().splitlines()[-1:]}")
    return PYWB / "bin"


@pytest.fixture(scope="session")
def pywb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which pywb runs, with its `log`."""
    return tmp_path_factory.mktemp("pywb")


@pytest.fixture(scope="session")
def pywb(pywb_program: Path, pywb_folder: Path) -> Iterator[str]:
    """The address of a pywb collection that contains the sample."""
    with replaying(pywb_program, pywb_folder, SAMPLE_WARC) as address:
        yield address


@contextmanager
def replaying(pywb_program: Path, folder: Path, warc: Path) -> Iterator[str]:
    """Serve a WARC file by pywb; give the address of its collection."""
    for command in (["init", "sample"], ["add", "sample", str(warc)]):
        subprocess.run([pywb_program / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [pywb_program / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}/sample"
        finally:
            process.terminate()
            process.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            try:
                process.wait(0.2)
                break
            except subprocess.TimeoutExpired:
                continue
    pytest.skip("pywb did not start here")
