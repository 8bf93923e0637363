from pathlib import Path

import pytest

from flows.start import open_run
from tests.command import klog
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.home import Home, now
from warehouse.ledger import Found, add_addresses
from warehouse.records import Identity


def test_a_mistyped_source_leaves_the_home_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"typo\.warc\.gz"), open_run(tmp_path, ["typo.warc.gz"]):
        pass
    with open_warehouse(Home(tmp_path)) as connection:
        assert connection.execute("SELECT * FROM raw.home").fetchall() == []
    with open_run(tmp_path) as run:
        assert run.home_kind == "sample"


def test_the_ledger_can_be_seen_from_the_first_moment_of_a_run(tmp_path: Path) -> None:
    one = Found(Identity("page", "a.org", "http://a.org/"), "file")
    with open_warehouse(Home(tmp_path)) as connection:
        add_addresses(connection, [one], now())
    with open_run(tmp_path, ["wayback"]) as run:
        run.begin("parse", None)
        ledger = Home(tmp_path).read_status()["ledger"]
    assert ledger["addresses"] == [{"state": "due", "kind": "page", "number": 1}]
    assert ledger["rest"][0]["left"] == 1


def test_an_error_of_a_build_is_one_sentence(tmp_path: Path) -> None:
    refused = klog(tmp_path / "archive", "build", "--from", "typo.warc.gz", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith("klog: --from ")
    assert len(refused.stderr.strip().splitlines()) == 1
