"""Packed bodies that break off behind an honest Content-Length: captured as they came, read up to the cut, which the document says."""

import gzip
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import duckdb
import zstandard

from tests.flows.web.server import Server, plain
from tests.flows.web.steps import run_steps
from warehouse.settings import Settings

TEXT = " ".join(random.Random(9).choices(["kernel", "log", "merge", "window", "driver"], k=3000))
PAGE = f"<html><head><title>A page</title></head><body><p>{TEXT}</p></body></html>".encode()


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(PAGE)),
    "deflate": ("deflate", zlib.compress(PAGE)),
    "raw-deflate": ("deflate", raw_deflate(PAGE)),
    "brotli": ("br", brotli.compress(PAGE)),
    "zstd": ("zstd", zstandard.compress(PAGE)),
    "twice": ("zstd, gzip", gzip.compress(zstandard.compress(PAGE)[:-9])),
}


def test_what_breaks_off_inside_its_packing_is_read_up_to_the_cut_and_said(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    for name, (encoding, body) in PACKED.items():
        server.answers[f"/{name}/whole"] = plain(200, body, f"Content-Encoding: {encoding}")
        server.answers[f"/{name}/cut"] = plain(200, body[: len(body) * 2 // 3], f"Content-Encoding: {encoding}")
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("\n".join(f"{server.base}{path}" for path in server.answers if path != "/page/"))
    run_steps(
        tmp_path / "home", settings_for(server.base), ["live"], ["discover", "fetch", "parse"], addresses=addresses
    )
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as connection:
        aside = connection.execute("SELECT url, step, reason FROM raw.set_aside ORDER BY url").fetchall()
        read = connection.execute("SELECT url, text, facts FROM raw.documents ORDER BY url").fetchall()
    # A page this small is one block of zstd, which gives nothing before it is whole.
    bad = sorted(f"{server.base}{path}" for path in ("/twice/cut", "/twice/whole", "/zstd/cut"))
    assert aside == [(url, "parse", "truncated") for url in bad]
    assert [url for url, *_ in read] == sorted(
        {f"{server.base}/{name}/{how}" for name in PACKED for how in ("cut", "whole")} - {*bad}
    )
    for url, text, facts in read:
        is_whole = url.endswith("/whole")
        assert (text == TEXT) == is_whole
        assert TEXT.startswith(text[:1000])
        assert ('"is_cut"' in str(facts)) != is_whole
