"""What tests share: one archive of the bundled sample, built once a session by the command itself."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.command import klog, writable_copy

CHROMIUM = shutil.which("chromium")
SHARED = Path(__file__).parents[2] / "shared"

# How busy the machine is does not matter: no example has to be found or judged within some time of the clock.
settings.register_profile("klog", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("klog")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="write the golden pages' expected values again")


BuildOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def build_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> BuildOnce:
    """Return the folder of a name, filled once by the first worker that asks; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def build(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return build


@pytest.fixture(scope="session")
def sample_home(build_once: BuildOnce) -> Path:
    """A published archive of the sample; tests only read it."""
    return build_once("sample", lambda folder: klog(folder / "archive", "build", "--from", "sample")) / "archive"


@pytest.fixture
def own_home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of that archive, for a test to change."""
    return writable_copy(sample_home, tmp_path / "archive")


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the checkout; tests that use it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here; it holds real data that the project does not ship")
    return SHARED


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium under Playwright; where it is missing the test is skipped, or fails if it is required.

    Playwright keeps an event loop running in this thread, so it ends with the file of tests that uses it.
    """
    if CHROMIUM is None:
        if os.environ.get("KLOG_TEST_BROWSER") == "required":
            pytest.fail("Chromium is not installed and KLOG_TEST_BROWSER=required.")
        pytest.skip("Chromium is not installed: the page was not tested in a browser.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run",
            ],
        )  # fmt: skip
        yield chromium
        chromium.close()
