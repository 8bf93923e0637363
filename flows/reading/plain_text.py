"""Plain text as mailers and tools write it: classify quoted lines and join the lines of a paragraph."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Whose = Literal["own", "verbatim", "quote", "signature", "patch"]
_NOT_OWN = frozenset({"quote", "signature", "patch"})

_QUOTE = re.compile(r" {0,3}(?:[A-Za-z]{0,4}>|\|\s?>|: > )")
_ATTRIBUTION = re.compile(
    r"(?:wrote|writes|said|schrieb|schreibt|écrit|a écrit|wrote in message\b.*)\s*:?\s*$", re.IGNORECASE
)
_ATTRIBUTION_LINES = 3
_SIGNATURE = re.compile(r"-- ?$")
_FOOTER_LINE = re.compile(
    r"To unsubscribe from this list\b|To unsubscribe, (?:e-?mail|send)|Please read the FAQ at\b|More majordomo info at\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 12  # at most, after a bare `--`, which also separates paragraphs
_UNDER_RULE = re.compile(r"^.{0,60}\bmailing list\s*$|^To unsubscribe\b", re.IGNORECASE | re.MULTILINE)
_RULE = re.compile(r"[-_=]{20,}\s*$")
_ADVERT = re.compile(
    r"email is sponsored by|//(?:p\.sf\.net|ads\.osdn\.com|ads\.sourceforge\.net)/|//sourceforge\.net/(?:services|powerbar)/",
    re.IGNORECASE,
)
"""The advertisement that SourceForge's lists put between two rules below every mail."""
_PATCH_START = re.compile(r"diff (?:--git|-[a-zA-Z]+|--cc) |Index: \S")
_HUNK = re.compile(r"@@ -\d+(?:,(?P<old>\d{1,3}))? \+\d+(?:,(?P<new>\d{1,3}))? @@")
_PATCH_LINE = re.compile(
    r"[ +\-@\\]|diff |index [0-9a-f]|new file|deleted file|similarity|dissimilarity|rename |copy |old mode|new mode|Index: |={10,}|Binary |GIT binary|literal "
)
_STAT = re.compile(
    r"\s+\S.*\|\s+(?:\d+\s*[+-]*|Bin\b.*)\s*$|[\w./-]{1,200}\s+\|\s+\d+\s[+-]+\s*$|\s*\d+ files? changed\b|\s(?:create|delete|rename|copy) mode \d|\s(?:rename|copy) \S"
)
_STAT_RULE = re.compile(r"---\s*$")
_BULLET = re.compile(r"\s*(?:[-*•o+]|\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_TRAILER = re.compile(
    r"[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-(?:by|By|to|To):\s|(?:Cc|CC|Link|Fixes|Bugzilla|References|LKML-Reference|Message-Id|BugLink|Closes):\s"
)
_FILLED_CHARS = 45  # a shorter line was not wrapped; mail is wrapped at 65 to 80
_INDENT = re.compile(r"(?: {2,}|\t)")
_ADDRESS = re.compile(r"\b(?:https?|ftp)://[^\s<>\"'`\\^{}|\x00-\x1f]+", re.IGNORECASE)
_ADDRESS_END = ".,;:!?'\"*_"
_LONGEST_ADDRESS = 2000
_LONGEST = 1_000_000  # characters read of one text; real mails and notes have a hundredth of that


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text ready for a section: each paragraph on one line, with quotes, code and patches unchanged.

    `quoted` are the ranges that are not the author's own words, `addresses` the bare addresses with their ranges,
    `has_patch` is true if there was a diff, and `cut` counts the characters left out at the end.
    """

    text: str
    quoted: tuple[tuple[int, int], ...]
    addresses: tuple[tuple[int, int, str], ...]
    has_patch: bool
    cut: int = 0


def read_plain(text: str) -> PlainText:
    """Return the lines of `text` classified and joined in order, up to a million characters."""
    kept = text[:_LONGEST]
    lines = kept.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    whose = _classify(lines)
    pieces: list[str] = []
    quoted: list[tuple[int, int]] = []
    length = 0
    last: Whose | None = None
    for piece in _paragraphs(lines, whose):
        start = length + (len(piece.gap) if pieces else 0)
        if pieces:
            pieces.append(piece.gap)
        pieces.append("".join(piece.parts))
        length = start + len(pieces[-1])
        if piece.whose in _NOT_OWN:
            if quoted and last == piece.whose:
                quoted[-1] = (quoted[-1][0], length)
            else:
                quoted.append((start, length))
        last = piece.whose
    whole = "".join(pieces)
    return PlainText(whole, tuple(quoted), find_addresses(whole), "patch" in whose, len(text) - len(kept))


def find_addresses(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the bare web addresses in a text as (start, end, address), without the punctuation that follows them."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = match[0][:_LONGEST_ADDRESS].rstrip(_ADDRESS_END)
        while address.endswith((")", "]")) and address.count(address[-1]) > address.count(
            "(["[")]".index(address[-1])]
        ):
            address = address[:-1].rstrip(_ADDRESS_END)
        found.append((match.start(), match.start() + len(address), address))
    return tuple(found)


def _classify(lines: Sequence[str]) -> list[Whose]:
    whose: list[Whose] = []
    signature_from = _last_lines(lines)
    in_patch = False
    due = (0, 0)
    for number, line in enumerate(lines):
        if _ends_mail(lines, number, is_near_end=number >= signature_from):
            whose.extend(["signature"] * (len(lines) - number))
            break
        hunk = _HUNK.match(line)
        if hunk or _PATCH_START.match(line) or (line.startswith("--- ") and _at(lines, number + 1).startswith("+++ ")):
            in_patch = True
        elif due == (0, 0) and in_patch and line.strip() and not _PATCH_LINE.match(line):
            in_patch = False
        due = (int(hunk["old"] or 1), int(hunk["new"] or 1)) if hunk else _still_due(due, line)
        if in_patch or _STAT.match(line) or (_STAT_RULE.match(line) and _has_stat_after(lines, number)):
            whose.append("patch")
        elif _QUOTE.match(line):
            _mark_attribution(lines, whose)
            whose.append("quote")
        else:
            whose.append("verbatim" if _INDENT.match(line) and not _BULLET.match(line) else "own")
    return whose


def _last_lines(lines: Sequence[str]) -> int:
    """Return the number of the line after which there are at most as many non-empty lines as a signature may have."""
    left = _SIGNATURE_LINES
    for number in range(len(lines) - 1, -1, -1):
        left -= bool(lines[number].strip())
        if left < 0:
            return number
    return 0


def _still_due(due: tuple[int, int], line: str) -> tuple[int, int]:
    """Return how many old and new lines of a hunk are still expected after `line`.

    A context line may lack its leading space, which some archives remove.
    """
    old, new = due
    return max(old - (not line.startswith("+")), 0), max(new - (not line.startswith("-")), 0)


def _ends_mail(lines: Sequence[str], number: int, *, is_near_end: bool) -> bool:
    """Return whether a signature or a list's footer begins at this line, after which no text is the author's own."""
    line = lines[number]
    if _SIGNATURE.match(line):
        return line == "-- " or is_near_end
    if _RULE.match(line):
        following = lines[number + 1 : number + _SIGNATURE_LINES]
        is_advert = is_near_end and bool(_ADVERT.search("\n".join(following)))
        return is_advert or bool(_UNDER_RULE.search("\n".join(following[:2])))
    if line == "-":
        return bool(_FOOTER_LINE.match(_at(lines, number + 1)))
    return bool(_FOOTER_LINE.match(line))


def _mark_attribution(lines: Sequence[str], whose: list[Whose]) -> None:
    """Mark the attribution before a quote (`... wrote:`) as part of the quote."""
    end = len(whose)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and end - start < _ATTRIBUTION_LINES and whose[start - 1] == "own" and lines[start - 1].strip():
        start -= 1
    if start < end and whose[end - 1] == "own" and _ATTRIBUTION.search(lines[end - 1]):
        if start and lines[start - 1].strip() and whose[start - 1] == "own":
            start = end - 1  # the paragraph is longer, so only its last line is certain to be the attribution
        whose[start:] = ["quote"] * (len(whose) - start)


def _has_stat_after(lines: Sequence[str], number: int) -> bool:
    following = [line for line in lines[number + 1 : number + 4] if line.strip()]
    return any(_STAT.match(line) or _PATCH_START.match(line) for line in following)


@dataclass(slots=True)
class _Piece:
    """A paragraph, bullet or line being built; `gap` is the separator before it."""

    parts: list[str]
    whose: Whose
    gap: str


def _paragraphs(lines: Sequence[str], whose: Sequence[Whose]) -> list[_Piece]:
    pieces: list[_Piece] = []
    gap = ""
    previous = ""
    for line, kind in zip(lines, whose, strict=True):
        shown = line.rstrip()
        if not shown.strip():
            gap = "\n\n"
            continue
        if pieces and not gap and _continues(previous, shown, kind, pieces[-1]):
            is_hyphenated = _HYPHEN_END.search(previous) and shown.lstrip()[:1].islower()
            pieces[-1].parts += ("" if is_hyphenated else " ", shown.strip())
        else:
            pieces.append(_Piece([shown], kind, gap or "\n"))
        previous, gap = shown, ""
    return pieces


_HYPHEN_END = re.compile(r"\w-$")
_PROSE = re.compile(r"\s*[A-Za-z0-9\"'(\u00c0-\u024f][^{}=;|\\<>]*$")
_PROSE_WORDS = 6


def _is_indented_prose(previous: str, line: str) -> bool:
    """Return whether two lines belong to one indented paragraph (as in ChangeLogs), and not to code or a table."""
    indent = len(line) - len(line.lstrip())
    same = indent == len(previous) - len(previous.lstrip())
    is_prose = bool(_PROSE.match(previous) and _PROSE.match(line)) and "   " not in line.strip()
    return same and is_prose and len(previous) >= _FILLED_CHARS and len(previous.split()) >= _PROSE_WORDS


def _continues(previous: str, line: str, kind: Whose, piece: _Piece) -> bool:
    """Return whether a line continues the paragraph or bullet before it."""
    if kind == "verbatim" and piece.whose == "verbatim":
        return not _BULLET.match(line) and not _TRAILER.match(line.strip()) and _is_indented_prose(previous, line)
    if piece.whose != "own" or _BULLET.match(line) or _TRAILER.match(line) or _TRAILER.match(previous):
        return False
    if kind == "verbatim":
        return bool(_BULLET.match(piece.parts[0])) and len(previous) >= _FILLED_CHARS
    return kind == "own" and len(previous) >= _FILLED_CHARS


def _at(lines: Sequence[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""
