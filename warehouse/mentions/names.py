"""Topics, people and projects: aliases of the taxonomy found in a text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from warehouse.mentions.taxonomy import WORD, Alias, Taxonomy
from warehouse.records import Mention
from warehouse.stop_words import FUNCTION_WORDS

# A word inside an address or a path names a file or a host, so an alias counts there only if it looks like an address.
_ADDRESS = re.compile(
    r"\b(?:https?|ftp|git|ssh)://\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|(?<![\w/.+-])/?(?:[\w.+-]{1,99}/){2,}[\w.+-]*|(?<![\w/-])[\w-]{1,99}/[\w/-]{1,199}\.\w+"
)
_LIKE_AN_ADDRESS = re.compile(r"[/@]")
_WORD_BEFORE = re.compile(r"(\w[\w.'’-]*)[ \n]$")
_NAME_AFTER = re.compile(r"[ \n](?:[A-Z]\.? )?([A-ZÄÖÜÅØÉ][\w-]*[a-zäöüßåøé][\w-]*)")

NOT_A_GIVEN_NAME = (FUNCTION_WORDS - {"will"}) | frozenset(
    [
        "acked",
        "although",
        "amid",
        "among",
        "author",
        "because",
        "both",
        "cc",
        "dear",
        "despite",
        "developer",
        "even",
        "further",
        "hacker",
        "hello",
        "here",
        "hi",
        "however",
        "instead",
        "kernel",
        "last",
        "later",
        "like",
        "linux",
        "maintainer",
        "meanwhile",
        "mr",
        "now",
        "once",
        "only",
        "reviewed",
        "since",
        "still",
        "thanks",
        "though",
        "thus",
        "until",
        "whether",
        "while",
        "why",
        "yet",
    ]
)
"""Capitalised words before or after a surname that do not make it another person's; lower-case."""


def find_names(text: str, taxonomy: Taxonomy) -> Iterator[Mention]:
    """Yield the aliases in `text`, in no particular order; those of one type do not overlap, and the longest wins.

    A topic or project inside a person's name is dropped. A surname alone is a mention too if the person's full name precedes it.
    """
    found = _longest(_aliases(text, taxonomy))
    people = [mention for mention in found if mention.entity_type == "person"]
    people += _surnames(text, people)
    taken = {place for person in people for place in range(person.char_start, person.char_end)}
    yield from people
    yield from (m for m in found if m.entity_type != "person" and m.char_start not in taken)


def _aliases(text: str, taxonomy: Taxonomy) -> Iterator[Mention]:
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    starts = [start for start, _ in addresses]
    entries = taxonomy.entries
    for word in WORD.finditer(text):
        for entry in entries.get(word[0].lower(), ()):
            start = word.start() - entry.offset
            match = entry.pattern.match(text, start) if start >= 0 else None
            if match is None or match.lastindex is None:
                continue
            alias = entry.aliases[match.lastindex - 1]
            near = bisect_right(starts, match.start()) - 1
            in_address = near >= 0 and match.start() < addresses[near][1]
            if _stands_alone(text, match, alias, in_address=in_address):
                yield Mention(alias.entity_type, alias.entity_id, match[0], match.start(), match.end())


def _stands_alone(text: str, match: re.Match[str], alias: Alias, *, in_address: bool) -> bool:
    if in_address and not _LIKE_AN_ADDRESS.search(alias.spelling):
        return False
    if alias.entity_type == "person" and " " not in alias.spelling and alias.spelling != alias.spelling.lower():
        return not _is_part_of_a_name(text, match.start(), match.end())
    return True


def _is_part_of_a_name(text: str, start: int, end: int) -> bool:
    """Return whether a capitalised word beside the range makes it part of another person's name (Linus Walleij, Nils Torvalds)."""
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    if before and before[1][:1].isupper() and not before[1].isupper():
        word = before[1].lower().rstrip(".")
        if word not in NOT_A_GIVEN_NAME and not word.endswith(("'s", "’s", "'", "’")):
            return True
    after = _NAME_AFTER.match(text, end)
    return bool(after and after[1].lower() not in NOT_A_GIVEN_NAME)


def _longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the longest of overlapping mentions of one type; of equally long ones, the first."""
    kept: list[Mention] = []
    ends: dict[str, int] = {}
    for mention in sorted(mentions, key=lambda m: (m.char_start, -m.char_end)):
        if mention.char_start >= ends.get(mention.entity_type, 0):
            ends[mention.entity_type] = mention.char_end
            kept.append(mention)
    return kept


def _surnames(text: str, people: list[Mention]) -> Iterator[Mention]:
    known: dict[str, tuple[str, int]] = {}
    for person in sorted(people, key=lambda m: m.char_start, reverse=True):
        given, _, surname = person.surface.rpartition(" ")
        if given and not surname.isupper():
            known[surname] = (person.entity_id, person.char_end)
    if not known:
        return
    taken = {(person.char_start, person.char_end) for person in people}
    starts = {place for start, end in taken for place in range(start, end)}
    for match in re.finditer(rf"(?<![\w.'’-])(?:{'|'.join(map(re.escape, known))})(?![\w-]|\.\w)", text):
        person_id, after = known[match[0]]
        start, end = match.span()
        if start >= after and start not in starts and not _is_part_of_a_name(text, start, end):
            yield Mention("person", person_id, match[0], match.start(), match.end())
