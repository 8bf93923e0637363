"""The wheel of the checkout, installed into an environment that does not see the checkout."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "warehouse", "search_ui", "dbt_models")
_PARTS = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")


def install_wheel(folder: Path) -> Path:
    """Make the wheel and install it below a folder; return its environment, which sees the packages of this one."""
    source = folder / "source"
    source.mkdir()
    for part in _PARTS:
        path = ROOT / part
        if path.is_dir():
            shutil.copytree(path, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)])
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    place = folder / "environment"
    venv.create(place, with_pip=False, symlinks=True)
    run([*pip, "--python", str(place), "install", "--no-deps", "--no-index", str(wheel)])
    (packages,) = place.glob("lib/*/site-packages")
    # Lines of a .pth file: what the environments of the tests install, without the hooks of a checkout.
    others = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "others.pth").write_text("\n".join(others), encoding="utf-8")
    return place


def run(command: list[str], cwd: Path | None = None) -> str:
    """Run a program as a user who has set nothing; return what it prints."""
    ours = ("KLOG_", "PREFECT_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=600, umask=0o022)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def files(folder: Path, root: Path | None = None) -> set[str]:
    """Return the files below a folder by their paths below `root`, compiled ones left out."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root or folder)) for path in paths}
