"""What several files begin with: small homes, which they change copies of, and the workers of a cluster."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import builds
from tests.conftest import BuildOnce

if TYPE_CHECKING:
    from distributed import LocalCluster


@pytest.fixture(scope="session")
def read_home(build_once: BuildOnce) -> Path:
    """A home whose pages were fetched, read and encoded, and were not published."""

    def fill(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
            builds.run_steps(folder / "archive", [str(builds.write_small_warc(folder / "small.warc.gz"))])

    return build_once("read", fill) / "archive"


@pytest.fixture(scope="session")
def published_home(build_once: BuildOnce) -> Path:
    """A home of those pages with a release."""

    def fill(folder: Path) -> None:
        told = builds.run_build(folder / "archive", [str(builds.write_small_warc(folder / "small.warc.gz"))])
        assert "error" not in told, told

    return build_once("published", fill) / "archive"


@pytest.fixture(scope="session")
def local_cluster() -> Iterator["LocalCluster"]:
    """A scheduler with two worker processes; what ends a worker once is suspected at once."""
    import dask
    from distributed import LocalCluster

    logging.getLogger("distributed.scheduler").setLevel(logging.CRITICAL)  # it logs its end when nothing is captured
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as opened,
    ):  # fmt: skip
        yield opened
