"""Query syntax: what a person typed becomes values.

word            raises what has it            "two words"    must have them so
-word -"a b"    must not have it              xen OR kvm     must have one of them
kern*           must have a word so begun     title:word     must have it in its title
kind: topic: version: person:                 cut the set; given twice, any of them
after: before:                                2009, 2009-03 or 2009-03-12, both ends inclusive
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field, replace

from warehouse.records import KINDS, Filters

# The encoder reads 256 tokens, about 1,200 characters; what is longer is searched by its beginning.
LONGEST_QUERY = 4000

# Each demand is a search of its own.
MOST_DEMANDS = 16

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff\ud800-\udfff]+")
_TOKEN = re.compile(
    r'(?P<minus>-(?=[\w"/]))?(?:(?P<field>kind|topic|version|person|before|after|title):)?'
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)
_FIELDS = frozenset(("kind:", "topic:", "version:", "person:", "before:", "after:", "title:"))
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """Something a document must or must not have: a word, words that follow one another, or a word's beginning."""

    text: str
    is_phrase: bool = False
    is_prefix: bool = False
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """`words` rank and are encoded; of each group in `must` a document has one clause, of `must_not` none.

    `free` are the words that no clause demands.
    """

    words: str
    free: str
    must: tuple[tuple[Clause, ...], ...] = ()
    must_not: tuple[Clause, ...] = ()
    filters: Filters = field(default_factory=Filters)
    notes: tuple[str, ...] = ()

    @property
    def has_demands(self) -> bool:
        """Whether a document must have, or lack, something."""
        return bool(self.must or self.must_not)


def read_plain(text: str) -> ParsedQuery:
    """Return a query in which every character is just text."""
    words, notes = _cleaned(text)
    return ParsedQuery(words, words, notes=notes)


def read_syntax(text: str) -> ParsedQuery:
    """Return what the syntax says; a query that is not of its form is read as plain words, with a note."""
    words, notes = _cleaned(text)
    try:
        parsed = _Reader().read(words)
    except _NotSyntax as error:
        return ParsedQuery(words, words, notes=(*notes, f"Searched as plain words: {error}."))
    return replace(parsed, notes=(*notes, *parsed.notes))


class _NotSyntax(Exception):
    """Says in half a sentence what was found and what was expected."""


def _cleaned(text: str) -> tuple[str, tuple[str, ...]]:
    short = _CONTROL.sub(" ", text[:LONGEST_QUERY]).strip()
    if len(text) > LONGEST_QUERY:
        return short, (f"Only the first {LONGEST_QUERY:,} of {len(text):,} characters were searched.",)
    return short, ()


class _Reader:
    def __init__(self) -> None:
        self._words: list[str] = []
        self._free: list[str] = []
        self._must: list[tuple[Clause, ...]] = []
        self._must_not: list[Clause] = []
        self._cuts: dict[str, list[str]] = {}
        self._days: dict[str, dt.date] = {}
        self._group: list[Clause] = []

    def read(self, text: str) -> ParsedQuery:
        if text.count('"') % 2:
            raise _NotSyntax("a quotation mark is not closed")
        tokens = list(_TOKEN.finditer(text))
        place = 0
        while place < len(tokens):
            place = self._take(tokens, place)
        if len(self._must) + len(self._must_not) > MOST_DEMANDS:
            raise _NotSyntax(f"it demands more than {MOST_DEMANDS} things at once")
        if not self._words and self._must_not and not self._must and not self._cuts and not self._days:
            raise _NotSyntax("it only says what is not wanted")
        filters = Filters(
            kinds=tuple(self._cuts.get("kind", ())),
            topics=tuple(self._cuts.get("topic", ())),
            versions=tuple(self._cuts.get("version", ())),
            people=tuple(self._cuts.get("person", ())),
            after=self._days.get("after"),
            before=self._days.get("before"),
        )
        return ParsedQuery(" ".join(self._words), " ".join(self._free), tuple(self._must), tuple(self._must_not), filters)

    def _take(self, tokens: list[re.Match[str]], place: int) -> int:
        """Read the token at `place`, with all that `OR` ties to it; return the place after."""
        token = tokens[place]
        name, text = token["field"], token["phrase"] if token["phrase"] is not None else token["word"]
        if name is None and token["word"] in _FIELDS:
            raise _NotSyntax(f"nothing after {text}")
        if name not in (None, "title"):
            if token["minus"]:
                raise _NotSyntax(f"-{name}: is not known, only {name}:")
            self._cut(name, text)
            return place + 1
        if token["minus"]:
            self._must_not.append(self._clause(token, text))
            return place + 1
        group = [token]
        while place + 2 < len(tokens) and tokens[place + 1][0] == "OR" and _can_be_tied(tokens[place + 2]):
            group.append(tokens[place + 2])
            place += 2
        if token[0] == "OR":
            raise _NotSyntax("OR stands between two words")
        if len(group) > 1 or name or token["phrase"] is not None or _is_prefix(text):
            clauses = [self._clause(each, each["phrase"] or each["word"] or "") for each in group]
            self._must.append(tuple(clauses))
            self._words.extend(clause.text for clause in clauses)
        else:
            self._words.append(text)
            self._free.append(text)
        return place + 1

    def _clause(self, token: re.Match[str], text: str) -> Clause:
        if not re.search(r"\w", text):
            raise _NotSyntax(f"nothing to look for in {token[0]!r}")
        is_phrase = token["phrase"] is not None
        is_prefix = not is_phrase and _is_prefix(text)
        return Clause(text[:-1] if is_prefix else text, is_phrase, is_prefix, in_title=token["field"] == "title")

    def _cut(self, name: str, text: str) -> None:
        if not text:
            raise _NotSyntax(f"nothing after {name}:")
        if name in ("before", "after"):
            self._days[name] = _day(name, text)
        elif name == "kind" and text not in KINDS:
            raise _NotSyntax(f"kind {text!r} is none of {', '.join(KINDS)}")
        else:
            self._cuts.setdefault(name, []).append(text)


def _can_be_tied(token: re.Match[str]) -> bool:
    return not token["minus"] and token["field"] in (None, "title") and token[0] != "OR"


def _is_prefix(text: str) -> bool:
    return len(text) > 1 and text.endswith("*")


def _day(name: str, text: str) -> dt.date:
    """The first day of a year or month for `after`, its last for `before`."""
    found = _DATE.match(text)
    if found is None:
        raise _NotSyntax(f"{name}: wants 2009, 2009-03 or 2009-03-12, not {text!r}")
    last = name == "before"
    year = int(found[1])
    month = int(found[2] or (12 if last else 1))
    try:
        day = int(found[3] or (calendar.monthrange(year, month)[1] if last else 1))
        return dt.date(year, month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _NotSyntax(f"{text!r} is no day") from error
