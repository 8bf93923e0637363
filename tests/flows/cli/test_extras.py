"""Who only searches an archive needs no package of the extras; a command that needs one says which."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMANDS = {
    "search": ["search", "--mode", "keyword", "Xen"],
    "timeline": ["timeline", "--topic", "xen"],
    "sql": ["sql", "SELECT count(*) FROM documents"],
    "status": ["status"],
    "build": ["build"],
    "forget": ["forget", "http://www.h-online.com/open/"],
    "identify": ["identify", "http://www.h-online.com/open/"],
    "schedule": ["schedule"],
    "release": ["release", "list"],
    "backup": ["backup", "backups"],
    "publish": ["publish", "--lake", "elsewhere"],
    "pull": ["pull"],
    "restore": ["restore", "."],
    "doctor": ["doctor"],
    "ui": ["ui"],
    "export": ["export", "--tables", "nothing", "exported"],
    "mcp": ["mcp"],
    "serve": ["serve"],
}
EXTRAS = ("build", "ui", "mcp", "serve")
CALL_ALL = """
import json, sys
without, home, commands = json.load(sys.stdin)
sys.modules.update(dict.fromkeys(without))
from click.testing import CliRunner
from flows.cli import cli
done = {}
for name, arguments in commands.items():
    ended = CliRunner().invoke(cli, ["--home", home, *arguments])
    done[name] = [ended.exit_code, ended.stdout, ended.stderr]
json.dump(done, sys.stdout)
"""


def modules_of_extras() -> list[str]:
    """Return the modules of the distributions that the extras name."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {_plain(re.split(r"[^\w.-]", one, maxsplit=1)[0]) for extra in EXTRAS for one in extras[extra]}
    modules = [module for module, owners in packages_distributions().items() if named & set(map(_plain, owners))]
    assert len(modules) >= len(named)
    return modules


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def without_extras(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """Exit code, output and errors of every command where no extra is installed."""
    given = json.dumps([modules_of_extras(), str(sample_home), COMMANDS])
    done = subprocess.run(
        [sys.executable, "-c", CALL_ALL],
        input=given,
        capture_output=True,
        text=True,
        timeout=250,
        cwd=tmp_path_factory.mktemp("elsewhere"),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", ["search", "timeline", "sql", "status", "release"])
def test_reading_an_archive_needs_no_extra(without_extras: dict[str, tuple[int, str, str]], command: str) -> None:
    code, said, errors = without_extras[command]
    assert code == 0, errors
    assert said.strip()


@pytest.mark.parametrize("command", ["build", "forget", "identify", "schedule", "doctor", "ui", "mcp", "serve"])
def test_a_command_says_which_extra_it_needs(without_extras: dict[str, tuple[int, str, str]], command: str) -> None:
    code, _, errors = without_extras[command]
    extra = command if command in EXTRAS else "build"
    assert code == 2, errors
    assert re.fullmatch(
        rf"klog: this command needs \w+, which is not installed\. Run: pip install 'kernel-log-archive\[{extra}\]'\n",
        errors,
    )


def test_exporting_tables_needs_no_extra(without_extras: dict[str, tuple[int, str, str]]) -> None:
    code, _, errors = without_extras["export"]
    assert (code, errors[:33]) == (2, "klog: There is no table 'nothing'")


def test_releases_and_homes_are_passed_on_without_an_extra(without_extras: dict[str, tuple[int, str, str]]) -> None:
    assert without_extras["pull"][2].startswith("klog: KLOG_CAPTURE_STORE is not set")
    assert without_extras["publish"][2].startswith("klog: 'elsewhere' is no lake")
    assert without_extras["backup"][0] == 0


def test_every_command_is_looked_at() -> None:
    from flows.cli import COMMANDS as ALL

    assert set(COMMANDS) == set(ALL)
