"""Mails in the markup of their archives, and as raw messages (``eml``)."""

import datetime as dt
import html
from collections.abc import Callable

from flows.sample.moments import MONTHS, WEEKDAYS, Moment
from flows.sample.texts import SAMPLE_NOTE, SampleCapture, SampleText

_PAGE = (
    '<html><head><title>{title}</title><meta http-equiv="Content-Type" content="text/html; '
    'charset=@CHARSET@">'
    "{head}</head><body{attributes}>\n{content}\n</body></html>\n"
)


def mail_page(text: SampleText, capture: SampleCapture) -> str:
    """Return the mail in the markup of the archive in ``capture.markup``."""
    dresses: dict[str, Callable[[SampleText], str]] = {
        "lkml": _lkml, "marc": _marc, "hypermail": _hypermail, "pipermail": _pipermail,
        "spinics": _spinics, "gmane": _gmane, "eml": _eml,
    }  # fmt: skip
    if capture.markup not in dresses:
        raise ValueError(f"{text.name}: a mail has no markup {capture.markup!r}; choose from {' '.join(dresses)}")
    return dresses[capture.markup](text)


def _words(text: SampleText) -> str:
    return f"{text.pages[0][1].rstrip()}\n\n-- \n{SAMPLE_NOTE}\n"


def _escaped(text: SampleText) -> str:
    return html.escape(_words(text), quote=False)


def _subject(text: SampleText) -> str:
    return html.escape(text["title"], quote=False)


def _list(text: SampleText) -> str:
    return text["list"] or "linux-kernel"


def _lkml(text: SampleText) -> str:
    at = text.dated.at
    month = f"{at:%Y}/{at.month}/{at.day}"
    content = (
        '<table border="0" cellpadding="0" cellspacing="0"><tr><td width="180" valign="top">\n'
        '<div class="es-jasp">[<a href="/lkml">lkml</a>] &nbsp; '
        f'[<a href="/lkml/{at:%Y}">{at:%Y}</a>] &nbsp; [<a href="/lkml/{month}">{at.day}</a>] &nbsp; '
        '[<a href="/lkml/last100/">last100</a>] &nbsp; <a href="/rss.php">RSS</a></div>'
        "Views: [wrap] [headers] [forward]<br><b>Messages in this thread</b>"
        f'<ul class="threadlist"><li class="root"><a href="/lkml/{month}/1">First message in thread</a></li>'
        f"<li class='origin'>{text.author_name}</li></ul></td>\n"
        '<td width="32" rowspan="2" class="c">&nbsp;</td><td valign="top"><table class="mh">\n'
        f'<tr><td class="lp">Date</td><td class="rp">{text.dated.rfc2822}</td></tr>\n'
        f'<tr><td class="lp">From</td><td class="rp">{text.author_name} &lt;&gt;</td></tr>\n'
        f'<tr><td class="lp">Subject</td><td class="rp">{_subject(text)}</td></tr></table>\n'
        f"<pre>{_escaped(text)}</pre></td></tr></table>\n"
        f"<div>Last update: {text.dated.at:%Y-%m-%d} 18:09 &nbsp; [from the cache]<br>"
        "&copy;2003-2011 the keepers of the archive. Advertise on this site</div>"
    )
    return _PAGE.format(
        title=f"LKML: {text.author_name}: {_subject(text)}",
        head="",
        attributes="",
        content=content,
    )


