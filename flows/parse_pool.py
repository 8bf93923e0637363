"""The processes that read: as many as there are cores for a large batch, none for a small one."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Self

from flows.document_parser import DocumentParser, Parsed, add_tags_to_all, parse_things
from flows.parser_versions import reading_version
from flows.sources.registry import source_of_kind
from warehouse.frontier.parse_queue import Thing
from warehouse.records import Row

WORTH_A_POOL = 100  # things; below that starting processes takes longer than reading
PIECE = 10  # things a process takes at once: few enough to spread, enough to hide the cost of sending


class ParsePool:
    """Reads things side by side; one that kills its process is set aside, not the run."""

    def __init__(self, shelf: DocumentParser, things: int) -> None:
        self._shelf = shelf
        self._processes = os.cpu_count() or 1 if things >= WORTH_A_POOL else 0
        self._pool = self._new_pool() if self._processes else None
        self._is_broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, things: Sequence[Thing]) -> Iterator[Parsed]:
        """What came of each thing, in order."""
        if self._pool is None:
            yield from (self._shelf.read(thing) for thing in things)
            return
        if self._is_broken:
            self._pool, self._is_broken = self._new_pool(), False
        pieces = [things[start : start + PIECE] for start in range(0, len(things), PIECE)]
        futures = [self._pool.submit(parse_things, self._shelf, piece) for piece in pieces]
        for piece, future in zip(pieces, futures, strict=True):
            yield from self._answer(future, piece)

    def tag(self, batch: Sequence[dict[str, list[Row]]]) -> list[dict[str, list[Row]]]:
        """Return the rows of documents with their mentions and dated statements found anew, in order."""
        if self._pool is None:
            return add_tags_to_all(batch)
        pieces = [batch[start : start + PIECE] for start in range(0, len(batch), PIECE)]
        return [rows for piece in self._pool.map(add_tags_to_all, pieces) for rows in piece]

    def _answer(self, future: Future[list[Parsed]], piece: Sequence[Thing]) -> list[Parsed]:
        try:
            return future.result()
        except BrokenProcessPool:
            self._is_broken = True
            return [self._read_alone(thing) for thing in piece]

    def _read_alone(self, thing: Thing) -> Parsed:
        with self._new_pool(1) as pool:
            try:
                return pool.submit(parse_things, self._shelf, [thing]).result()[0]
            except BrokenProcessPool:
                stored = thing.captures[0][1]
                version = reading_version(source_of_kind(thing.kind), self._shelf.settings)
                return Parsed(
                    {},
                    (
                        {
                            "url": stored.url,
                            "step": "parse",
                            "reason": "crash",
                            "detail": "the process that read it was killed, for want of memory or by a fault",
                            "capture_id": stored.capture_id,
                        },
                    ),
                    version,
                )

    def _new_pool(self, processes: int | None = None) -> ProcessPoolExecutor:
        # spawn: DuckDB, Prefect and the encoder keep threads that a fork would copy half-way through.
        return ProcessPoolExecutor(processes or self._processes, mp_context=get_context("spawn"))
