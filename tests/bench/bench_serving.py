"""How soon `klog mcp` and `klog serve` answer the first word search, and what a warm search through them costs above the bare call.

Usage: bench_serving.py ARCHIVE (a home with a published release)
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from warehouse import Archive, open_archive

STARTS, SEARCHES = 5, 200
MOST_START_S, MOST_ABOVE_MS = 1.5, 10.0
ASKED = {"query": "Xen Dom0 support", "mode": "keyword"}


def main(home: Path) -> None:
    """Print the medians; exit with 1 if one is above its limit."""
    bare = _bare_ms(open_archive(home))
    start_mcp, warm_mcp = asyncio.run(_of_mcp(home))
    start_http, warm_http = _of_http(home)
    failed = False
    print(
        f"`import mcp.server` takes {_import_s('mcp.server'):.2f} s, `import fastapi, uvicorn` {_import_s('fastapi, uvicorn'):.2f} s"
    )
    for name, start, warm in (("klog mcp", start_mcp, warm_mcp), ("klog serve", start_http, warm_http)):
        above = warm - bare
        failed |= start > MOST_START_S or above > MOST_ABOVE_MS
        print(
            f"{name}: first word search {start:.2f} s after its start (median of {STARTS}, at most {MOST_START_S} s); a warm one "
            f"{warm:.1f} ms, {above:.1f} ms above the bare call (median of {SEARCHES}, at most {MOST_ABOVE_MS:.0f} ms)"
        )
    sys.exit(failed)


def _import_s(names: str) -> float:
    """Return what a process that only imports takes: the part of a start that is not ours."""
    taken = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {names}"], check=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _bare_ms(archive: Archive) -> float:
    return _median_ms(lambda: archive.search(ASKED["query"], mode="keyword"))


async def _of_mcp(home: Path) -> tuple[float, float]:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "flows.cli", "--home", str(home), "mcp"], env=dict(os.environ)
    )
    starts = []
    for number in range(STARTS):
        began = time.perf_counter()
        async with Client(stdio_client(command)) as client:
            await client.call_tool("search", ASKED)
            starts.append(time.perf_counter() - began)
            if number == STARTS - 1:
                warm = await _warm_ms(lambda: client.call_tool("search", ASKED))
    return statistics.median(starts), warm


def _of_http(home: Path) -> tuple[float, float]:
    starts = []
    for number in range(STARTS):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "--home", str(home), "serve", "--port", str(port)]
        )
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            while True:
                try:
                    client.get("/search", params=ASKED).raise_for_status()
                    break
                except httpx.ConnectError:
                    time.sleep(0.01)
            starts.append(time.perf_counter() - began)
            if number == STARTS - 1:
                warm = _median_ms(lambda: client.get("/search", params=ASKED).raise_for_status())
        server.terminate()
        server.wait()
    return statistics.median(starts), warm


def _median_ms(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(SEARCHES):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


async def _warm_ms(call: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(SEARCHES):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