def _marc(text: SampleText) -> str:
    name, written = _list(text), text.dated.utc
    content = (
        f'<pre><b>[<a href="?l={name}&m=1&w=2">prev in list</a>] [<a href="?l={name}&m=2&w=2">'
        "next in list</a>] "
        "[prev in thread] [next in thread]</b>\n\n"
        f'<b>List:       </b><a href="?l={name}&r=1&w=2">{name}</a>\n<b>Subject:    </b>{_subject(text)}\n'
        '<b>From:       </b><a href="?a=1234&r=1&w=2">'
        f"{text.author_name} &lt;{text.author_mail.replace('@', ' () ')}&gt;</a>\n"
        f'<b>Date:       </b><a href="?l={name}&r=1&w=2&b={written:%Y%m}">{written:%Y-%m-%d %H:%M:%S}</a>\n'
        f"<b>Message-ID: </b>{html.escape(text['message_id'].strip('<>').replace('@', ' () '))}\n"
        "[Download message <a href='?q=mbox'>RAW</a>]\n\n"
        f"{_escaped(text)}<b>[prev in list] [next in list]</b>\n\n"
        "<center>Configure | About | News | Add a list | Sponsored by a friend</center></pre>"
    )
    return _PAGE.format(
        title=f"'{_subject(text)}' - MARC",
        head="",
        attributes=' bgcolor="beige"',
        content=content,
    )


def _hypermail(text: SampleText) -> str:
    at = text.dated
    comments = (
        f'<!-- received="{at.ctime}" -->\n<!-- isoreceived="{at.utc:%Y%m%d%H%M%S}" -->'
        f'\n<!-- sent="{at.rfc2822}" -->\n'
        f'<!-- isosent="{at.utc:%Y%m%d%H%M%S}" -->\n<!-- name="{text.author_name}" -->'
        f'\n<!-- email="{text.author_mail}" -->\n'
        f'<!-- subject="{html.escape(text["title"])}" -->\n<!-- id="{text["message_id"].strip("<>")}" -->\n'
        f'<!-- charset="us-ascii" -->\n<!-- inreplyto="{text["in_reply_to"].strip("<>")}" -->'
        '\n<!-- expires="-1" -->\n'
    )
    content = (
        f'{comments}<h1>{_subject(text)}</h1>\n<!-- next="start" -->\n<ul><li><strong>Next message:</strong> '
        '<a href="1.html">Sample Poster: "Re: a change of another kind"</a></li><li><strong>'
        "Messages sorted by:</strong> "
        '[ <a href="date.html">date</a> ] [ <a href="index.html">thread</a> ]</li></ul>\n<hr>\n<p><strong>'
        f"From:</strong> {text.author_name}<br>\n"
        f"<strong>Date:</strong> {_eastern(at)}</p>\n<hr>\n"
        f'<!-- body="start" -->\n<pre>{_escaped(text)}</pre>\n<!-- body="end" -->\n<hr>\n'
        "<small>This archive was generated by hypermail 2.1.8</small>"
    )
    return _PAGE.format(
        title=f"Linux-Kernel Archive: {_subject(text)}",
        head="",
        attributes="",
        content=content,
    )


def _zoned_ctime(moment: Moment) -> str:
    """Return a time such as ``Wed Mar  4 17:31:20 PST 2009``, in UTC if the offset has no name here."""
    zone = {"-0800": "PST", "-0700": "PDT", "-0500": "EST", "-0400": "EDT"}.get(moment.offset)
    clock = moment.ctime if zone else Moment(moment.utc, "minute").ctime
    return f"{clock[:-4]}{zone or 'UTC'} {clock[-4:]}"


def _eastern(moment: Moment) -> str:
    """Return a time such as ``Wed Mar 04 2009 - 20:31:20 EST``, because this archive prints all times in EST."""
    at = moment.utc.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    return f"{WEEKDAYS[at.weekday()][:3]} {MONTHS[at.month - 1][:3]} {at:%d} {at.year} - {at:%H:%M:%S} EST"


