"""Passages that are rows of a table.

A row is all names and figures, so a name weighs more in it than in the sentence that says what the person did.
"""

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt

# Of a prose passage's scores by words and by meaning. Of the first ten documents for the 40 most named people of LWN 10 of 400 show
# a table, 197 with 1; a half leaves 32, and the development queries rank alike with any of them.
TABLE_WEIGHT: Final = 0.25
# Borders between cells: bars, or tabs between words. Code has some bars, tables have one for every word or two.
_TAB = re.compile(r"(?<=\S)\t(?=\S)")
FEWEST_BORDERS, CHARACTERS_A_BORDER = 5, 40


def is_table(text: str) -> bool:
    """Return whether a text is rows of a table."""
    borders = text.count("|") + (len(_TAB.findall(text)) if "\t" in text else 0)
    return borders >= max(FEWEST_BORDERS, len(text) / CHARACTERS_A_BORDER)


def table_weights(tables: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.float32]:
    """Return the weight of each passage: `TABLE_WEIGHT` for rows of a table, marked with 1, and 1 for all others."""
    return np.where(tables == 1, np.float32(TABLE_WEIGHT), np.float32(1))
