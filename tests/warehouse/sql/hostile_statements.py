"""Statements that a reader wrote before there was code to run them."""

import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

from warehouse.home import Home

_FILE = Path(__file__).parents[2] / "labelled" / "hostile_sql.jsonl"


@dataclass(frozen=True, slots=True)
class HostileStatement:
    """`expect` is `refused`, `answers` or `either`."""

    sql: str
    aim: str
    expect: str

    def on(self, home: Path) -> str:
        """Return the statement with the paths of a home filled in."""
        return self.sql.replace("{DB}", str(Home(home).release() / "archive.duckdb")).replace("{HOME}", str(home))


ALL = [HostileStatement(**json.loads(line)) for line in _FILE.read_text(encoding="utf-8").split("\n") if line]


def draw(many: int, *, seed: int, among: list[HostileStatement] = ALL) -> list[HostileStatement]:
    """Return `many` random statements, the same for the same seed."""
    return random.Random(seed).sample(among, min(many, len(among)))


def bytes_of(home: Path) -> dict[str, tuple[str, int]]:
    """Return SHA-256 and permissions of every file of a home, by path, with the target of a link instead."""
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_symlink():
            found[str(path)] = (str(path.readlink()), 0)
        elif path.is_file():
            found[str(path)] = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
        else:
            found[str(path)] = ("folder", path.stat().st_mode)
    return found
