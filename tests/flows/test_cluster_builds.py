"""Whole builds on the workers of a Dask scheduler with captures in S3: the same archive, whatever is killed meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

from flows import cluster_worker
from flows.document_parser import DocumentParser
from flows.steps import parse
from tests import builds
from tests.fake_encoder import open_fake_encoder
from tests.made_pages import PAGES, write_pages
from tests.s3 import s3
from warehouse.connection import open_release, open_two_releases, open_warehouse
from warehouse.encoding.encoder import Encoder, open_encoder
from warehouse.errors import ClusterLost, HomeHeld
from warehouse.home import Home
from warehouse.search import open_search
from warehouse.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"),
]

QUERIES = 200


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with s3() as address:
        yield address


@pytest.fixture(scope="module")
def workers(bucket: str, local_cluster: LocalCluster) -> str:
    """The address of a scheduler with two worker processes, which find S3 where `AWS_CONFIG_FILE` says."""
    return local_cluster.scheduler_address


def _encode_without_a_model(is_fake: bool) -> None:
    cluster_worker.open_encoder = open_fake_encoder if is_fake else open_encoder
    cluster_worker._encoder.cache_clear()


def build_both(folder: Path, source: Path, workers: str, store: str, before: Callable[..., None]) -> tuple[Path, Path]:
    """Build homes of the same pages on this machine and, with captures in a store, on workers, at the same time; return them."""
    here, there = folder / "here", folder / "there"
    stored = partial(before, KLOG_CAPTURE_STORE=store)
    started = [
        builds.start_build(here, [str(source)], before=before),
        builds.start_build(there, [str(source)], before=stored, cluster=workers),
    ]
    for one in started:
        told = one.told()
        assert "error" not in told, told
    assert not list((there / "captures").iterdir())
    return here, there


def assert_same_raw_rows(here: Path, there: Path) -> dict[str, list[str]]:
    """Compare every raw table, vectors bit for bit; return the rows."""
    rows, others = builds.raw_rows(here), builds.raw_rows(there)
    assert rows.keys() == others.keys()
    assert [table for table in rows if rows[table] != others[table]] == []
    return rows


def assert_same_marts(here: Path, there: Path) -> None:
    """Compare every table of the releases both ways."""
    with closing(open_two_releases(Home(here).release(), Home(there).release())) as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' AND schema_name = 'main'"
        ).fetchall()
        assert len(tables) > 20
        for (table,) in tables:
            clock = builds.CLOCKS.get(table, "")
            if clock is not None:
                without = f"EXCLUDE ({clock})" if clock else ""
                rows = [f'SELECT * {without} FROM {database}.main."{table}"' for database in ("old", "new")]
                for one, other in (rows, rows[::-1]):
                    assert not connection.execute(f"{one} EXCEPT ALL {other} LIMIT 3").fetchall(), table


def assert_same_hits(here: Path, there: Path, encoder: Encoder | None) -> None:
    """Compare the first ten results of many queries, and their scores."""
    with open_release(Home(here).release()) as archive:
        texts = "SELECT title AS asked FROM documents UNION SELECT text[:80] FROM passages"
        asked = archive.execute(f"SELECT asked FROM ({texts}) ORDER BY hash(asked) LIMIT ?", [QUERIES]).fetchall()
    assert len(asked) == QUERIES
    with (
        open_search(Home(here).release() / "search", settings=Settings()) as one,
        open_search(Home(there).release() / "search", settings=Settings()) as other,
    ):
        for (query,) in asked:
            found = [
                [(hit.document_id, hit.score) for hit in search.search(query, k=10, encoder=encoder).hits]
                for search in (one, other)
            ]
            assert found[0] == found[1], query


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, workers: str, bucket: str) -> tuple[Path, Path]:
    """Homes of the sample's and the made pages, encoded without a model, which takes minutes."""
    folder = tmp_path_factory.mktemp("built")
    with Client(workers, set_as_default=False) as client:
        client.run(_encode_without_a_model, True)
        try:
            source = write_pages(folder / "pages.warc.gz")
            return build_both(folder, source, workers, f"{bucket}/built", builds.set_environment)
        finally:
            client.run(_encode_without_a_model, False)


def test_every_raw_table_has_the_same_rows_and_vectors_the_same_bits(built: tuple[Path, Path]) -> None:
    rows = assert_same_raw_rows(*built)
    assert len(rows["documents"]) > PAGES + 100
    assert len(rows["vectors"]) > PAGES + 300


def test_every_mart_has_the_same_rows(built: tuple[Path, Path]) -> None:
    assert_same_marts(*built)


def test_two_hundred_queries_have_the_same_first_ten(built: tuple[Path, Path]) -> None:
    assert_same_hits(*built, open_fake_encoder(Settings()))


