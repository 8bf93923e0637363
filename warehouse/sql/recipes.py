"""The recipes in `RECIPES.md`: questions with the statement that answers each, for whoever asks in SQL."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECIPES = Path(__file__).parents[1] / "RECIPES.md"
_RECIPE = re.compile(r"^## (?P<question>.+?)\n(?P<note>.*?)```sql\n(?P<statement>.*?)```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question, what to know about its answer (empty if nothing), and the statement."""

    question: str
    note: str
    statement: str


@cache
def list_recipes() -> tuple[Recipe, ...]:
    """Return the recipes in order."""
    return tuple(
        Recipe(found["question"], " ".join(found["note"].split()), found["statement"].strip())
        for found in _RECIPE.finditer(RECIPES.read_text(encoding="utf-8"))
    )
