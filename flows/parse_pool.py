"""Parse in other processes: a page that is too slow, too large or crashes its process is set aside, and the run continues."""

from collections.abc import Iterable, Iterator, Sequence

from flows.document_parser import DocumentParser, Parsed, add_tags
from flows.limited_pool import Broken, LimitedPool, Pool, TaskLimits
from flows.parser_versions import tagging_version
from warehouse.captures.files import Stored
from warehouse.frontier.parse_queue import WANT_OF_TIME, Thing
from warehouse.records import Identity, Row


class ParsePool:
    """Parsers in other processes for a whole run: those of `pool`, by default of this machine.

    The first thing starts them, `close` ends them.
    """

    def __init__(self, parser: DocumentParser, limits: TaskLimits | None = None, *, pool: Pool | None = None) -> None:
        self._parser = parser
        self._pool: Pool = pool or LimitedPool(limits or TaskLimits(), preload=["flows.parse_worker"])
        self.warm_up = self._pool.warm_up
        self.close = self._pool.close

    def read(self, things: Sequence[Thing]) -> Iterator[Parsed]:
        """Yield the rows of each thing, or why it was set aside, in the order of `things`."""
        return self._parsed(things, self._pool.run(self._parser.read, things))

    def read_batches(self, batches: Iterable[Sequence[Thing]]) -> Iterator[tuple[Sequence[Thing], Iterator[Parsed]]]:
        """Yield each batch with what `read` gives for it; later batches may be parsed meanwhile."""
        for batch, found in self._pool.run_batches(self._parser.read, batches):
            yield batch, self._parsed(batch, found)

    def pages_of(self, captures: Sequence[Stored]) -> Iterator[tuple[Identity, ...]]:
        """Yield all pages of the feature that each capture belongs to, in order; empty if it cannot be read."""
        for found in self._pool.run(self._parser.pages_of, captures):
            yield () if isinstance(found, Broken) else found

    def tag(self, batch: Sequence[dict[str, list[Row]]]) -> Iterator[tuple[dict[str, list[Row]], Row | None]]:
        """Yield, in order, the rows of documents with their mentions and dated statements extracted again.

        If a document could not be tagged, it has none, and the second value is a row for `raw.set_aside`.
        """
        for rows, found in zip(batch, self._pool.run(add_tags, batch), strict=True):
            yield _untagged(rows, found) if isinstance(found, Broken) else (found, None)

    def _parsed(self, things: Sequence[Thing], results: Iterator[Parsed | Broken]) -> Iterator[Parsed]:
        for thing, found in zip(things, results, strict=True):
            yield self._unread(thing, found) if isinstance(found, Broken) else found

    def _unread(self, thing: Thing, broken: Broken) -> Parsed:
        stored = thing.captures[0][1]
        row = _set_aside(stored.url, stored.capture_id, broken, thing.tries + 1)
        return Parsed({}, (row,), self._parser.version_of(thing))


def _untagged(rows: dict[str, list[Row]], broken: Broken) -> tuple[dict[str, list[Row]], Row]:
    (document,) = rows["documents"]
    row = _set_aside(document["url"], document["capture_ids"][0], broken, 1)
    left = {**rows, "documents": [{**document, "tagged_with": tagging_version()}], "mentions": [], "events": []}
    return left, {**row, "parser_version": document["parser_version"]}


def _set_aside(url: str, capture_id: str, broken: Broken, tries: int) -> Row:
    return {
        "url": url,
        "step": "parse",
        "reason": broken.reason,
        "detail": broken.detail,
        "capture_id": capture_id,
        "tries": tries if broken.reason in WANT_OF_TIME else None,
    }
