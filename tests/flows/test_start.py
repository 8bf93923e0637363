from pathlib import Path

import pytest

from flows.start import open_run
from tests.command import klog
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.home import Home


def test_a_mistyped_source_leaves_the_home_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"typo\.warc\.gz"), open_run(tmp_path, ["typo.warc.gz"]):
        pass
    with open_warehouse(Home(tmp_path)) as connection:
        assert connection.execute("SELECT * FROM raw.home").fetchall() == []
    with open_run(tmp_path) as run:
        assert run.home_kind == "sample"


def test_an_error_of_a_build_is_one_sentence(tmp_path: Path) -> None:
    refused = klog(tmp_path / "archive", "build", "--from", "typo.warc.gz", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith("klog: --from ")
    assert len(refused.stderr.strip().splitlines()) == 1
