"""Measure how well German pages are found: 30 pages of our own prose, 40 questions, half of them English.

    python tests/bench/bench_german.py

The pages are built into an archive with `klog build` and KLOG_MODEL (the default model unless it is set); the questions are asked
as typed by a person, with all defaults.
"""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.flows.sources.made_issues import article
from warehouse import open_archive
from warehouse.captures import warc

LABELLED = Path(__file__).parents[1] / "labelled"
ADDRESS = "http://www.heise.de/open/meldung/Kernel-Log-{}.html"
FIRST = 9_000_000  # no article has such a number
WITHIN = 5


def main() -> None:
    """Print the recall at five, for both languages and for each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        file = write_pages(Path(folder) / "german.warc")
        command = [sys.executable, "-m", "flows.cli", "--home", str(home), "build", "--from", str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        questions = read_rows("german_questions.jsonl")
        with open_archive(home) as archive:
            found = [
                ADDRESS.format(FIRST + one["page"]) in [hit.url for hit in archive.search(one["query"], k=WITHIN).hits]
                for one in questions
            ]
    for language in ("de", "en"):
        print(
            f"{language}: {_share([ok for ok, one in zip(found, questions, strict=True) if one['language'] == language])}"
        )
    print(f"all: {_share(found)}")
    print("not found:", "; ".join(one["query"] for ok, one in zip(found, questions, strict=True) if not ok) or "none")


def read_rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a labelled file."""
    return [json.loads(line) for line in (LABELLED / name).read_text(encoding="utf-8").splitlines()]


def write_pages(path: Path) -> Path:
    """Write the German pages as a WARC file; return its path."""
    head = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html; charset=utf-8")])
    records = []
    for page in read_rows("german_pages.jsonl"):
        day = dt.datetime.fromisoformat(page["published"])
        top = f"<p>{day:%d.%m.%Y} 12:00</p><h1>{page['title']}</h1>"
        html = article(f"<p>{page['text']}</p>", top=top)
        url = ADDRESS.format(FIRST + page["page"])
        records.append(warc.response(url, day + dt.timedelta(days=30), head, html.encode(), [])[1])
    path.write_bytes(b"".join(records))
    return path


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found)} of {len(found)} among the first five ({sum(found) / len(found):.0%})"


if __name__ == "__main__":
    main()
