"""Blog posts in the markup of Blogger, WordPress and LiveJournal."""

import html

from flows.sample.article_pages import START, STOCK_COMMENT, body_with_note, escaped_title
from flows.sample.moments import MONTHS
from flows.sample.texts import SampleCapture, SampleText


def blog_page(text: SampleText, capture: SampleCapture) -> str:
    """Return a post in the markup of the blog host in ``capture.markup``."""
    dresses = {
        "blogspot": _blogspot,
        "wordpress": _wordpress,
        "livejournal": _livejournal,
    }
    if capture.markup not in dresses:
        raise ValueError(f"{text.name}: a blog has no markup {capture.markup!r}; choose from {' '.join(dresses)}")
    return dresses[capture.markup](text)


def _blogspot(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "A developer's notes"
    at = moment.at
    comments = "".join(
        f'<dt>Anonymous said...</dt><dd class="comment-body"><p>{html.escape(c)}</p></dd>' for c in _comments(text)
    )
    months = "".join(
        f"<li>{MONTHS[m]} {at.year} ({m + 1})</li>" for m in range(at.month - 1, max(at.month - 4, -1), -1)
    )
    return (
        f"{START.format(title=f'{site}: {escaped_title(text)}')}"
        f"<div id='navbar'>Search This Blog | Next Blog | "
        "Create Blog | Sign In</div>\n"
        f"<div id='header'><h1 class='title'>{html.escape(site)}</h1></div>\n<div id='main'>"
        "<div class='blog-posts hfeed'>"
        f"<h2 class='date-header'>{moment.weekday}, {moment.american_day}</h2>\n<div class='post hentry'>"
        f"<h3 class='post-title entry-title'>{escaped_title(text)}</h3>\n"
        f"<div class='post-body entry-content'>{body_with_note(text)}</div>\n<div class='post-footer'>"
        f"Posted by <span class='fn'>{text.author_name}</span> at "
        f"<abbr class='published' title='{at.isoformat()}'>"
        f"{at.hour % 12 or 12}:{at:%M} {'PM' if at.hour >= 12 else 'AM'}</abbr>"
        " | Email This | BlogThis!</div></div></div>\n"
        f"<div id='comments'><h4>{len(_comments(text))} comments:</h4><dl>{comments}</dl></div></div>"
        f"\n<div id='sidebar'><h2>Blog Archive</h2><ul>{months}</ul>"
        f"<h2>Followers</h2></div><div id='footer'>Powered by Blogger.</div></body></html>\n"
    )


def _wordpress(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "Thoughts on file systems"
    comments = "".join(
        f'<li class="comment"><div class="comment-author vcard">A reader says:</div><p>{html.escape(c)}</p>'
        '<div class="reply">Reply</div></li>'
        for c in _comments(text)
    )
    return (
        f"<!DOCTYPE html>\n{START.format(title=f'{html.escape(site)} &raquo; {escaped_title(text)}')}<div "
        f"id='page'><div id='header'><h1><a href='/'>{html.escape(site)}</a></h1></div>\n"
        "<div id='content' class='narrowcolumn'><div class='post'><h2 class='entry-title'>"
        f"{escaped_title(text)}</h2>\n<small class='entry-date'>{moment.american_day}</small>"
        f" by <span class='author'>{text.author_name}</span>\n<div class='entry'>{body_with_note(text)}</div>"
        f"\n<p class='postmetadata'>This entry was posted on {moment.weekday}, "
        f"{moment.american_day} at {moment.clock} and is filed under Linux. You can follow any responses "
        "to this entry through the RSS 2.0 feed.</p></div>\n"
        f"<h3 id='comments'>{len(_comments(text))} Responses to &#8220;{escaped_title(text)}&#8221;</h3>"
        f"<ol class='commentlist'>{comments}</ol></div>\n"
        "<div id='sidebar'><ul><li>Pages: About</li><li>Archives</li><li>Blogroll</li><li>"
        f"Meta: Log in</li></ul></div>\n<div id='footer'>{html.escape(site)} is proudly powered by "
        "WordPress</div></div></body></html>\n"
    )


def _livejournal(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "journal"
    at = moment.at
    comments = "".join(
        f'<div class="ljcmt_full"><b>(Anonymous)</b> {html.escape(c)} (Reply) (Thread)</div>' for c in _comments(text)
    )
    return (
        f"{START.format(title=f'{html.escape(site)} - {escaped_title(text)}')}<table width='100%'><tr>"
        f"<td align='left'><b>{html.escape(site)}</b> ({text.author_name}) wrote,</td>"
        f"<td align='right'>@ <a href='/{at:%Y}/'>{at:%Y}</a>-<a href='/{at:%Y/%m}/'>{at:%m}</a>"
        f"-<a href='/{at:%Y/%m/%d}/'>{at:%d}</a> {at:%H:%M:%S}</td></tr></table>\n"
        "<p>Previous Entry | Add to memories | Tell a Friend | Next Entry</p><div class='entry'>"
        f"<b class='subject'>{escaped_title(text)}</b>\n{body_with_note(text)}</div>\n"
        f"<hr><p>({len(_comments(text))} comments | Leave a comment)</p>{comments}<p>"
        f"{moment.weekday} | Log in | Create Account | Help</p></body></html>\n"
    )


def _comments(text: SampleText) -> list[str]:
    return text.items("comments") or STOCK_COMMENT
