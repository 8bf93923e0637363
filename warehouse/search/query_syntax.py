"""Query syntax: parses a typed query.

word            ranks documents that have it   "two words"    must have them as a phrase
-word -"a b"    must not have it, as NOT word  xen OR kvm     must have one of them
kern*           must have a word with that prefix
title:word      must have it in its title
kind: topic: version: person: author: site: lang:
                filter; given twice, any of them; with - in front, all but them
after: before: in:
                2009, 2009-03 or 2009-03-12, both ends inclusive

Anything else is read as a word, and a note says so; so are the kernel trees that are written with a dash, such as -mm.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from warehouse.records import KINDS, Filters

# The encoder reads 256 tokens, about 1,200 characters; of a longer query only the beginning is searched.
LONGEST_QUERY = 4000

# Each condition is a separate search.
MOST_DEMANDS = 16

# The field of the filters that an operator sets.
CUTS: Mapping[str, str] = {
    "kind": "kinds", "topic": "topics", "version": "versions", "person": "people", "author": "authors", "site": "sites",
    "lang": "languages",
}  # fmt: skip
DAYS = ("after", "before", "in")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff\ud800-\udfff]+")
_OPERATORS = "|".join((*CUTS, *DAYS, "title"))
_TOKEN = re.compile(
    rf'(?P<minus>-(?=[\w"/])|(?-i:NOT)\s+(?=[\w"/]))?(?:(?P<field>{_OPERATORS}):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_BARE_FIELD = re.compile(rf"-?({_OPERATORS}):$", re.IGNORECASE)
# Addresses, `std::vector` and subjects of commits (`ext4: fix it`) do not match.
_LIKE_AN_OPERATOR = re.compile(r"([a-z]{2,12}):[\w\"]", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_TREE = re.compile(r"(?:mm|rt|next|stable|longterm|tip|ac|ck|rc\d*)[.,;:!?)]*$", re.IGNORECASE)
_LANGUAGES = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es"}


@dataclass(frozen=True, slots=True)
class Clause:
    """Something a document must or must not have: a word, a phrase, or a prefix."""

    text: str
    is_phrase: bool = False
    is_prefix: bool = False
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A parsed query: `words` rank and are encoded; a document has one clause of each group in `must`, and none of `must_not`.

    `free` are the words that no clause requires. A document that passes one of the filters in `without` is left out. No date is read in
    the words if `has_no_dates`: one of them was given as a date and is none.
    """

    words: str
    free: str
    must: tuple[tuple[Clause, ...], ...] = ()
    must_not: tuple[Clause, ...] = ()
    filters: Filters = field(default_factory=Filters)
    without: tuple[Filters, ...] = ()
    notes: tuple[str, ...] = ()
    has_no_dates: bool = False

    @property
    def has_demands(self) -> bool:
        """Whether the query has clauses or filters."""
        return bool(self.must or self.must_not or self.without or self.filters != Filters())


def read_plain(text: str) -> ParsedQuery:
    """Return a query in which every character is plain text."""
    words, notes = _cleaned(text)
    return ParsedQuery(words, words, notes=notes)


def read_syntax(text: str) -> ParsedQuery:
    """Return the parsed query; what is not valid syntax is read as words, with a note."""
    words, notes = _cleaned(text)
    parsed = _QueryParser().read(words)
    return replace(parsed, notes=(*notes, *parsed.notes))


def list_operators(text: str) -> list[tuple[str, str]]:
    """Return each filter and exclusion of a query as typed, such as `kind:mail` and `-kvm`, with the query without it."""
    return [
        (one[0], " ".join((text[: one.start()] + text[one.end() :]).split()))
        for one in _TOKEN.finditer(text[:LONGEST_QUERY])
        if (one["field"] or "title").lower() != "title" or (one["minus"] and not _is_a_tree(one))
    ]


class _NotSyntax(Exception):
    """Invalid syntax; the message says in half a sentence what was found and what was expected."""


class _NotADate(_NotSyntax):
    """The value of `in:` and the like is no date."""


def _cleaned(text: str) -> tuple[str, tuple[str, ...]]:
    short = _CONTROL.sub(" ", text[:LONGEST_QUERY]).strip()
    if len(text) > LONGEST_QUERY:
        return short, (f"Only the first {LONGEST_QUERY:,} of {len(text):,} characters were searched.",)
    return short, ()


