"""Sentence boundaries.

`sentencex` does the splitting; this module adds what kernel prose needs: blank lines always end a sentence, list numbers stay with
their item, some more abbreviations and German ordinals ("am 30. Juni") are known, and sentences also end after a file name or a
closing quote.
"""

import itertools
import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from warehouse.months import ENGLISH, SHORT, any_of, month_numbers

Range = tuple[int, int]

_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r\f\v]*\n\s*")

# Abbreviations after which a sentence hardly ever ends, but which sentencex takes for its last word. The second group are also
# ordinary words ("no.", "max.", "Mar.") and count only before a digit; the third group counts only before a lower-case letter.
_UNFINISHED = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:[Ee]\.\s?g|[Ii]\.\s?e|[Cc]f|vs|viz|[Aa]pprox|[Ii]ncl|excl|resp|esp|"
    r"St|Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|Lt|Col|Capt|Adm|Sgt)\.$"
)
_UNFINISHED_BEFORE_FIGURE = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:[Nn]os?|[Ff]igs?|[Ss]ecs?|[Cc]h|[Cc]hap|pp?|[Vv]ol|[Vv]ers?|[Rr]ev|max|min|ca|ed|est|"
    rf"{any_of(map(str.capitalize, SHORT))})\.$"
)
_UNFINISHED_BEFORE_SMALL = re.compile(
    r"(?:^|[\s(])(?:Inc|Ltd|Corp|Co|GmbH|AG|etc|al|a\.m|p\.m|Bros|Jr|Sr|U\.S|U\.K|E\.U)\.$"
)
_LIST_MARKER = re.compile(r"^(?:[-*•·–+]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])$")

# German ordinals have a dot, which ends no sentence before a month whose name only German has ("30. Juni"); after a word that only
# German has, before any month or small word ("am 30. und 31. April"); and after an article, before any word ("im 3. Quartal").
_GERMAN_MONTHS = set(map(str.capitalize, month_numbers("de")))
_MONTH = re.compile(rf"(?:{any_of(_GERMAN_MONTHS)})\b")
_MONTH_IN_GERMAN_ONLY = re.compile(rf"(?:{any_of(_GERMAN_MONTHS - set(map(str.capitalize, [*ENGLISH, *SHORT])))})\b")
_DAY = re.compile(r"(?:^|[\s(])(?:[12]?\d|3[01])\.$")
_DAY_AFTER_GERMAN = re.compile(
    r"(?:\b(?:[Aa]m|[Vv]om|[Bb]is|[Aa]b|[Ss]eit|[Nn]ach|[Vv]or|und|oder)|tag,?|woch,?|abend,?) \d\d?\.$"
)
_NUMBER_AFTER_ARTICLE = re.compile(r"\b(?:[Dd]e[rsm]|[Ii]m|[Zz]u[rm]|[Bb]eim|[Ee]ine[rsm]?) \d\d?\.$")

# Sentence ends that sentencex misses: after a file name with a dot, or before a closing quote or bracket.
_MISSED_END = re.compile(
    r"(?:\w\.(?:c|h|s|S|py|rs|txt|rst|ko|org|net|com)\.|(?<=[\w)\]])[.?!][\"”’')\]]+)(?P<gap>\s+)(?=[\"“‘(]?[A-Z])"
)
# A dot between letters is part of a name ("big.LITTLE", "entry.S"), never an end.
_DOT_IN_NAME = re.compile(r"[^\W\d_]\.[^\W\d_]")
_LETTER_BEFORE_DOT = re.compile(r"(?:^|[\s(\[\"“])(?:[A-Z]|e\.g|i\.e|etc|vs|cf)\.[\"”’')\]]*$")


def split_sentences(text: str) -> list[Range]:
    """Return the character range of every sentence in `text`, in order.

    Ranges are disjoint, begin and end with a visible character, and together cover every visible character. No sentence crosses a
    blank line. Empty or blank text gives an empty list.
    """
    ranges: list[Range] = []
    for first, last in _paragraphs(text):
        pieces = [piece for found in _found(text, first, last) for piece in _cut_missed_ends(text, found)]
        ranges.extend(_join_unfinished(text, pieces))
    return ranges


def _paragraphs(text: str) -> Iterator[Range]:
    first = 0
    for gap in _PARAGRAPH_BREAK.finditer(text):
        yield first, gap.start()
        first = gap.end()
    yield first, len(text)


def _found(text: str, first: int, last: int) -> Iterator[Range]:
    """Yield the ranges that sentencex finds; text it leaves out before, between or after them is added to a neighbour."""
    paragraph = text[first:last]
    if not paragraph.strip():
        return
    found = (boundary["start_index"] for boundary in get_sentence_boundaries("en", paragraph)[1:])
    starts = [0, *(start for start in found if not _DOT_IN_NAME.match(paragraph, max(0, start - 2))), len(paragraph)]
    for start, end in itertools.pairwise(starts):
        trimmed = _trim(paragraph, start, end)
        if trimmed is not None:
            yield first + trimmed[0], first + trimmed[1]


def _trim(text: str, start: int, end: int) -> Range | None:
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(bare)


def _cut_missed_ends(text: str, found: Range) -> Iterator[Range]:
    start, end = found
    piece = text[start:end]
    cut = 0
    for missed in _MISSED_END.finditer(piece):
        before = piece[cut : missed.start("gap")]
        if _is_balanced(before) and not _LETTER_BEFORE_DOT.search(before):
            yield start + cut, start + missed.start("gap")
            cut = missed.end("gap")
    yield start + cut, end


def _is_balanced(piece: str) -> bool:
    return (
        piece.count("(") == piece.count(")")
        and piece.count('"') % 2 == 0
        and piece.count("“") == piece.count("”")
        and piece.count("[") == piece.count("]")
    )


def _join_unfinished(text: str, pieces: list[Range]) -> Iterator[Range]:
    held: Range | None = None
    for start, end in pieces:
        if held is not None:
            if _goes_on(text[held[0] : held[1]], text[start:end]):
                held = (held[0], end)
                continue
            yield held
        held = (start, end)
    if held is not None:
        yield held


def _goes_on(before: str, after: str) -> bool:
    """Return whether the piece `before` is not yet a complete sentence, given the piece after it."""
    ending = before[-16:]
    if _LIST_MARKER.match(before) or _UNFINISHED.search(ending) or _is_german_ordinal(ending, after):
        return True
    if after[0].isdigit():
        return bool(_UNFINISHED_BEFORE_FIGURE.search(ending))
    return after[0].islower() and bool(_UNFINISHED_BEFORE_SMALL.search(ending))


def _is_german_ordinal(ending: str, after: str) -> bool:
    if not _DAY.search(ending):
        return False
    if _MONTH_IN_GERMAN_ONLY.match(after) or _NUMBER_AFTER_ARTICLE.search(ending):
        return True
    return bool(_DAY_AFTER_GERMAN.search(ending)) and (after[0].islower() or bool(_MONTH.match(after)))
