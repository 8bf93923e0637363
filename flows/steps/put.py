"""Put what a run wrote to the store of `KLOG_CAPTURE_STORE`: closed capture files, the record of the home, releases."""

from collections.abc import Sequence

from flows.steps.run import Run
from warehouse.captures.files import CaptureWriter
from warehouse.captures.places import put_files
from warehouse.releases.history import Release
from warehouse.releases.stored import put_releases, remove_stored


def put_captures(run: Run, writer: CaptureWriter | None = None) -> None:
    """Put the closed capture files to the store, if there is one; call this after the ledger has recorded their captures.

    Raises:
        StoreFailed: the store cannot be written; the files stay here, and the next run puts them.
    """
    if run.store is None:
        return
    put = put_files(run.home.captures, run.store, but=writer.open_name if writer else None)
    run.counts["captures_put"] = run.counts.get("captures_put", 0) + put


def put_published(run: Run, removed: Sequence[Release] = ()) -> None:
    """Put the record of the home and the releases that the store lacks, if there is a store, and remove those that are not kept.

    Raises:
        StoreFailed: the store cannot be written; the next run goes on from there.
    """
    if run.store is None:
        return
    if run.home.record.is_file():
        run.store.put(run.home.record, run.home.record.name)
    remove_stored(run.store, [one.release_id for one in removed])
    run.counts["releases_put"] = put_releases(run.home, run.store, but=removed)
