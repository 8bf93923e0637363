"""Workers of a Dask scheduler give the rows and vectors that this machine gives; what breaks them ends as it is written."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from flows import cluster_worker
from flows.cluster import Cluster
from flows.limited_pool import Broken, TaskLimits
from tests.flows.breaking import be
from warehouse.encoding.encoder import open_encoder
from warehouse.errors import ClusterLost, UsageError
from warehouse.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"),
]

SETTINGS = Settings()


@pytest.fixture
def cluster(local_cluster: LocalCluster, tmp_path: Path) -> Iterator[Cluster]:
    limits = TaskLimits(cpu_s=2)
    with closing(Cluster(local_cluster.scheduler_address, SETTINGS, tmp_path, limits)) as opened:
        yield opened


@pytest.mark.soak  # test_cluster_builds.py compares vectors made without a model, bit for bit
def test_vectors_are_the_same_bits(cluster: Cluster) -> None:
    batches = [
        [f"Btrfs was merged in {number}, {'and again ' * number}." for number in range(25)]
    ]  # one loads the model
    encoder = open_encoder(SETTINGS)
    found = list(cluster.encode(batches, str, SETTINGS))
    assert [batch for batch, _ in found] == batches
    for batch, encode in found:
        name, vectors = encode()
        assert name == encoder.name
        assert np.array_equal(vectors, encoder.encode(batch))


def test_what_kills_workers_is_named_and_the_rest_of_its_batch_is_done(cluster: Cluster) -> None:
    found = list(cluster.run(be, ["a", "kill", "b", "spin", "c"]))
    assert [one.reason if isinstance(one, Broken) else one for one in found] == ["a", "crash", "b", "crash", "c"]


def test_later_batches_are_in_flight_and_all_come_in_order(cluster: Cluster) -> None:
    batches = [[f"{number}.{one}" for one in range(3)] for number in range(12)]
    asked = []

    def asking() -> Iterator[list[str]]:
        for batch in batches:
            asked.append(batch)
            yield batch

    found = cluster.run_batches(be, asking())
    first, results = next(found)
    assert (first, list(results)) == (batches[0], batches[0])
    assert 2 <= len(asked) <= 5, "at most twice as many as there are workers, and the next"
    assert [list(results) for _, results in found] == batches[1:]


def test_a_worker_that_is_killed_loses_nothing(local_cluster: LocalCluster, cluster: Cluster) -> None:
    found = cluster.run_batches(be, [[str(number)] for number in range(8)])
    done = [list(next(found)[1])]
    next(iter(local_cluster.workers.values())).process.process._process.kill()
    done += [list(results) for _, results in found]
    assert done == [[str(number)] for number in range(8)]


def _pretend(other: bool) -> None:
    real = getattr(cluster_worker, "_real_facts", cluster_worker.reading_facts)
    cluster_worker._real_facts = real
    cluster_worker.reading_facts = (lambda settings: {**real(settings), "torch": "0.0.1"}) if other else real


def test_workers_of_another_version_are_refused_in_one_sentence(local_cluster: LocalCluster, tmp_path: Path) -> None:
    with local_cluster.get_client() as client:
        client.run(_pretend, True)
        try:
            with (
                closing(Cluster(local_cluster.scheduler_address, SETTINGS, tmp_path)) as cluster,
                pytest.raises(UsageError, match=r"The worker tcp://\S+ has .*torch 0\.0\.1 instead of .*dask worker"),
            ):
                cluster.warm_up()
        finally:
            client.run(_pretend, False)


def test_a_worker_that_comes_later_checks_itself(local_cluster: LocalCluster, cluster: Cluster) -> None:
    cluster.warm_up()
    with local_cluster.get_client() as client:
        client.run(_pretend, True)
        try:
            with pytest.raises(UsageError, match=r"A worker has .*torch 0\.0\.1"):
                list(cluster.run(be, ["a"]))
        finally:
            client.run(_pretend, False)


def test_a_precision_that_workers_do_not_have_is_refused(local_cluster: LocalCluster, cluster: Cluster) -> None:
    with local_cluster.get_client() as client:
        client.run(_deny_bfloat16)
        try:
            with pytest.raises(UsageError, match="precision float32 instead of bfloat16"):
                list(cluster.encode([["a"]], str, Settings(precision="bfloat16")))
        finally:
            client.run(_allow_bfloat16)


def _deny_bfloat16() -> None:
    cluster_worker.supports_bfloat16 = lambda: False


def _allow_bfloat16() -> None:
    from warehouse.encoding.encoder import supports_bfloat16

    cluster_worker.supports_bfloat16 = supports_bfloat16


def test_a_worker_that_does_not_see_the_captures_is_refused(local_cluster: LocalCluster, tmp_path: Path) -> None:
    with (
        closing(Cluster(local_cluster.scheduler_address, SETTINGS, tmp_path / "elsewhere")) as cluster,
        pytest.raises(UsageError, match=r"captures none instead of .*elsewhere"),
    ):
        list(cluster.run(be, ["a"]))


def test_a_worker_with_several_threads_is_refused(tmp_path: Path) -> None:
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, host="127.0.0.1", protocol="tcp://",
            dashboard_address="127.0.0.1:0", silence_logs=50,
        ) as threaded,
        closing(Cluster(threaded.scheduler_address, SETTINGS, tmp_path)) as cluster,
        pytest.raises(UsageError, match=r"has 2 threads instead of 1; .*--nthreads 1"),
    ):  # fmt: skip
        cluster.warm_up()


def test_no_scheduler_says_what_to_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("flows.cluster.WAIT_S", 0.2)
    with pytest.raises(UsageError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9 .*dask scheduler"):
        Cluster("tcp://127.0.0.1:9", SETTINGS, tmp_path).warm_up()
    with pytest.raises(UsageError, match="'here' is no scheduler; expected tcp://HOST:PORT"):
        Cluster("here", SETTINGS, tmp_path)


@pytest.mark.parametrize("is_given_up", [False, True])
def test_a_scheduler_that_dies_is_named(is_given_up: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cluster.WAIT_S", 2)
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, host="127.0.0.1", protocol="tcp://",
            dashboard_address="127.0.0.1:0", silence_logs=50,
        ) as dying,
        closing(Cluster(dying.scheduler_address, SETTINGS, tmp_path)) as cluster,
    ):  # fmt: skip
        found = cluster.run_batches(be, [["a"], ["b"], ["c"], ["d"]])
        next(found)
        dying.close()
        while is_given_up and cluster._client.status != "closed":
            time.sleep(0.1)
        with pytest.raises(ClusterLost, match="run the same command again"):
            list(found)


def test_a_build_on_this_machine_does_not_import_dask() -> None:
    asked = "import sys, flows.start, flows.steps.embed; print([name for name in ('dask', 'distributed') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
