"""A store gives back what was put there, reads records by range, and says what is wrong with it."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import fsspec
import pytest

from tests.s3 import s3
from warehouse import store as stores
from warehouse.captures.files import CaptureWriter, Response, Stored, read_capture
from warehouse.captures.places import file_sizes, put_files
from warehouse.errors import PageSetAside, SettingError, StoreFailed, UsageError
from warehouse.settings import read_settings
from warehouse.store import Store

BODIES = [Random(number).randbytes(100_000 * (number + 1)) for number in range(3)]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with s3() as address:
        yield address


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    address = f"file://{tmp_path}/store" if request.param == "file" else request.getfixturevalue("bucket")
    return Store(f"{address}/{request.node.name.replace('[', '-').rstrip(']')}")


def write(folder: Path, bodies: list[bytes] = BODIES, **more: object) -> list[Stored]:
    with CaptureWriter(folder, max_bytes=1 << 30, **more) as writer:
        return [
            writer.append(
                Response(f"http://a.example/{number}", 200, "OK", [("Content-Type", "text/html")], body,
                         dt.datetime(2010, 1, number + 1), "test")
            )
            for number, body in enumerate(bodies)
        ]  # fmt: skip


def test_records_are_read_from_where_they_were_put_and_no_more_than_them(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = tmp_path / "captures"
    stored = write(captures)
    size = file_sizes(captures, None)["klog-00001.warc.gz"]
    assert put_files(captures, store) == 1
    assert not list(captures.iterdir())
    assert file_sizes(captures, store) == {"klog-00001.warc.gz": size}
    asked: list[tuple[int, int]] = []
    real = Store.bytes_of
    monkeypatch.setattr(
        Store, "bytes_of", lambda self, name, start, end: asked.append((start, end)) or real(self, name, start, end)
    )
    for one, body in reversed(list(zip(stored, BODIES, strict=True))):
        assert read_capture(captures, one, limit=1 << 30, store=store).body == body
    assert [start for start, _ in asked] == [one.offset for one in reversed(stored)], "one request each"
    assert all(end - start < one.bytes + (32 << 10) for (start, end), one in zip(asked, reversed(stored), strict=True))


def test_a_record_with_more_headers_than_were_reckoned_with_is_read_whole(store: Store, tmp_path: Path) -> None:
    headers = [(f"X-{number}", Random(number).randbytes(120).hex()) for number in range(120)]
    with CaptureWriter(tmp_path, max_bytes=1 << 30) as writer:
        stored = writer.append(
            Response("http://a.example/", 200, "OK", headers, b"body", dt.datetime(2010, 1, 1), "test")
        )
    put_files(tmp_path, store)
    assert read_capture(tmp_path, stored, limit=100, store=store).headers["x-119"] == headers[-1][1]


def test_an_object_that_is_gone_is_a_lost_capture_and_a_bucket_that_is_gone_is_not(bucket: str, tmp_path: Path) -> None:
    (stored,) = write(tmp_path, BODIES[:1])
    store = Store(f"{bucket}/empty")
    (tmp_path / stored.warc).unlink()
    with pytest.raises(PageSetAside, match="the file is missing") as lost:
        read_capture(tmp_path, stored, limit=1 << 30, store=store)
    assert lost.value.reason == "lost"
    with pytest.raises(
        StoreFailed, match=r"s3://other-bucket/\S+ cannot be read .*bucket does not exist.* KLOG_CAPTURE_STORE"
    ):
        read_capture(tmp_path, stored, limit=1 << 30, store=Store("s3://other-bucket"))


def test_what_is_put_twice_is_one_file_and_another_home_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    write(tmp_path / "first")
    kept = (tmp_path / "first" / "klog-00001.warc.gz").read_bytes()
    put_files(tmp_path / "first", store)
    (tmp_path / "first" / "klog-00001.warc.gz").write_bytes(kept)  # as if it had been killed before it was removed
    put_files(tmp_path / "first", store)
    assert not list((tmp_path / "first").iterdir())
    write(tmp_path / "other", BODIES[1:])
    with pytest.raises(StoreFailed, match="another home writes to this store"):
        put_files(tmp_path / "other", store)
    assert (tmp_path / "other" / "klog-00001.warc.gz").exists()
    assert store.bytes_of("captures/klog-00001.warc.gz", 0, 1 << 30) == kept


def test_names_that_the_store_has_are_not_given_again(tmp_path: Path) -> None:
    (stored,) = write(tmp_path, BODIES[:1], taken=["klog-00041.warc.gz"])
    assert stored.warc == "klog-00042.warc.gz"


def test_a_file_that_is_written_to_stays_here(store: Store, tmp_path: Path) -> None:
    with CaptureWriter(tmp_path, max_bytes=1) as writer:
        for number in range(2):
            writer.append(
                Response(f"http://a.example/{number}", 200, "", [], b"%d" % number, dt.datetime(2010, 1, 1), "")
            )
        assert writer.open_name == "klog-00002.warc.gz"
        assert put_files(tmp_path, store, but=writer.open_name) == 1
    assert [path.name for path in tmp_path.glob("*.gz")] == ["klog-00002.warc.gz"]


def test_a_store_that_cannot_be_reached_is_named(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        without.delenv("AWS_SECRET_ACCESS_KEY")
        for kept in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
            without.setenv(kept, "/nowhere")
        _open_anew(without)
        with pytest.raises(StoreFailed, match=r"s3://klog/captures cannot .*credentials"):
            Store(bucket).sizes("captures")
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        away.setenv("AWS_MAX_ATTEMPTS", "1")
        _open_anew(away)
        with pytest.raises(StoreFailed, match=r"s3://klog/captures cannot .*127\.0\.0\.1:9"):
            Store(bucket).sizes("captures")


def _open_anew(patch: pytest.MonkeyPatch) -> None:
    """Let stores be opened with the environment of now."""

    def opened(address: str) -> tuple[object, str]:
        files, root = fsspec.url_to_fs(address, use_listings_cache=False, skip_instance_cache=True)
        return files, root

    patch.setattr(stores, "_open", opened)


def test_a_missing_package_says_which_extra_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "s3fs", None)
        without.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
        with pytest.raises(UsageError, match=r"pip install 'kernel-log-archive\[cluster\]'"):
            Store("s3://klog").sizes("captures")
    with pytest.raises(UsageError, match="gcsfs"):
        Store("gs://klog").sizes("captures")
    with pytest.raises(UsageError, match="'quux://klog' is no store"):
        Store("quux://klog").sizes("captures")


@pytest.mark.parametrize(
    "wrong", ["captures", "s3:klog", "s3://", "s3://key:secret@klog/x", "file:///", "simplecache::s3://klog"]
)
def test_an_address_that_is_none_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_CAPTURE_STORE", wrong)
    with pytest.raises(SettingError, match="KLOG_CAPTURE_STORE"):
        read_settings()


def test_without_a_store_fsspec_is_not_imported() -> None:
    asked = "import sys, warehouse.archive, warehouse.captures.files, warehouse.releases.stored; print('fsspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