def _pipermail(text: SampleText) -> str:
    name, shown = _list(text), text.author_mail.replace("@", " at ")
    content = (
        f"<H1>{_subject(text)}</H1>\n<B>{text.author_name}</B>"
        f' <A HREF="mailto:{name}%40lists.example?Subject=Re&amp;In-Reply-To='
        f'{html.escape(text["message_id"]).replace("@", "%40")}" TITLE="{_subject(text)}">{shown}</A><BR>'
        f"\n<I>{_zoned_ctime(text.dated)}"
        f"</I>\n<P><UL><LI>Previous message: <A HREF='1.html'>a question about drivers</A></li>\n"
        '<LI>Next message: <A HREF="2.html">a question about modes</A></li>\n<LI> <B>'
        'Messages sorted by:</B> <a href="date.html">[ date ]</a> '
        '<a href="thread.html">[ thread ]</a></LI></UL>\n<HR>\n'
        f"<!--beginarticle-->\n<PRE>{_escaped(text)}</PRE>\n<!--endarticle-->\n<HR>\n"
        f'<a href="http://lists.freedesktop.example/mailman/listinfo/{name}">'
        f"More information about the {name} mailing list</a><br>"
    )
    return _PAGE.format(
        title=f"{_subject(text)}",
        head='<LINK REL="Index" HREF="index.html">',
        attributes="",
        content=content,
    )


def _spinics(text: SampleText) -> str:
    content = (
        f"<!--X-Message-Id: {text['message_id'].strip('<>')} -->\n<h1>{_subject(text)}</h1>\n"
        '[<a href="1.html">Date Prev</a>][<a href="2.html">Date Next</a>][<a href="3.html">Thread Prev</a>'
        '][<a href="index.html">Date Index</a>]\n'
        f"<ul><li><em>Subject</em>: {_subject(text)}</li>\n<li><em>From</em>"
        f": {text.author_name} &lt;{text.author_mail.replace('@', '@xxxxxxxx')}&gt;</li>\n"
        f"<li><em>Date</em>: {text.dated.rfc2822}</li></ul>\n<hr>\n<!--X-Body-of-Message-->\n<pre>"
        f"{_escaped(text)}</pre>\n<!--X-Body-of-Message-End-->\n"
        "<hr><p>[Index of Archives] [Linux Ext4 Filesystem] [Photo] [Yosemite News] [Linux SCSI]</p>"
    )
    return _PAGE.format(
        title=f"{_subject(text)} &mdash; {_list(text)}",
        head="",
        attributes="",
        content=content,
    )


def _gmane(text: SampleText) -> str:
    content = (
        '<table class="headers" cellpadding="2">\n'
        "<tr><td>From:</td><td>"
        f"{text.author_name} &lt;{text.author_mail.replace('@', '&lt;at&gt;')}&gt;</td></tr>\n<tr><td>"
        f"Subject:</td><td>{_subject(text)}</td></tr>\n"
        "<tr><td>Newsgroups:</td><td>gmane.linux.kernel</td></tr>\n<tr><td>Date:</td><td>"
        f"{text.dated.utc:%Y-%m-%d %H:%M:%S} GMT</td></tr></table>\n"
        f'<div class="bodytext"><pre>{_escaped(text)}</pre></div>\n<div class="nav">'
        '<a href="/gmane.linux.kernel/1">Thread</a> '
        "Search Archive Language Change language Options Current view: Threads only / Showing whole "
        "messages / Not hiding cited text.</div>"
        '<p><a href="http://gmane.example/">Gmane</a></p>'
    )
    return _PAGE.format(title=f"Gmane -- {_subject(text)}", head="", attributes="", content=content)


def _eml(text: SampleText) -> str:
    reply = f"In-Reply-To: {text['in_reply_to']}\nReferences: {text['in_reply_to']}\n" if text["in_reply_to"] else ""
    return (
        f"Return-Path: <{text.author_mail}>\nReceived: from mail.kernel-log.example "
        "(mail.kernel-log.example [192.0.2.7])\n"
        f"\tby vger.kernel.example with ESMTP; {text.dated.rfc2822}\n"
        f"From: {text['author']}\nTo: {text['to'] or _list(text) + '@vger.kernel.example'}\nSubject: "
        f"{text['title']}\n"
        f"Date: {text.dated.rfc2822}\nMessage-ID: {text['message_id']}\n{reply}"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=@CHARSET@\nContent-Transfer-Encoding: "
        f"8bit\nX-Mailing-List: {_list(text)}\n\n{_words(text)}"
    )
