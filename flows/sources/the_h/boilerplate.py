"""The boilerplate that The H and heise online print around an article, recognised by its words."""

import re

from flows.reading.visible import Block

_ALONE = re.compile(
    r"""(?:
      in\ association\ with\ heise\ (?:online|open)|heise\ (?:online|open)|the\ h(?:\ open(?:\ source)?)?
    | \(?\s*reply\ via\ e-?mail(?:\ to)?.{0,60}
    | (?:print(?:er)?[ -](?:version|view|friendly(?:\ version)?)|druckversion|drucken|print|send\ by\ e-?mail|versenden|per\ e-?mail\ versenden
        |permalink:?\s*\S*|kommentare(?:\ lesen)?(?:\ \(\d+.{0,20}\))?|comments?(?:\ \(\d+\))?|read\ comments|e-?mail|forum|rss
        |(?:url|adresse)\ (?:of|dieses|for|des)\ (?:this\ )?(?:article|artikels?|beitrags):?\s*\S*
        |share\ this(?:\ article)?|bookmark|teilen|tweet|like|empfehlen|speichern|vorlesen|[\s|/•·–-])+
    | (?:twitter|facebook|submit\ to\ (?:slashdot|reddit|digg)|slashdot|stumble\s?upon|reddit|digg(?:\ this)?|delicious|del\.icio\.us
        |google\+?|linkedin|xing|whatsapp|identi\.ca|diaspora\*?|[\s|/•·–-])+
    | links\ (?:zum|in\ diesem)\ artikel:?\s*\S*
    | \(?\s*(?:https?://)?(?:www\.)?(?:h-online|heise)\.\w+/-\d+\s*\)?
    | (?:advertisement|anzeige|advertising|sponsored\ links?)
    | loading\.*|top|back\ to\ top|nach\ oben|skip\ to\ (?:content|navigation)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TAIL = re.compile(
    r"""(?:
      \(?\s*reply\ via\ e-?mail
    | (?:print(?:er)?[ -](?:version|view)|druckversion)\b.{0,120}\Z
    | permalink:
    | (?:url|adresse)\ (?:of|dieses|for|des)\ (?:this\ )?(?:article|artikel|beitrag)
    | also\ on\ the\ h\b | (?:latest|more|other|related|recent)\ (?:news|articles|stories|features)\b\s*:?\s*(?:\n|\Z)
    | see\ also:?\Z | most\ (?:read|popular|commented)\b | (?:neueste|weitere|aktuelle)\ (?:meldungen|artikel|news)\b
    | (?:reader\ )?comments?(?:\ \(\d+\))?:?\Z | (?:leser)?kommentare:?\Z
    | mehr\ zum\ thema\b | das\ könnte\ sie\ auch\ interessieren | kommentare\ lesen
    | (?:copyright|©|\(c\))\s*(?:©|\(c\)|&copy;)?\s*\d{4}.*(?:heise|the\ h\b)
    | privacy\ policy\b | impressum\b | datenschutz(?:hinweis)?\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGO = re.compile(
    r"\b(?:Kernel Log logo|Kernel Log Logo|Kernel Log Penguin|Kernel Log penguin|KL Logo|KL logo|Kernel internals penguin|"
    r"Kernel-Log-Logo|Kernel-Log-Pinguin)(?: - tiny)?(?!\w)"
)
_NAME = r"[^\W\d_a-zäöüß][\w.'’-]*"
_BYLINE = re.compile(
    rf"(?:(?:by|By|BY|von|Von|VON):?\s+|(?=Thorsten Leemhuis\Z))(?P<name>{_NAME}(?:,?\s+(?:(?:de|van|von|der|and|und|&)\s+)*{_NAME}){{0,7}})"
)
_LOGOS = 4
_LOGO_CHARS = 40
_SHORT_CHARS = 240
_BYLINE_WORDS = 10


def is_boilerplate(block: Block) -> bool:
    """Return whether the block contains only text that the site prints around every article."""
    text = block.text
    return len(text) <= _SHORT_CHARS and bool(_ALONE.fullmatch(text.strip()))


def starts_tail(block: Block) -> bool:
    """Return whether the block begins the part after an article: reply, print and permanent links, other articles, copyright."""
    text = block.text
    return len(text) <= _SHORT_CHARS and bool(_TAIL.match(text.strip()))


def without_logos(text: str) -> str:
    """Return the text without alternative texts of the column's pictures at its beginning or end."""
    edges = text if len(text) < 2 * _LOGO_CHARS else f"{text[:_LOGO_CHARS]} {text[-_LOGO_CHARS:]}"
    if "ogo" not in edges and "nguin" not in edges:
        return text
    for _ in range(_LOGOS):
        before = text
        match = _LOGO.match(text.lstrip())
        if match:
            text = text.lstrip()[match.end() :].lstrip()
        for match in _LOGO.finditer(text):
            if match.end() == len(text.rstrip()):
                text = text[: match.start()].rstrip()
                break
        if text == before:
            break
    return text


def byline(line: str) -> str | None:
    """Return the author in a line that is only a byline (`by Thorsten Leemhuis`), else None."""
    line = without_logos(line.strip())
    match = _BYLINE.fullmatch(line) if len(line.split()) <= _BYLINE_WORDS else None
    return match["name"] if match else None
