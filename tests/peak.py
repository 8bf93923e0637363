"""Measures the peak memory of a function in a separate process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MIB = 1 << 20
_PROGRAM = """
import json, sys
from importlib import import_module
from tests.peak import peak_bytes

module, name, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
work = getattr(import_module(module), name)
before = peak_bytes()
answer = work(*given)
print(json.dumps([answer, peak_bytes() - before]))
"""


def peak_bytes() -> int:
    """Return the peak memory of this process; getrusage would count that of the process it was forked from too."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise AssertionError("the kernel does not say")


def more_memory(work: Any, *given: object) -> tuple[Any, int]:
    """Return a function's result in a new process, and the bytes it uses beyond its imports; arguments and result must be JSON-able."""
    command = [sys.executable, "-c", _PROGRAM, work.__module__, work.__name__, json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer, more = json.loads(done.stdout)
    return answer, more
