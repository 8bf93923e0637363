"""The `klog` command as a person runs it, and a copy of its output folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def klog(
    home: Path, *arguments: str, check: bool = True, timeout_s: float = 280, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the `klog` command on a home, with settings as KLOG_* variables."""
    environment = {**os.environ, **{f"KLOG_{name.upper()}": value for name, value in settings.items()}}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "--home", str(home), *arguments],
        capture_output=True, text=True, env=environment, timeout=timeout_s, umask=0o022,
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(f"klog {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def writable_copy(folder: Path, to: Path) -> Path:
    """Copy a home or a release, whose files are read-only, so that a test can change it."""
    shutil.copytree(folder, to, symlinks=True)
    for path in to.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o644)
    return to