class _QueryParser:
    def __init__(self) -> None:
        self._words: list[str] = []
        self._free: list[str] = []
        self._must: list[tuple[Clause, ...]] = []
        self._must_not: list[Clause] = []
        self._filters = Filters()
        self._without: list[Filters] = []
        self._notes: list[str] = []
        self._has_no_dates = False

    def read(self, text: str) -> ParsedQuery:
        if text.count('"') % 2:
            text = " ".join(text.rsplit('"', 1))
            self._notes.append("A quotation mark is not closed; it was left out.")
        tokens = list(_TOKEN.finditer(text))
        place = 0
        while place < len(tokens):
            if _ties_filters(tokens, place):
                place += 1
                continue
            group = self._group(tokens, place)
            try:
                self._take(group)
            except _NotSyntax as error:
                self._has_no_dates |= isinstance(error, _NotADate)
                self._as_words(group, f"{error}.")
            place += 2 * len(group) - 1
        return ParsedQuery(
            " ".join(self._words),
            " ".join(self._free),
            tuple(self._must),
            tuple(self._must_not),
            self._filters,
            tuple(self._without),
            tuple(dict.fromkeys(self._notes)),
            self._has_no_dates,
        )

    def _group(self, tokens: list[re.Match[str]], place: int) -> list[re.Match[str]]:
        """Return the token at `place`, with all tokens joined to it by `OR`."""
        group = [tokens[place]]
        while place + 2 < len(tokens) and tokens[place + 1][0] == "OR" and _can_be_tied(tokens[place + 2]):
            if not _can_be_tied(group[0]):
                break
            group.append(tokens[place + 2])
            place += 2
        return group

    def _take(self, group: list[re.Match[str]]) -> None:
        token = group[0]
        text = token["phrase"] if token["phrase"] is not None else token["word"]
        name = (token["field"] or "").lower()
        if bare := _BARE_FIELD.match(token[0]):
            raise _NotSyntax(f"{bare[1]}: has no value, so it was searched as a word")
        if token[0] == "OR":
            raise _NotSyntax("OR is not between two words, so it was searched as a word")
        if name in CUTS or name in DAYS:
            self._cut(name, text, is_out=bool(token["minus"]))
        elif _is_a_tree(token):
            tree = text.rstrip(".,;:!?)")
            self._notes.append(f"-{tree} was searched as the name of a kernel tree. To leave it out, write NOT {tree}.")
            self._words.append(token[0])
            self._free.append(token[0])
        elif token["minus"]:
            self._demand(self._must_not, self._clause(token, text))
        elif len(group) > 1 or name or token["phrase"] is not None or _is_prefix(text):
            clauses = tuple(self._clause(each, each["phrase"] or each["word"] or "") for each in group)
            self._demand(self._must, clauses)
            self._words.extend(clause.text for clause in clauses)
        else:
            if found := _LIKE_AN_OPERATOR.match(text):
                self._notes.append(f"{found[1]}: is not an operator, so {text} was searched as typed.")
            self._words.append(text)
            self._free.append(text)

    def _as_words(self, group: list[re.Match[str]], note: str) -> None:
        self._notes.append(note)
        for token in group:
            words = (token["phrase"] or token["word"] or "").strip(":") or token[0].strip('"')
            if words:
                self._words.append(words)
                self._free.append(words)

    def _demand(self, demands: list[Any], clause: object) -> None:
        if len(self._must) + len(self._must_not) >= MOST_DEMANDS:
            raise _NotSyntax(f"The query has more than {MOST_DEMANDS} conditions; the rest were searched as words")
        demands.append(clause)

    def _clause(self, token: re.Match[str], text: str) -> Clause:
        if not re.search(r"\w", text):
            raise _NotSyntax(f"{token[0]} has no letters or digits to search for")
        is_phrase = token["phrase"] is not None
        is_prefix = not is_phrase and _is_prefix(text)
        in_title = (token["field"] or "").lower() == "title"
        return Clause(text[:-1] if is_prefix else text, is_phrase, is_prefix, in_title=in_title)

    def _cut(self, name: str, text: str, *, is_out: bool) -> None:
        text = " ".join(text.split())
        if not text:
            raise _NotSyntax(f"{name}: has no value, so it was searched as a word")
        if name in DAYS:
            first, last = _days(name, text)
            cut: dict[str, Any] = {
                "after": first if name != "before" else None,
                "before": last if name != "after" else None,
            }
            if is_out:
                self._without.append(Filters(**cut))
            else:
                after = [day for day in (self._filters.after, cut["after"]) if day]
                before = [day for day in (self._filters.before, cut["before"]) if day]
                self._filters = replace(self._filters, after=max(after, default=None), before=min(before, default=None))
            return
        if name == "kind":
            text = text.lower()
            if text not in KINDS:
                raise _NotSyntax(f"{text} is not a kind ({', '.join(KINDS)}), so it was searched as a word")
        if name == "lang":
            text = _LANGUAGES.get(text.lower(), text.lower())
        given = Filters() if is_out else self._filters
        changed: dict[str, Any] = {CUTS[name]: (*getattr(given, CUTS[name]), text)}
        if is_out:
            self._without.append(replace(given, **changed))
        else:
            self._filters = replace(given, **changed)


def _is_a_tree(token: re.Match[str]) -> bool:
    """Return whether a word with a dash names a kernel tree, as in `the -mm tree`, rather than leaves that word out."""
    return token["minus"] == "-" and not token["field"] and bool(token["word"] and _TREE.match(token["word"]))


def _ties_filters(tokens: list[re.Match[str]], place: int) -> bool:
    """Return whether an `OR` stands between two filters of one kind, of which any is enough anyway."""
    if tokens[place][0] != "OR" or not 0 < place < len(tokens) - 1:
        return False
    names = {(one["field"] or "").lower() for one in (tokens[place - 1], tokens[place + 1])}
    return len(names) == 1 and names <= CUTS.keys() and not (tokens[place - 1]["minus"] or tokens[place + 1]["minus"])


def _can_be_tied(token: re.Match[str]) -> bool:
    return not token["minus"] and (token["field"] or "title").lower() == "title" and token[0] != "OR"


def _is_prefix(text: str) -> bool:
    return len(text) > 1 and text.endswith("*")


def _days(name: str, text: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a year, a month or a day."""
    found = _DATE.match(text)
    if found is None:
        raise _NotADate(f"{name}: needs a date (2009, 2009-03 or 2009-03-12), so {text} was searched as a word")
    year = int(found[1])
    try:
        first = dt.date(year, int(found[2] or 1), int(found[3] or 1))
        month = int(found[2] or 12)
        last = dt.date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _NotADate(f"{text} is not a valid date, so it was searched as a word") from error
    return first, last
