"""Issue pages in three kinds of markup: semantic (``plain``), content management system (``cms``), table layout (``table``)."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flows.sample.body import to_html
from flows.sample.texts import GERMAN_SAMPLE_NOTE, SAMPLE_NOTE, SampleCapture, SampleText

_SHARE = (
    "Twitter",
    "Facebook",
    "submit to slashdot",
    "StumbleUpon",
    "submit to reddit",
)
_MENU = (
    "Home",
    "Open Source",
    "Security",
    "News",
    "Features",
    "Forums",
    "Newsletter",
    "Archive",
)
_ALSO = (
    "Kernel comment: Good and quick",
    "Health Check: Debian",
    "The H Week - all the news in one place",
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The texts that the site prints around an article, in the language of the site."""

    association: str
    by: str
    print_view: str
    previous: str
    following: str
    rights: str
    site: str
    note: str


_ENGLISH = _Words(
    "In association with <a href='http://www.heise.example'>heise online</a>",
    "by", "Print Version", "Previous page", "Next page",
    "Sample Media UK Ltd. Privacy Policy. Imprint.", "The H Open Source: News and Features",
    SAMPLE_NOTE,
)  # fmt: skip
_GERMAN = _Words(
    "heise open", "von", "Druckversion", "Vorige Seite", "N&auml;chste Seite",
    "Muster-Verlag. Datenschutzhinweis. Impressum.", "heise open",
    GERMAN_SAMPLE_NOTE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Parts:
    """The pieces of one page as HTML; a piece that the page does not have is empty."""

    words: _Words
    year: int
    head_title: str
    title: str
    date: str
    byline: str
    lead: str
    body: str
    pages: str
    share: str
    number: str


def issue_page(text: SampleText, capture: SampleCapture) -> str:
    """Return one page of an issue in ``capture.markup``, or its print view."""
    shapes: dict[str, Callable[[_Parts], str]] = {
        "plain": _plain,
        "cms": _cms,
        "table": _table,
    }
    if capture.markup not in shapes:
        raise ValueError(f"{text.name}: an issue has no markup {capture.markup!r}; choose from {' '.join(shapes)}")
    return _print(_parts(text, capture)) if capture.is_print else shapes[capture.markup](_parts(text, capture))


def _parts(text: SampleText, capture: SampleCapture) -> _Parts:
    german = text["language"] == "de"
    words, first = (_GERMAN if german else _ENGLISH), capture.page == 1
    title, at = html.escape(text["title"], quote=False), text.dated
    between = "" if text.has_damage("no-space") else "\n"
    bodies = [body for _, body in text.pages] if capture.is_print else [text.pages[capture.page - 1][1]]
    body = between.join(to_html(part, between=between, box=f"{capture.markup}_box") for part in bodies)
    last = capture.is_print or capture.page == len(text.pages)
    logo = ' <img src="/imgs/kl.png" alt="Kernel Log logo">' if text.has_damage("logo-in-byline") else ""
    picture = f'<img src="/imgs/top.png" alt="{title}">' if text.has_damage("title-twice") else ""
    path = urlsplit(capture.url).path
    return _Parts(
        words=words,
        year=max(at.at.year, capture.captured.year),
        head_title=title if first else f"{title} - Page {capture.page}",
        title=f"{picture}<h1>{title}</h1>" if first else "",
        date=""
        if not first
        else f"{at.at:%d.%m.%Y %H:%M}"
        if german
        else f"{at.at:%d} {_month_year(text)}, {at.clock}",
        byline=f"{words.by} {text['author']}{logo}" if first and text["author"] else "",
        lead=f"<p><strong>{html.escape(text['lead'], quote=False)}</strong></p>" if first and text["lead"] else "",
        body=body + (f"{between}<p><small>{words.note}</small></p>" if last else ""),
        pages="" if capture.is_print or len(text.pages) == 1 else _page_navigation(text, capture, words),
        share="".join(f'<li><a href="/share?to={n}">{name}</a></li>' for n, name in enumerate(_SHARE))
        if "/news/item/" in path
        else "",
        number=path.removesuffix(".html").rpartition("-")[2].rpartition("/")[2],
    )


def _month_year(text: SampleText) -> str:
    return text.dated.day.split(" ", 1)[1]


def _page_navigation(text: SampleText, capture: SampleCapture, words: _Words) -> str:
    here = capture.page
    entries = []
    for number, (url, _) in enumerate(text.pages, start=1):
        entries.append(f"<b>{number}</b>" if number == here else f'<a href="{html.escape(url)}">{number}</a>')
    before = f'<a rel="prev" href="{html.escape(text.pages[here - 2][0])}">{words.previous}</a>' if here > 1 else ""
    after = (
        f'<a rel="next" href="{html.escape(text.pages[here][0])}">{words.following}</a>'
        if here < len(text.pages)
        else ""
    )
    return f"{before} Page {' '.join(entries)} {after}"


def _menu(kind: str = "") -> str:
    return "".join(f'<li{kind}><a href="/{name.lower().replace(" ", "-")}/">{name}</a></li>' for name in _MENU)


def _start(parts: _Parts) -> str:
    return (
        f"<html><head><title>{parts.head_title} - {parts.words.site}</title>"
        '<meta http-equiv="Content-Type" content="text/html; charset=@CHARSET@">'
        '<meta name="generator" content="sample desk"></head><body>\n'
    )


def _plain(parts: _Parts) -> str:
    share = f'<ul aria-label="share">{parts.share}</ul>' if parts.share else ""
    date = f"<p><time>{parts.date}</time></p>\n" if parts.date else ""
    byline = f"<p>{parts.byline}</p>\n" if parts.byline else ""
    pages = f'<nav aria-label="pages">{parts.pages}</nav>\n' if parts.pages else ""
    return (
        f"<!DOCTYPE html>\n{_start(parts)}<header><nav><ul>{_menu()}</ul></nav></header>\n<main><p>"
        f"{parts.words.association}</p>\n"
        f"<article>{date}{parts.title}\n{share}{byline}{parts.lead}\n{parts.body}\n{pages}</article>\n"
        f'<p><a href="mailto:desk@kernel-log.example">Reply via email</a></p></main>\n'
        f"<footer>Copyright &copy; {parts.year} {parts.words.rights}</footer></body></html>\n"
    )


def _cms(parts: _Parts) -> str:
    share = f'<ul class="bookmark_list">{parts.share}</ul>\n' if parts.share else ""
    date = f'<p class="entry_date">{parts.date}</p>\n' if parts.date else ""
    byline = f'<p class="entry_author">{parts.byline}</p>\n' if parts.byline else ""
    pages = f'<div class="pager">{parts.pages}</div>\n' if parts.pages else ""
    also = "".join(f'<li><a href="/open/features/{n}">{name}</a></li>' for n, name in enumerate(_ALSO))
    return (
        f'{_start(parts)}<div id="top"><a href="/"><img alt="The H" src="/h.gif"></a><div class="assoc">'
        f"{parts.words.association}</div></div>\n"
        f'<div id="leiste"><ul>{_menu(" class=nav_item")}</ul></div>\n<div id="content">'
        f'<div class="entry_wrap">{date}'
        f'<div class="entry_title">{parts.title}</div>\n{share}{byline}<div class="entry_text">'
        f"{parts.lead}\n{parts.body}</div>\n{pages}"
        f'<p class="entry_foot">(<a href="mailto:desk@kernel-log.example">Reply via email to</a>)</p>\n'
        f'<p class="entry_links"><a href="?view=print">{parts.words.print_view}</a> | Send by email | '
        f"Permalink: http://h-online.example/-{parts.number}</p></div>\n"
        f'<div id="side"><h3>Also on The H:</h3><ul>{also}</ul></div></div>\n'
        f'<div id="bottom">Copyright &copy; {parts.year} {parts.words.rights}</div></body></html>\n'
    )


def _table(parts: _Parts) -> str:
    share = f"<ul>{parts.share}</ul>" if parts.share else ""
    date = f'<font size="1" color="#666666">{parts.date}</font><br>\n' if parts.date else ""
    byline = f"<i>{parts.byline}</i><br>\n" if parts.byline else ""
    pages = f"<hr><center>{parts.pages}</center>\n" if parts.pages else ""
    latest = "".join(f'<a href="/open/news/item/x-7369{n:02d}.html">{name}</a><br>' for n, name in enumerate(_ALSO))
    return (
        f'{_start(parts)}<table width="980" cellpadding="4"><tr><td colspan="3" bgcolor="#eeeeee">'
        f"{parts.words.association}</td></tr>\n"
        f'<tr><td valign="top" width="140"><ul>{_menu()}</ul></td>\n<td valign="top">'
        f"{date}{parts.title}\n{share}{byline}{parts.lead}\n"
        f'{parts.body}\n{pages}<br><a href="mailto:desk@kernel-log.example">Reply via email</a></td>\n'
        f'<td valign="top" width="180"><b>Latest news</b><br>{latest}</td></tr>\n'
        f'<tr><td colspan="3"><font size="1">Copyright &copy; {parts.year} {parts.words.rights}</font></td>'
        "</tr></table></body></html>\n"
    )


def _print(parts: _Parts) -> str:
    return (
        f"{_start(parts)}<p>{parts.words.association}</p><hr>\n<p>{parts.date}</p>\n{parts.title}\n"
        f"<p>{parts.byline}</p>{parts.lead}\n{parts.body}\n<hr><p>"
        f"URL of this article: http://h-online.example/-{parts.number}</p>\n"
        f"<p>Copyright &copy; {parts.year} {parts.words.rights}</p></body></html>\n"
    )
