"""`klog search`: answer one query for a person, or a file of queries for a program."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.context import Context
from flows.cli.terminal import Bold, say, say_json
from flows.cli.text_files import read_json_lines
from warehouse.errors import UsageError
from warehouse.json_values import as_json
from warehouse.records import KINDS, DatesAsked, Filters, Hit, SearchResult
from warehouse.search import ORDERS, Search
from warehouse.search.dates_asked import names_a_time

if TYPE_CHECKING:  # a search need not open the tables
    from warehouse.archive import Archive
    from warehouse.catalog import Translation

_MOST_VALUES = 10


@click.command("search")
@click.argument("query", required=False)
@click.option("--mode", type=click.Choice(["hybrid", "keyword", "meaning"]), default="hybrid", show_default=True)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Maximum number of documents."
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only documents of this kind.")
@click.option("--topic", "topics", multiple=True, help="Only documents on this topic (name or id).")
@click.option("--version", "versions", multiple=True, help="Only documents that name this kernel release.")
@click.option("--person", "people", multiple=True, help="Only documents that name this person (name or id).")
@click.option("--author", "authors", multiple=True, help="Only documents by this author (words of the name).")
@click.option("--site", "sites", multiple=True, help="Only documents of this site, e.g. kernel.org.")
@click.option("--lang", "languages", multiple=True, help="Only documents in this language, e.g. en.")
@click.option("--after", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or later.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day or earlier.")
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="relevance",
    show_default=True,
    help="By date, all that match by words or by meaning are listed; quote a word to have only documents with it.",
)
@click.option(
    "--facets", is_flag=True, help="Count the results, or without QUERY the archive, by kind, year, topic and more."
)
@click.option("--plain", is_flag=True, help="Read QUERY as plain text, without operators.")
@click.option("--syntax", is_flag=True, help="Read operators in the queries of --queries too.")
@click.option(
    "--with",
    "with_",
    type=click.Choice(["citations"]),
    multiple=True,
    help="Also rank by the text of citing documents.",
)
@click.option(
    "--without", type=click.Choice(["citations", "dates"]), multiple=True, help="Leave this out of the ranking."
)
@click.option("--explain", is_flag=True, help="Show the rankers that found each document, and its rank.")
@click.option("--why-not", metavar="URL", help="Show the rank of this document in each ranker.")
@click.option(
    "--queries",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON Lines file of queries.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, /, **options: Any) -> None:
    """Find the passages that answer QUERY, with each document once, best first; without QUERY what passes the filters.

    \b
    In QUERY, unless it is --plain:
      "two words"  -word  NOT word  xen OR kvm  kern*  title:word     what a document must have, or not
      kind: topic: version: person: author: site: lang:     which documents: kind:mail, person:"Linus Torvalds"
                                                            (two of a kind mean either, two title: both)
      before: after: in:                                    2009, 2009-03 or 2009-03-12, itself included

    Write -- before a QUERY that begins with a minus. A QUERY that is only a date ("march 2012") lists the documents of its days.

    \b
    Examples:
      klog search "when was Xen Dom0 support merged"
      klog search 'xen -kvm author:corbet in:2009'
      klog search --mode keyword --kind commit CONFIG_BKL
      klog search --facets --after 2012-01-01
      klog search --queries queries.jsonl --limit 20 > run.jsonl
    """
    query, queries = options["query"], options["queries"]
    arguments = _arguments(options)
    if query is None and queries is None and (options["facets"] or arguments["filters"] != Filters()):
        query = ""
    if query is not None and queries is not None:
        raise UsageError("expected a QUERY or --queries FILE, not both.")
    if query is None and queries is None:
        raise UsageError('expected a QUERY, a filter, --facets or --queries FILE, e.g. klog search "xen dom0".')
    with context.archive() as archive:
        if queries is not None:
            for answer in _answer_file(archive.searcher(), queries, arguments):
                say_json(answer)
        elif options["why_not"]:
            say_json(as_json(archive.searcher().why(query, options["why_not"], syntax=not options["plain"])))
        else:
            result = archive.search(query, **arguments)
            say_json(as_json(result)) if options["as_json"] else _print(
                result, _translations(archive, result), explain=options["explain"]
            )


def _arguments(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "mode": options["mode"],
        "k": options["limit"],
        "order": options["order"],
        "facets": options["facets"],
        "filters": Filters(
            kinds=options["kinds"],
            topics=options["topics"],
            versions=options["versions"],
            people=options["people"],
            authors=options["authors"],
            sites=options["sites"],
            languages=options["languages"],
            after=_day(options["after"]),
            before=_day(options["before"]),
        ),
        # A file of queries usually comes from a program, so operators are off unless --syntax is given.
        "syntax": options["syntax"] if options["queries"] else not options["plain"],
        "matches_first": options["syntax"] or not options["queries"],
        "citations": "citations" in options["with_"] and "citations" not in options["without"],
        "dates": "dates" not in options["without"],
        "explain": options["explain"],
    }


def _day(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else moment.date()


def _answer_file(search: Search, path: Path, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    queries = read_json_lines(path, '{"query": "..."}', lambda line: str(line["query"]))
    for result in search.search_many(queries, **arguments):
        yield {"query": result.query, "total": result.total, "results": [hit.url for hit in result.hits]}


def _translations(archive: "Archive", result: SearchResult) -> Mapping[str, "Translation"]:
    issues = [hit.document_id for hit in result.hits if hit.kind == "issue"]
    if not issues:
        return {}
    from warehouse.catalog import read_translations

    return read_translations(archive.catalog(), issues)


def _print(result: SearchResult, translations: Mapping[str, "Translation"], *, explain: bool) -> None:
    if result.answer:
        say(Bold(result.answer))
    for note in result.notes:
        say(note)
    if result.suggestions:
        say(f"Did you mean: {', '.join(result.suggestions)}?")
    if not result.total:
        say("No results." + (f" {_nearest(result)}:" if result.hits else ""))
    hits = result.hits if result.query or not result.facets else ()  # who counts without a query reads the counts
    for number, hit in enumerate(hits, 1):
        if number > 1 and not hit.is_match and result.hits[number - 2].is_match:
            say(f"{_nearest(result)}:")
        _print_hit(number, hit, translations.get(hit.document_id), explain=explain)
    for name, counts in (result.facets or {}).items():
        most = list(counts.items()) if name in ("month", "year") else list(counts.items())[:_MOST_VALUES]
        say(f"{name}: " + ", ".join(f"{value} {count}" for value, count in most))
    counted = "1 document" if result.total == 1 else f"{result.total:,} documents"
    say(f"{counted} in {result.seconds * 1000:.0f} ms ({result.mode}){_dates(result)}")


def _dates(result: SearchResult) -> str:
    if result.dates is None:
        return ""
    if result.dates.order:
        return f", {result.dates.surface} first (to turn this off: --without dates)"
    how = "come first" if names_a_time(result.dates) else "rank higher"
    return f", those {_days(result.dates)} {how} (to turn this off: --without dates)"


def _days(dates: DatesAsked) -> str:
    if dates.first is None:
        return f"until {dates.last}"
    return f"from {dates.first} to {dates.last}" if dates.last else f"from {dates.first} on"


def _nearest(result: SearchResult) -> str:
    """Return the heading for hits outside the match set."""
    return "Matching some of the words" if result.mode == "keyword" else "Nearest in meaning"


def _print_hit(number: int, hit: Hit, translation: "Translation | None", *, explain: bool) -> None:
    day = f"{hit.published_at:%d %B %Y}" if hit.published_at else "undated"
    say(f"{number:>2}. ", Bold(hit.title), f"  [{hit.kind}, {day}]")
    say(f"    {hit.url}")
    if translation:
        say(f"    {translation.name}: {translation.url}")
    if hit.passages:
        passage = hit.passages[0]
        place = f"{passage.heading}: " if passage.heading else ""
        say(f"    {place}", *_marked(passage.text, passage.marks))
    if explain:
        say("    " + ", ".join(f"{ranker.name} rank {ranker.rank} ({ranker.score:.3f})" for ranker in hit.rankers))


def _marked(text: str, marks: tuple[tuple[int, int], ...], width: int = 300) -> list[str]:
    """Return about `width` characters of the passage around its first match, with matching words in bold."""
    start = max(0, (marks[0][0] if marks else 0) - width // 4)
    end = min(len(text), start + width)
    pieces = ["..." if start else ""]
    last = start
    for low, high in marks:
        if start <= low and high <= end and low >= last:
            pieces += [_one_space(text[last:low]), Bold(_one_space(text[low:high]))]
            last = high
    return [*pieces, _one_space(text[last:end]), "..." if end < len(text) else ""]


def _one_space(text: str) -> str:
    return re.sub(r"\s+", " ", text)
