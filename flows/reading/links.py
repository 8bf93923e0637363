"""Links with their clause and sentence, which give a meaning to an anchor such as `1`."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

from warehouse.records import Identity, Link
from warehouse.sentences import split_sentences

Identify = Callable[[str], Identity | None]
"""Identifies an address, as the registry does; None for anything but a web address (`mailto:`, `javascript:`)."""

_REFERENCE = re.compile(
    r"[\s\d,;:&/+]|\b(?:and|or|und|oder|see|siehe|e\.g\.|z\.B\.|i\.e\.|via|also|too|auch)\b", re.IGNORECASE
)
_EDGES = " ,;:.–—-"
_LONGEST_SENTENCE = 2000
_NEXT_TO = 400
_MOST_LINKS = 20_000
"""Of one document; a page with more is an index, whose links have no context."""
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CLAUSE_END = re.compile(
    r"[;:](?=\s)|\s[–—-]\s|[()\[\]]|,(?=\s+(?:and|but|or|so|yet|which|who|whose|while|whereas|where|when|because|"
    r"although|though|as|if|since|after|before|und|aber|oder|der|die|das|welche[rs]?|weil|während|wobei|dass|"
    r"with|including)\b)"
)


def make_links(
    placed: Iterable[tuple[int, str, Iterable[tuple[int, int, str]]]], identify: Identify
) -> tuple[Link, ...]:
    """Return the links of a document in reading order, except those without words or without a web address.

    Args:
        placed: for each section, or each block of one, the section's position, the text, and (start, end, href) of
            the anchors in that text, with absolute hrefs.
        identify: the function that maps an address to its identity.
    """
    links: list[Link] = []
    for section_position, text, anchors in placed:
        found = [(start, end, href) for start, end, href in anchors if text[start:end].strip()]
        sentences = split_sentences(text) if found else []
        starts = [start for start, _ in sentences]
        for start, end, href in found:
            identity = identify(href) if len(links) < _MOST_LINKS else None
            if identity is None:
                continue
            first, last = _sentence_at(text, sentences[max(bisect_right(starts, start) - 1, 0)], start, end)
            links.append(
                Link(
                    position=len(links),
                    section_position=section_position,
                    anchor=_one_line(text[start:end]),
                    clause=_one_line(clause_around(text[first:last], start - first, end - first)),
                    sentence=_one_line(text[first:last]),
                    href=identity.url,
                    kind=identity.kind,
                    key=identity.key,
                )
            )
    return tuple(links)


def _sentence_at(text: str, sentence: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """Return the range of the sentence around an anchor, or of the words near the anchor if the sentence is too long."""
    first, last = min(sentence[0], start), max(sentence[1], end)
    if last - first > _LONGEST_SENTENCE:
        near = start - _NEXT_TO
        if near > first:
            first = text.rfind(" ", max(first, near - _NEXT_TO), near) + 1 or near
        last = min(last, end + text[end : end + _NEXT_TO].rfind(" ") if end + _NEXT_TO < last else last)
    return first, max(last, end)


def clause_around(sentence: str, start: int, end: int) -> str:
    """Return the part of a sentence that an anchor at `start:end` refers to.

    An anchor in a bracket of references, `(1, 2, documentation)`, refers to the clause before the bracket, or to the
    clause after a bracket that begins the sentence. Any other anchor refers to the clause around it.
    """
    for bracket in _BRACKETS.finditer(sentence) if "(" in sentence or "[" in sentence else ():
        if bracket.start() < start and end < bracket.end():
            if not _is_reference(sentence, bracket, start, end):
                break
            before = _last_clause(sentence[: bracket.start()])
            return before or _first_clause(sentence[bracket.end() :])
    if _is_bare(sentence[start:end]):
        return _last_clause(sentence[:start]) or _first_clause(sentence[end:])
    left = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, start)), default=0)
    right = _CLAUSE_END.search(sentence, end)
    return sentence[left : right.start() if right else len(sentence)].strip(_EDGES)


def _is_reference(sentence: str, bracket: re.Match[str], start: int, end: int) -> bool:
    """Return whether the bracket contains only references: bare numbers, or at most three words besides the anchor."""
    around = sentence[bracket.start() + 1 : start] + sentence[end : bracket.end() - 1]
    return _is_bare(sentence[start:end]) or len(_REFERENCE.sub(" ", around).split()) <= 3


def _is_bare(words: str) -> bool:
    return not _REFERENCE.sub("", words)


def _last_clause(text: str) -> str:
    text = _BRACKETS.sub(lambda match: " " * len(match[0]), text).rstrip(" ,;:–—-([")
    left = max((match.end() for match in _CLAUSE_END.finditer(text)), default=0)
    return text[left:].strip(_EDGES)


def _first_clause(text: str) -> str:
    text = text.lstrip(" ,;:–—-)]")
    right = _CLAUSE_END.search(text)
    return text[: right.start() if right else len(text)].strip(_EDGES)


def _one_line(text: str) -> str:
    return " ".join(text.split())
