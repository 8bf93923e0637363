"""Measure what one worker does with one core: things parsed and passages encoded in a second of its processor's time.

    KLOG_THREADS=1 python tests/bench/bench_worker.py HOME [--things N] [--passages N]

HOME is an archive home with a warehouse; nothing in it is changed.
"""

import argparse
import time
from pathlib import Path

from flows.document_parser import DocumentParser
from warehouse.captures.files import Stored
from warehouse.connection import read_warehouse
from warehouse.encoding.encoder import open_encoder
from warehouse.encoding.passages import text_to_encode
from warehouse.frontier.ledger import STORED
from warehouse.frontier.parse_queue import Thing
from warehouse.home import Home
from warehouse.settings import read_settings


def main() -> None:
    """Print both rates."""
    parser = argparse.ArgumentParser(description="Measure what a worker does with one core.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--things", type=int, default=500)
    parser.add_argument("--passages", type=int, default=256)
    options = parser.parse_args()
    settings = read_settings(home=options.home)
    with read_warehouse(Home(options.home)) as connection:
        rows = connection.execute(
            f"SELECT kind, key, {STORED} FROM raw.captures WHERE page = 1 ORDER BY hash(capture_id) LIMIT ?",
            [options.things],
        ).fetchall()
        texts = connection.execute(
            "SELECT text FROM raw.passages ORDER BY hash(passage_id) LIMIT ?", [options.passages]
        ).fetchall()
    things = [Thing(kind, key, ((1, Stored(*stored)),)) for kind, key, *stored in rows]
    reader = DocumentParser(Home(options.home).captures, settings)
    reader.read(things[0])  # loads the tokenizer and the taxonomy
    began = time.process_time()
    found = [reader.read(thing) for thing in things]
    print(
        f"{len(things) / (time.process_time() - began):.1f} things parsed, {sum(not one.rows for one in found)} set aside"
    )
    encoder = open_encoder(settings)
    began = time.process_time()
    encoder.encode([text_to_encode("", text) for (text,) in texts])
    print(f"{len(texts) / (time.process_time() - began):.1f} passages encoded by {encoder.name}")


if __name__ == "__main__":
    main()