@pytest.mark.soak
def test_the_same_with_the_model_that_ships(workers: str, bucket: str, tmp_path: Path) -> None:
    source = write_pages(tmp_path / "pages.warc.gz")
    both = build_both(tmp_path, source, workers, f"{bucket}/real", builds.with_the_real_encoder)
    assert_same_raw_rows(*both)
    assert_same_marts(*both)
    assert_same_hits(*both, None)


@pytest.mark.soak
def test_the_same_with_thousands_of_articles(workers: str, bucket: str, shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("markdown")
    source = tmp_path / "lwn.warc.gz"
    subprocess.run([sys.executable, shared / "tools" / "make_lwn_warc.py", source], check=True)
    with Client(workers, set_as_default=False) as client:
        client.run(_encode_without_a_model, True)
        both = build_both(tmp_path, source, workers, f"{bucket}/lwn", builds.set_environment)
        client.run(_encode_without_a_model, False)
    assert len(assert_same_raw_rows(*both)["documents"]) > 3_000
    assert_same_marts(*both)
    assert_same_hits(*both, open_fake_encoder(Settings()))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builds.write_small_warc(tmp_path_factory.mktemp("small") / "small.warc.gz")


@pytest.fixture
def fetched(small: Path, tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose few captures lie in S3, to be read in batches of two."""
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    monkeypatch.setenv("KLOG_BATCH_DOCUMENTS", "2")
    monkeypatch.setenv("KLOG_CAPTURE_STORE", f"{bucket}/{tmp_path.name}")
    builds.run_steps(tmp_path / "home", [str(small)], ("discover", "fetch"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def expected(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The rows of those pages, read on this machine in one batch."""
    home = tmp_path_factory.mktemp("expected") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
        builds.run_steps(home, [str(small)], ("discover", "fetch", "parse", "link"))
    return builds.raw_rows(home)


def _count(home: Path) -> int:
    with open_warehouse(Home(home)) as connection:
        return connection.execute("SELECT count(*) FROM raw.documents").fetchone()[0]


def _hold_all_but(most: int, gate: Path | None) -> None:
    """Let a worker read that many things, and the next ones only when `gate` is there; None lets it read all."""
    real = getattr(DocumentParser, "_real_read", DocumentParser.read)
    DocumentParser._real_read = real
    done = []

    def read(self: DocumentParser, thing: object) -> object:
        done.append(thing)
        while gate is not None and len(done) > most and not gate.exists():
            time.sleep(0.05)
        return real(self, thing)

    DocumentParser.read = read


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_a_killed_coordinator_keeps_others_out_until_then_and_the_next_build_goes_on(
    fetched: Path, expected: dict[str, list[str]], workers: str, tmp_path: Path
) -> None:
    with Client(workers, set_as_default=False) as client:
        client.run(_hold_all_but, 4, tmp_path / "gate")
        try:
            first = builds.start_steps(fetched, ("parse", "link"), cluster=workers)
            wait_until(lambda: (Home(fetched).read_status().get("done") or 0) >= 4)
            with pytest.raises(HomeHeld, match=r"is held by process \d+ since .* \(step parse, \d+ of \d+\)"):
                builds.run_steps(fetched, steps=("parse",), cluster=workers)
            assert first.kill()
        finally:
            (tmp_path / "gate").touch()
            client.run(_hold_all_but, 0, None)
    assert 4 <= _count(fetched) < len(expected["documents"])
    builds.run_steps(fetched, steps=("parse", "link"), cluster=workers)
    assert builds.raw_rows(fetched) == expected


@contextmanager
def scheduler_to_kill(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """A scheduler and a worker as the README starts them."""
    file = folder / "scheduler.json"
    processes = []
    try:
        for arguments in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
            [
                "worker",
                "--scheduler-file",
                str(file),
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--death-timeout",
                "60",
            ],
        ):
            command = [sys.executable, "-m", "dask", *arguments]
            processes.append(
                subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            wait_until(file.exists)
        address = json.loads(file.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        yield address, processes[0]
    finally:
        for one in processes:
            one.kill()
            one.wait()


def test_a_killed_scheduler_ends_the_build_with_a_sentence_and_the_next_one_goes_on(
    fetched: Path, expected: dict[str, list[str]], workers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, loaded = parse.read_batch, []

    def load(*given: object) -> int:
        done = real(*given)
        loaded.append(done)
        if len(loaded) == 2:
            os.kill(scheduler.pid, signal.SIGKILL)
            scheduler.wait()
        return done

    monkeypatch.setattr(parse, "read_batch", load)
    monkeypatch.setattr("flows.cluster.WAIT_S", 5)
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        scheduler_to_kill(tmp_path) as (address, scheduler),
        pytest.raises(ClusterLost, match=rf"The scheduler at {address} went away\. .* run the same command again"),
    ):
        builds.run_steps(fetched, steps=("parse",), cluster=address)
    monkeypatch.setattr(parse, "read_batch", real)
    assert 4 <= _count(fetched) < len(expected["documents"])
    builds.run_steps(fetched, steps=("parse", "link"), cluster=workers)
    assert builds.raw_rows(fetched) == expected
