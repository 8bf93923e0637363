import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BENCH = Path(__file__).with_name("bench_reading.py")


def test_bench_prints_a_line_a_kind_then_the_pace_of_all() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--repeat", "1", "--limit", "1"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    *kinds, pace = (json.loads(line) for line in done.stdout.splitlines())
    against = {(line["kind"], line["against"]) for line in kinds}
    assert {("issue", "beautifulsoup"), ("lwn", "beautifulsoup"), ("page", "trafilatura")} <= against
    assert all(line["ratio"] > 0 for line in kinds if line["against"] != "nothing")
    assert pace["read"] > 0.9 * pace["pages"]
