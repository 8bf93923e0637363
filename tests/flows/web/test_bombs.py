"""100 MiB that come as a few kilobytes: stopped by bytes out, at the cost of little memory."""

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.flows.web.server import Server, plain
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
MIB = 1024 * 1024
SIZE = 100 * MIB
# The process's peak memory after each fetch: of a good page, then of each bomb.
PROGRAM = """
import json, sys
from pathlib import Path
from tests.peak import peak_bytes
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

place, settings, urls = Path(sys.argv[1]), Settings(**json.loads(sys.argv[2])), sys.argv[3:]
for number, url in enumerate(urls):
    file = place / f"{number}.txt"
    file.write_text(url)
    run = run_steps(place / str(number), settings, ["live"], ["discover", "fetch"], addresses=file)
    print(json.dumps([run.ledger["addresses"][0]["state"], peak_bytes()]))
"""


def zeros() -> Iterator[bytes]:
    yield from (b"\0" * MIB for _ in range(SIZE // MIB))


def gzipped() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(piece) for piece in zeros()) + packer.flush()


def deflated(wbits: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(piece) for piece in zeros()) + packer.flush()


def brotlied() -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(piece) for piece in zeros()) + packer.finish()


def zstandarded() -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return b"".join(packer.compress(piece) for piece in zeros()) + packer.flush()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip": ("gzip", gzipped),
    "deflate": ("deflate", lambda: deflated(15)),
    "raw deflate": ("deflate", lambda: deflated(-15)),
    "brotli": ("br", brotlied),
    "zstd": ("zstd", zstandarded),
    "twice gzip": ("gzip, gzip", lambda: gzip.compress(gzipped())),
    "unnamed": ("identity", gzipped),
    "all": ("zstd, br, deflate, gzip", lambda: gzip.compress(zlib.compress(brotli.compress(zstandarded())))),
}


def test_a_bomb_costs_little_memory_and_is_set_aside(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    urls = [f"{server.base}/page/1"]
    for number, (encoding, make) in enumerate(BOMBS.values()):
        body = make()
        assert len(body) < 200_000
        server.answers[f"/bomb/{number}"] = plain(200, body, f"Content-Encoding: {encoding}")
        urls.append(f"{server.base}/bomb/{number}")
    settings = settings_for(server.base, total_timeout_s=60, read_timeout_s=30)
    given = json.dumps(settings.model_dump(mode="json", exclude_defaults=True))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), given, *urls]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    (good, before), *bombs = map(json.loads, done.stdout.splitlines())
    assert good == "done"
    assert {name: state for name, (state, _) in zip(BOMBS, bombs, strict=True)} == dict.fromkeys(BOMBS, "set_aside")
    more = {name: round((peak - before) / MIB, 1) for name, (_, peak) in zip(BOMBS, bombs, strict=True)}
    print(f"MiB over the baseline: {more}")
    assert max(more.values()) <= 64, more
