"""What every command is given: the settings, the home, and how to read the current release."""

import json
import sys
from dataclasses import dataclass
from typing import Any

import click

from warehouse.home import Home
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Settings with the home that the call named."""

    settings: Settings

    @property
    def home(self) -> Home:
        """The archive home of this call."""
        return Home(self.settings.home)


def print_json(value: Any) -> None:
    """One JSON value on one line; times and other odd values as text."""
    click.echo(json.dumps(value, default=str, ensure_ascii=False))


def is_terminal() -> bool:
    """Whether a person watches: progress bars and colours only then."""
    return sys.stderr.isatty()
