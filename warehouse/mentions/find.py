"""Finds everything that a text names."""

from warehouse.mentions.commits import find_commits
from warehouse.mentions.kernel_releases import find_kernel_releases
from warehouse.mentions.names import find_names
from warehouse.mentions.taxonomy import Taxonomy
from warehouse.records import Mention


def find_mentions(text: str, taxonomy: Taxonomy, last_release: int | None = None) -> list[Mention]:
    """Return what `text` names in order of place; mentions of one type never overlap, the longest one wins.

    `last_release` is the place of the last kernel release that a text of its day can name (`last_place`).

    A whole document says more than a passage of it: a surname counts once the full name stood in the text, and a bare
    `4.3` once the text says that it means the kernel. So give it the whole text and share the mentions out.
    """
    mentions = [
        *find_names(text, taxonomy),
        *find_kernel_releases(text, programs=taxonomy.programs, last=last_release),
        *find_commits(text),
    ]
    return sorted(mentions, key=lambda mention: (mention.char_start, mention.char_end, mention.entity_type))
