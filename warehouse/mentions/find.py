"""Finds all mentions in a text."""

from warehouse.mentions.commits import find_commits
from warehouse.mentions.kernel_releases import find_kernel_releases
from warehouse.mentions.names import find_names
from warehouse.mentions.taxonomy import Taxonomy
from warehouse.records import Mention


def find_mentions(text: str, taxonomy: Taxonomy, last_release: int | None = None) -> list[Mention]:
    """Return the mentions in `text` by position; mentions of one type never overlap, and the longest wins.

    `last_release` is the index of the last kernel release that a text of its day can name (`last_place`).

    Pass the whole document, not a passage: a surname counts once the full name appeared in the text, and a bare `4.3` once the
    text shows that it means the kernel.
    """
    mentions = [
        *find_names(text, taxonomy),
        *find_kernel_releases(text, programs=taxonomy.programs, last=last_release),
        *find_commits(text),
    ]
    return sorted(mentions, key=lambda mention: (mention.char_start, mention.char_end, mention.entity_type))
