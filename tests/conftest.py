"""Shared fixtures: one archive of the bundled sample, built once per session by the command itself."""

import gc
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from platformdirs import user_cache_path

from tests.chromium import find_chromium
from tests.command import writable_copy
from tests.wheel import files, install_wheel, run

CHROMIUM = find_chromium()
SHARED = Path(__file__).parents[2] / "shared"
HOMES = Path(__file__).parent / "homes"

# The commands that tests start keep their compiled modules: to compile them each time takes up to a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Where clients of S3 look for the server of `tests.s3`; set before any process starts another.
os.environ["AWS_CONFIG_FILE"] = str(Path(tempfile.gettempdir()) / f"klog-tests-{os.getpid()}.aws")

# The machine's load must not matter: no example has to be found or checked within a wall-clock time.
settings.register_profile(
    "klog", max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", settings.get_profile("klog"), max_examples=1000, derandomize=False)
settings.load_profile("klog")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="write the golden pages' expected values again")


WHOLE_BUILDS = {"sample_home", "installed", "built", "read_home", "pywb_program"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that wait for a whole build as slow, and run the files with slow tests first.

    The browser's tests come first of all, or another file that needs the sample's archive: one worker builds the archive and then
    waits for the browser, while others run files that need neither. Quick tests come last, so that all end at about the same time.
    """
    slow: set[Path] = set()
    waiting: dict[Path, None] = {}
    browser: set[Path] = set()
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if WHOLE_BUILDS & names:
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow"):
            slow.add(item.path)
        if "sample_home" in names:
            waiting[item.path] = None
            if group_of(item.nodeid) == "browser":
                browser.add(item.path)
    first = browser or set(list(waiting)[:1])
    items.sort(key=lambda item: (item.path not in first, item.path not in slow, item.path in waiting))


def pytest_collection_finish() -> None:
    """Take all that was imported and collected out of garbage collection, which would go through it again and again."""
    gc.freeze()
    gc.set_threshold(50_000)


# Files that need the same server, or imports that take seconds; one worker takes them all.
TOGETHER = {
    "tests/dbt_models/": "dbt",
    "tests/flows/test_cluster": "cluster",
    "tests/flows/web/test_pauses.py": "small builds",
    "tests/search_ui/test_browser": "browser",
    "tests/test_crashes.py": "small builds",
    "tests/warehouse/dates/test_labelled_times.py": "sentences of the corpus",
    "tests/warehouse/encoding/": "models",
    "tests/warehouse/mentions/test_mentions_labelled.py": "sentences of the corpus",
}


def group_of(place: str) -> str | None:
    """Return the group of files that a test's file, or the test, belongs to."""
    return next((group for beginning, group in TOGETHER.items() if place.startswith(beginning)), None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out the tests by file, and files that stand `TOGETHER` as one."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return group_of(file) or file

    return Scheduling(config, log)


BuildOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def build_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> BuildOnce:
    """Return a function that returns a named folder, filled once by the first worker that asks; other workers wait for it."""
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
def installed(build_once: BuildOnce) -> Path:
    """An environment with the wheel in it, which does not see the checkout; its files as installed stand beside it."""

    def fill(folder: Path) -> None:
        place = install_wheel(folder)
        (folder / "files.txt").write_text("\n".join(files(place)), encoding="utf-8")

    return build_once("wheel", fill) / "environment"


@pytest.fixture(scope="session")
def sample_home(build_once: BuildOnce, installed: Path) -> Path:
    """A published archive of the sample, built by the installed wheel; tests only read it.

    It is kept in the user's cache as long as no file of the program changes.
    """
    state = _state_of_program()
    kept = user_cache_path("kernel-log-archive") / "tests" / f"sample-{state}"

    def fill(folder: Path) -> None:
        if not kept.is_dir():
            run([str(installed / "bin" / "klog"), "--home", str(folder / "archive"), "build"], cwd=folder)
            if _state_of_program() == state:  # no file was changed meanwhile
                _keep(folder / "archive", kept)
        else:
            shutil.copytree(kept, folder / "archive", symlinks=True)

    return build_once("sample", fill) / "archive"


def _state_of_program() -> str:
    """Return a hash of all files and installed versions that a build of the sample depends on."""
    root = Path(__file__).parents[1]
    files = [root / "pyproject.toml", root / "constraints.txt"]
    for part in ("flows", "warehouse", "dbt_models"):
        files += [file for file in (root / part).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    installed = sorted({f"{one.name} {one.version}" for one in distributions()})
    digest = hashlib.sha256(repr(installed).encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _keep(home: Path, kept: Path) -> None:
    with suppress(OSError):  # the cache is not writable, or another process was first
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(kept.parent.glob("sample-*"), key=lambda path: path.stat().st_mtime)[:-4]:
            shutil.rmtree(old, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            shutil.copytree(home, Path(folder) / "archive", symlinks=True).rename(kept)


@pytest.fixture
def own_home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of that archive for a test to change."""
    return writable_copy(sample_home, tmp_path / "archive")


@pytest.fixture(params=sorted(HOMES.glob("schema-*.tar.xz")), ids=lambda kept: kept.name)
def old_home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home as it was at an older schema version."""
    kept = request.param
    assert kept.stat().st_size < 2_000_000
    with tarfile.open(kept) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "archive"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the checkout; tests that use it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here; it holds real data that the project does not ship")
    return SHARED


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium under Playwright; if it is missing, the test is skipped, or fails if it is required.

    Playwright keeps an event loop running in this thread, so it ends with the test file that uses it.
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
                "--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )  # fmt: skip
        yield chromium
        chromium.close()
