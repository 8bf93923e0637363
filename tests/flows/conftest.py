"""A small home that several files damage copies of."""

from pathlib import Path

import pytest

from tests import builds
from tests.conftest import BuildOnce


@pytest.fixture(scope="session")
def read_home(build_once: BuildOnce) -> Path:
    """A home whose pages were fetched, read and encoded, and were not published."""

    def fill(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
            builds.run_steps(folder / "archive", [str(builds.write_small_warc(folder / "small.warc.gz"))])

    return build_once("read", fill) / "archive"
