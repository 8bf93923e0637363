"""The cost of fetching: pages per second from a local server of static pages, compared with Scrapy on the same pages.

    python tests/bench/bench_fetch.py [--pages N] [--repeat N] [--scrapy PYTHON]

Both run without politeness limits. Ours is the whole fetch step as for a web archive: the limiter schedules requests, bodies are
checked, WARC records and the ledger are written. Scrapy requests the same addresses, sixteen at once, and discards the responses.
`--scrapy` names a Python with Scrapy (this one by default; a message says if it lacks Scrapy). Runs alternate, the best of each
counts, and `ratio` is ours divided by Scrapy's.
"""

import argparse
import asyncio
import json
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from flows.web.origin import Listed
from tests.flows.web.steps import MODULES, run_steps
from warehouse.connection import open_warehouse
from warehouse.home import Home
from warehouse.settings import Settings

PAGE_BYTES = 12_000  # an issue of the column, including markup
SPIDER = """
import json, sys, time
import scrapy
from scrapy.crawler import CrawlerProcess

base, pages = sys.argv[1], int(sys.argv[2])

class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [f"{base}/web/20100101000000id_/http://example.org/{number}" for number in range(pages)]
    got = 0

    def parse(self, response):
        assert response.body
        Pages.got += 1

process = CrawlerProcess({
    "ROBOTSTXT_OBEY": False, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "AUTOTHROTTLE_ENABLED": False,
})
process.crawl(Pages)
began = time.perf_counter()
process.start()
print(json.dumps({"pages": Pages.got, "seconds": time.perf_counter() - began}))
"""


def main() -> None:
    """Print one JSON line per run and one with the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--scrapy", default=sys.executable)
    args = parser.parse_args()
    print(json.dumps(measure(args.pages, args.repeat, args.scrapy)))


def measure(pages: int, repeat: int, scrapy_python: str) -> dict[str, float | int | str]:
    """Return the best of `repeat` runs of each, in pages per second, and their ratio."""
    port = _free_port()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        _wait_for(port, server)
        ours, theirs = [], []
        for _ in range(repeat):
            ours.append(fetch_rate(f"http://127.0.0.1:{port}", pages))
            theirs.append(scrapy_rate(f"http://127.0.0.1:{port}", pages, scrapy_python))
    finally:
        server.terminate()
        server.join()
    return {
        "bench": "fetch",
        "pages": pages,
        "ours_pages_per_s": round(max(ours), 1),
        "scrapy_pages_per_s": round(max(theirs), 1),
        "ratio": round(max(ours) / max(theirs), 2),
    }


def fetch_rate(base: str, pages: int) -> float:
    """Return the pages per second of the fetch step in a new home."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            limiter=Path(folder) / "limiter.sqlite", wayback_base=base, captures_per_second=1e9, cdx_per_minute=1e9
        )
        home = Home(Path(folder) / "home")
        with open_warehouse(home) as connection:
            listed = [Listed(f"http://example.org/{number}", how="file") for number in range(pages)]
            MODULES["discover"].enter_addresses(connection, listed, {})
        began = time.perf_counter()
        run = run_steps(home.root, settings, ["wayback"], ["fetch"])
        seconds = time.perf_counter() - began
        assert run.counts["fetched"] == pages, run.counts
        return pages / seconds


def scrapy_rate(base: str, pages: int, python: str) -> float:
    """Return the pages per second of a spider, not counting its start."""
    done = subprocess.run([python, "-c", SPIDER, base, str(pages)], capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(f"{python} has no Scrapy: pip install scrapy\n{done.stderr[-500:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["pages"] == pages, found
    return pages / found["seconds"]


def serve(port: int) -> None:
    """Serve static pages, each slightly different, as an archive would."""
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    class Pages(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport
            self.waiting = b""

        def data_received(self, data: bytes) -> None:
            self.waiting += data
            while b"\r\n\r\n" in self.waiting:
                head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
                path = head.split(b" ", 2)[1]
                body = b"<html><body><p>" + path + b"</p>" + b"<p>Some words of a page.</p>" * (PAGE_BYTES // 27)
                self.transport.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nMemento-Datetime: Fri, 01 Jan 2010 00:00:00 GMT\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
                )

    server = await asyncio.get_running_loop().create_server(Pages, "127.0.0.1", port)
    await server.serve_forever()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: BaseProcess) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        server.join(0.1)
    raise SystemExit("the server of the pages did not start")


if __name__ == "__main__":
    main()
