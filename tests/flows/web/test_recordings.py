"""Recorded conversations with web.archive.org end as the table in `recorded.py` says."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpcore
import pytest
import yaml

from tests.flows.web.recorded import TABLE, Ask, Captured, Failed, Found, Search
from warehouse.errors import FetchFailed

RECORDINGS = Path(__file__).parents[4] / "shared" / "wayback"


class Recording:
    """Stands where the connection pool stands and answers from a cassette, each recorded answer once and in order."""

    def __init__(self, path: Path) -> None:
        self._left = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
        self.requests = 0

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        asked = _address(bytes(request.url).decode())
        self.requests += 1
        for position, spoken in enumerate(self._left):
            if _address(spoken["request"]["uri"]) == asked:
                answer = self._left.pop(position)["response"]
                body = answer["body"]["string"]
                return httpcore.Response(
                    answer["status"]["code"],
                    headers=[
                        (name.encode(), value.encode())
                        for name, values in answer["headers"].items()
                        for value in values
                        if name.lower() not in ("transfer-encoding", "content-length")
                    ],
                    content=body.encode() if isinstance(body, str) else body,
                )
        raise AssertionError(f"a request that was not recorded: {asked}")

    async def aclose(self) -> None:
        pass


def _address(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    if not parts.path.startswith("/cdx/"):
        return url, []
    return parts.path, sorted(parse_qsl(parts.query))


@pytest.fixture
def archive_over(tmp_path: Path) -> Callable[..., Any]:
    from flows.web.client import Client
    from flows.web.limiter import Limiter
    from flows.web.memento_archive import MementoArchive
    from warehouse.settings import Settings

    def make(pool: Recording, replay: str | None) -> Any:
        settings = Settings(limiter=tmp_path / "limiter.sqlite", cdx_per_minute=1e6, captures_per_second=1e6)
        if replay:
            settings = settings.model_copy(update={"wayback_replay": replay})
        return MementoArchive(Client(settings, Limiter(settings.limiter), pool=pool), settings)

    return make


async def _outcome(archive: Any, call: Ask | Search, recording: Recording) -> Captured | Found | Failed:
    try:
        if isinstance(call, Search):
            return await _found(archive, call, recording)
        at = dt.datetime.strptime(call.at, "%Y%m%d%H%M%S")
        memento = await archive.memento(call.url, at, **call.options)
        return Captured(memento.url, memento.captured_at.strftime("%Y%m%d%H%M%S"), memento.status, len(memento.body))
    except FetchFailed as error:
        return Failed(type(error), error.reason)


async def _found(archive: Any, call: Search, recording: Recording) -> Found:
    from flows.web.cdx import CdxQuery

    before, rows = recording.requests, []
    async for row in archive.search(CdxQuery(**call.query)):
        rows.append(row)
        if len(rows) == call.take:
            break
    moments = [row.captured_at.strftime("%Y%m%d%H%M%S") for row in rows]
    return Found(len(rows), moments[0], moments[-1], recording.requests - before)


present = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings (../shared/wayback) are not here")


@present
@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_recorded_conversation_ends_as_the_table_says(name: str, archive_over: Callable[..., Any]) -> None:
    recording = Recording(RECORDINGS / f"{name}.yaml")
    for call, expected in TABLE[name]:
        archive = archive_over(recording, getattr(call, "replay", None))
        assert asyncio.run(_outcome(archive, call, recording)) == expected


@present
def test_every_recording_stands_in_the_table() -> None:
    assert {path.stem for path in RECORDINGS.glob("*.yaml")} == set(TABLE)
