"""Kernel releases named in a text, apart from the version numbers of everything else."""

import re
from collections.abc import Collection, Iterator

from warehouse.kernel_versions import Version, find_versions, mainline_place
from warehouse.mentions.release_evidence import Likelihood, judge
from warehouse.mentions.release_shorthand import (
    candidate_of,
    find_candidates,
    find_short,
    find_tails,
    is_called_a_release,
)
from warehouse.records import Mention

_LIST = re.compile(
    r"(?:\s*[,/&–-]\s*|\s+)(?:(?:and|or|to|through|vs\.?|versus|und|oder|bis|then)\s+)?(?:the\s+|both\s+)?(?:Linux\s+)?v?"
)
_LIST_LENGTH = 24  # two versions with a longer gap are not in one list
_SHORT_AFTER = 300  # characters after which a reader no longer expects a short form of 2.6, or of a release candidate


def find_kernel_releases(text: str, programs: Collection[str] = (), last: int | None = None) -> Iterator[Mention]:
    """Yield kernel releases in order, with the full version as `entity_id` (`2.6.30` for the `.30` of `2.6.29 and .30`).

    `programs` are lower-case names of programs with version numbers of their own; `last` is the index (`mainline_place`) of the
    last release that the text can name. Series (2.6, 2.6.x) are not releases.
    """
    versions = list(find_versions(text))
    verdicts: list[Likelihood] = [
        "number" if _is_to_come(version, last) else judge(text, version, programs) for version in versions
    ]
    _follow_lists(text, versions, verdicts)
    weak_counts = sum(v in ("yes", "likely") for v in verdicts) >= sum(v == "no" for v in verdicts)
    bases = {
        verdict: {v.base for v, one in zip(versions, verdicts, strict=True) if one == verdict}
        for verdict in ("yes", "no")
    }
    found: list[Mention] = []
    for version, verdict in zip(versions, verdicts, strict=True):
        is_weak_but_right = verdict == "weak" and (
            version.base in bases["yes"] or (weak_counts and version.base not in bases["no"])
        )
        if verdict in ("yes", "likely") or is_weak_but_right:
            for named in (candidate_of(text, version), *find_tails(text, version)):
                surface = text[named.start : named.end]
                found.append(Mention("kernel_release", named.name, surface, named.start, named.end))
    yield from _with_short(text, found)


def _is_to_come(version: Version, last: int | None) -> bool:
    """Return whether the release is too far in the future to be named.

    An X.0 never is, because the next major version is discussed long before it comes.
    """
    place = mainline_place(version.base)
    return last is not None and place is not None and place > last and not version.base.endswith(".0")


def _with_short(text: str, found: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions and the short forms that follow them closely: `.33` after a 2.6 kernel, `rc2` after an -rc1."""
    taken = {mention.char_start for mention in found}
    places = [mention.char_end for mention in found if mention.entity_id.startswith("2.6.")]
    short = [
        Mention("kernel_release", name, text[start:end], start, end)
        for start, end, name in find_short(text)
        if start not in taken
        and (is_called_a_release(text, start) or any(0 < start - place <= _SHORT_AFTER for place in places))
    ]
    for start, end in find_candidates(text):
        led_to = [m for m in found if "-rc" in m.entity_id and 0 < start - m.char_end <= _SHORT_AFTER]
        if led_to and start not in taken:
            name = f"{led_to[-1].entity_id.partition('-rc')[0]}-{text[start:end].lower()}"
            if name != led_to[-1].entity_id:  # "the biggest rc1 ever" is not a release
                short.append(Mention("kernel_release", name, text[start:end], start, end))
    yield from sorted((*found, *short), key=lambda mention: mention.char_start)


def _follow_lists(text: str, versions: list[Version], verdicts: list[Likelihood]) -> None:
    """Give an undecided version the verdict of its neighbour in a list, first from the left and then from the right."""
    pairs = list(zip(range(len(versions)), range(1, len(versions)), strict=False))
    for known, open_ in (*pairs, *((right, left) for left, right in reversed(pairs))):
        if verdicts[open_] in ("weak", "likely") and verdicts[known] in ("yes", "no"):
            left, right = sorted((known, open_))
            gap = text[versions[left].end : versions[right].start]
            if len(gap) <= _LIST_LENGTH and gap and _LIST.fullmatch(gap):
                verdicts[open_] = verdicts[known]
