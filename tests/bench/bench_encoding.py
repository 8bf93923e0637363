"""Compare the encoder with `SentenceTransformer.encode` in float32, on the same passages in the same run.

    python tests/bench/bench_encoding.py ARCHIVE [--passages N] [--rounds N]

ARCHIVE is an archive home or a release. The two take turns, each encoding all passages per round; the result is the ratio of the
medians. The cosine between the two vectors of a passage shows what the lower precision costs.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from warehouse.encoding.encoder import open_encoder
from warehouse.encoding.models import find_model
from warehouse.search.index_reader import SearchIndex
from warehouse.settings import Settings

SPREAD = 7919  # a prime step through the archive, to include both long and short documents


def main() -> None:
    """Print the passages per second of both, their ratio, and how similar their vectors are."""
    parser = argparse.ArgumentParser(description="Measure the encoder beside sentence-transformers in float32.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--passages", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = _texts(options.archive, options.passages)
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(find_model(Settings()).folder), device="cpu", local_files_only=True)
    full, default = open_encoder(Settings(precision="float32")), open_encoder(Settings())
    ways = {
        "SentenceTransformer.encode, float32": lambda: reference.encode(texts, show_progress_bar=False),
        "warehouse.encoding.encoder, float32": lambda: full.encode(texts),
        "warehouse.encoding.encoder, default": lambda: default.encode(texts),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    vectors = {}
    for _ in range(options.rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            vectors[name] = np.asarray(way())
            seconds[name].append(time.perf_counter() - began)
    first = next(iter(ways))
    print(f"| {len(texts)} passages, median of {options.rounds} | passages/s | ratio | mean cosine | least |")
    print("|---|---|---|---|---|")
    for name, times in seconds.items():
        cosine = (vectors[name] * vectors[first]).sum(axis=1)
        ratio = np.median(seconds[first]) / np.median(times)
        print(
            f"| {name} | {len(texts) / np.median(times):.1f} | {ratio:.2f} | {cosine.mean():.5f} | {cosine.min():.5f} |"
        )


def _texts(archive: Path, wanted: int) -> list[str]:
    for folder in (archive / "current" / "search", archive / "search", archive):
        if (folder / "search.json").is_file():
            tables = SearchIndex(folder)
            owners = tables.passage_documents
            rows = [row * SPREAD % len(owners) for row in range(min(wanted, len(owners)))]
            return [f"{tables.documents['title'][owners[row]]}. {tables.texts[row]}" for row in rows]
    sys.exit(f"no search files in {archive}: an archive home or a release was expected")


if __name__ == "__main__":
    main()
