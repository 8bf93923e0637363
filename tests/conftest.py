"""What tests share: one archive of the bundled sample, built once a session by the command itself."""

import shutil
from pathlib import Path

import pytest

from tests.command import klog

SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="write the golden pages' expected values again")


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published archive of the sample; tests only read it."""
    home = tmp_path_factory.mktemp("sample") / "archive"
    klog(home, "build", "--from", "sample")
    return home


@pytest.fixture
def own_home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of that archive, for a test to change."""
    return shutil.copytree(sample_home, tmp_path / "archive", symlinks=True)


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the checkout; tests that use it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here; it holds real data that the project does not ship")
    return SHARED
