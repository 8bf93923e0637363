"""What the README promises: its settings, commands, counts and SQL."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from flows.cli import COMMANDS, cli
from flows.sample.texts import read_texts
from flows.sources.registry import SOURCES
from tests.command import klog
from warehouse.home import Home
from warehouse.records import KINDS
from warehouse.settings import Settings
from warehouse.sql import run_sql

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("*/README.md"))
}
ALL = "\n".join(PAGES.values())
RECIPES = re.findall(r"```sql\n(.*?)```", ALL, re.DOTALL)
COMMAND_LINES = sorted({line.split("#")[0].strip() for line in re.findall(r"^\$ (klog .*)$", ALL, re.MULTILINE)})


def settings_table() -> str:
    """The README's table of settings, made from the code."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "~/.local/state/kernel-log-archive/limiter.sqlite" if name == "limiter" else default
        lines.append(f"| `KLOG_{name.upper()}` | `{shown}` | {field.description} |".replace("| `` |", "|  |"))
    return "\n".join(lines)


def test_the_settings_table_is_that_of_the_code() -> None:
    shown = PAGES[Path("flows/README.md")]
    assert settings_table() in shown, f"put this table into flows/README.md:\n\n{settings_table()}"


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= 150


def test_links_between_the_pages_lead_somewhere() -> None:
    for page, text in PAGES.items():
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (ROOT / page.parent / link).exists(), f"{page}: {link}"


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_sql_recipe_gives_rows(sample_home: Path, recipe: str) -> None:
    assert run_sql(Home(sample_home).release(), recipe, Settings()).rows


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_line_is_one_that_klog_takes(line: str) -> None:
    words = shlex.split(line)[1:]
    while words[:1] == ["--home"]:
        words = words[2:]
    assert words[0] in COMMANDS
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    command.make_context(words[0], words[1:], resilient_parsing=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    answer = CliRunner().invoke(cli, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert re.search(r"Examples?:\s+klog ", answer.output)


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in {*re.findall(r"`make ([a-z-]+)", ALL), *re.findall(r"^\$ make ([a-z-]+)", ALL, re.MULTILINE)}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_and_folder_named_in_a_guide_exists() -> None:
    named = set(re.findall(r"\b(?:flows|warehouse|search_ui|tests|dbt_models)/[\w/.-]*\w", ALL))
    named -= {"tests/flows/sources/golden/NAME"}
    assert len(named) > 25
    assert not [one for one in named if not (ROOT / one).exists() and not (ROOT / f"{one}.py").exists()]


def test_every_kind_has_a_source() -> None:
    assert {source.kind for source in SOURCES} == set(KINDS)


def test_keyword_search_imports_nothing_that_it_does_not_need(sample_home: Path) -> None:
    import os
    import subprocess
    import sys

    heavy = {"torch", "transformers", "sentence_transformers", "pandas", "prefect", "streamlit", "dbt"}
    code = (
        "import atexit, sys; from flows.cli import main; "
        f"atexit.register(lambda: print(*(name for name in {heavy} if sys.modules.get(name)), file=sys.stderr)); "
        "sys.argv = ['klog', 'search', '--mode', 'keyword', 'Xen', '--kind', 'issue']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "KLOG_HOME": str(sample_home)}
    )
    assert "Xen" in done.stdout
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_the_commands_of_a_first_hour_answer(sample_home: Path) -> None:
    for line in COMMAND_LINES:
        words = shlex.split(line)[1:]
        if words[0] in ("search", "timeline", "sql", "status", "identify", "doctor"):
            told = klog(sample_home, *words).stdout
            assert told.strip(), line
            assert "No results" not in told, line


def test_the_sample_is_as_large_as_it_says() -> None:
    kinds = [text["kind"] for text in read_texts()]
    issues = kinds.count("issue")
    told = " ".join(ALL.split())
    assert f"{len(kinds)} pages written" in told
    assert f"{issues} Kernel Logs and {len(kinds) - issues} sources" in told


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_help_shows_its_example_as_it_is_written(command: str) -> None:
    help_text = CliRunner().invoke(cli, [command, "--help"]).output
    assert re.search(r"\n  Examples?:\n    klog ", help_text)
