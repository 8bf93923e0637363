"""The dbt project, found wherever the package is installed: `PROJECT` is its folder, `SEEDS` the folder of its seeds."""

from importlib import resources
from pathlib import Path

PROJECT = Path(str(resources.files(__name__)))
SEEDS = PROJECT / "seeds"
