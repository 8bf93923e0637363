"""The cost of reading: one JSON line per kind, compared with libraries that parse the same pages.

    python tests/bench/bench_reading.py [FILE.warc.gz ...] [--repeat N] [--limit N] [--processes N]

Without a file the bundled sample is read. For each page the best of N runs counts; our parser and the other one take turns, so that
the machine's load affects both. `against` names the other one: BeautifulSoup on lxml building its tree for HTML, `email` for raw
messages, trafilatura with metadata for every other HTML page; plain text and PDF are not compared. Our time covers everything that
the build does to make a document of a page, including the word count that checks the result. `ratio` is the sum of our times
divided by the sum of the others, `worst` the largest ratio of one page. The last line is all pages on all processes, in pages per
second.
"""

import argparse
import datetime as dt
import email
import email.policy
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import trafilatura
from bs4 import BeautifulSoup
from warcio.archiveiterator import ArchiveIterator

from flows.document_parser import read_document
from flows.sample import HOST_ALIASES, SAMPLE_WARC
from flows.sources import registry
from warehouse.errors import PageSetAside, UsageError
from warehouse.records import Capture, Identity

Page = tuple[Identity, Capture]


def main() -> None:
    """Print the costs of every kind in the given files, then the rate for all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[SAMPLE_WARC])
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--limit", type=int, help="pages of each kind to measure")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    pages = [page for path in args.files for page in read_pages(path)]
    by_kind: dict[tuple[str, str], list[Page]] = defaultdict(list)
    for identity, capture in pages:
        by_kind[identity.kind, rival_of(identity, capture)[0]].append((identity, capture))
    for (kind, against), stock in sorted(by_kind.items()):
        print(json.dumps({"kind": kind, "against": against, **costs(stock[: args.limit], args.repeat)}), flush=True)
    began = time.perf_counter()
    with ProcessPoolExecutor(args.processes) as pool:
        read = sum(pool.map(reads, pages, chunksize=50))
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "kind": "all",
                "pages": len(pages),
                "read": read,
                "processes": args.processes,
                "pages_per_s": round(len(pages) / seconds, 1),
            }
        )
    )


def read_pages(path: Path) -> Iterator[Page]:
    """Yield the responses of a WARC file with status 200, each with the identity of its address."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type != "response" or record.http_headers.get_statuscode() != "200":
                continue
            mime, _, parameters = (record.http_headers.get_header("Content-Type") or "").partition(";")
            charset = parameters.partition("charset=")[2].strip() or None
            at = dt.datetime.fromisoformat(record.rec_headers.get_header("WARC-Date").rstrip("Z"))
            body = record.content_stream().read()
            try:
                identity = registry.identify(url, aliases=HOST_ALIASES)
            except UsageError:
                continue
            yield identity, Capture(url, url, 200, mime.strip(), at, body, charset)


def costs(pages: list[Page], repeat: int) -> dict[str, object]:
    """Return milliseconds for these pages, ours and the other's, and their ratio; pages that are set aside are left out."""
    ours = theirs = worst = 0.0
    size = count = 0
    for identity, capture in pages:
        if not reads((identity, capture)):
            continue
        rival = rival_of(identity, capture)[1]
        read, other = [], []
        for _ in range(repeat):
            read.append(seconds(lambda identity=identity, capture=capture: reads((identity, capture))))
            other.append(seconds(rival))
        ours, theirs, worst = ours + min(read), theirs + min(other), max(worst, min(read) / min(other))
        size, count = size + len(capture.body), count + 1
    return {
        "pages": count,
        "mean_kb": round(size / max(count, 1) / 1024, 1),
        "ours_ms": round(ours / max(count, 1) * 1000, 2),
        "theirs_ms": round(theirs / max(count, 1) * 1000, 2),
        **({"ratio": round(ours / theirs, 2), "worst": round(worst, 2)} if theirs > ours / 100 else {}),
    }


def rival_of(identity: Identity, capture: Capture) -> tuple[str, Callable[[], object]]:
    """Return the name of what the page is compared with, and a call that runs it."""
    body = capture.body
    if capture.mime not in {"text/html", "application/xhtml+xml"}:
        if identity.kind == "mail":
            return "email", lambda: email.message_from_bytes(body, policy=email.policy.default).get_body()
        return "nothing", lambda: None
    if identity.kind in {"issue", "lwn", "mail"}:
        return "beautifulsoup", lambda: BeautifulSoup(body, "lxml")
    return "trafilatura", lambda: trafilatura.bare_extraction(body, with_metadata=True, url=identity.url)


def reads(page: Page) -> bool:
    """Return whether the page gives a document."""
    identity, capture = page
    try:
        read_document(identity, [capture], HOST_ALIASES)
    except PageSetAside:
        return False
    return True


def seconds(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
