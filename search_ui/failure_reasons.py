"""Why pages failed and what the quality checks mean, in words."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "address": "The address is malformed.",
    "blocked": "The site does not allow it.",
    "broken_pdf": "The PDF is damaged.",
    "cdx": "The web archive's list of captures could not be read.",
    "dns": "The host has no address.",
    "empty": "The answer has no content.",
    "encrypted": "The PDF needs a password.",
    "feed": "The feed is neither Atom nor RSS.",
    "gmane_map": "The number at gmane has no Message-ID in the map.",
    "host": "The host is not asked for a while, after too many failures.",
    "login": "The server wants a login.",
    "lost": "The stored capture can no longer be read.",
    "mail": "The mail could not be read.",
    "mail_archive": "Mail archives that ask robots to stay away are not fetched; give them with klog build --mail.",
    "no_commit": "The page is not a commit.",
    "no_mail": "The page is not a mail.",
    "no_map": "The fonts of the PDF do not say which letters they draw.",
    "no_memento": "The capture redirects to a page that the web archive does not have.",
    "no_text": "The page has no words.",
    "not_archived": "The web archive does not have it.",
    "not_html": "What was stored is not a page.",
    "not_pdf": "What was stored is not a PDF.",
    "not_playable": "The web archive cannot show its capture.",
    "odd_answer": "The server gave an answer that makes no sense.",
    "outside_window": "The nearest capture is too far from the day of the citing issue.",
    "paused": "It is read in the next run.",
    "private": "The address leads into a private network.",
    "protocol": "The server does not speak HTTP.",
    "range": "The web archive's file has no whole record there.",
    "redirect_loop": "The page redirects in a circle.",
    "redirects": "The page redirects too often.",
    "reset": "The connection broke.",
    "robots": "Its robots.txt does not allow it.",
    "robots_unreachable": "Its robots.txt could not be read.",
    "scanned": "The PDF has pictures of pages, and no text.",
    "timeout": "It took too long.",
    "too_deep": "The page is nested too deeply to be read safely.",
    "too_large": "It is too large.",
    "too_many_tags": "The page has too many elements to be read safely.",
    "truncated": "The answer ended too early.",
    "warc": "The file has something that is not read.",
}
STEPS: Mapping[str, str] = {"discover": "finding", "fetch": "fetching", "parse": "reading"}
_CHECKS: Mapping[str, tuple[str, str]] = {
    "words_lost": ("documents", "kept less than 99.5 % of the words of their page"),
    "words_from_nowhere": ("documents", "have more words than their page shows"),
    "damage_made_in_issues": ("issues", "were damaged by the reading program"),
    "damage_made_elsewhere": ("other documents", "were damaged by the reading program"),
    "published_after_capture": ("dated documents", "say they were published after they were captured"),
    "cited_before_published": ("links", "lead to something that appeared more than two days after the citing document"),
    "set_aside": ("pages", "could not be fetched or read"),
}


def reason_in_words(reason: str) -> str:
    """Return a sentence for a reason; an unknown one is returned as words."""
    return REASONS.get(reason, reason.replace("_", " "))


def check_in_words(name: str, found: int, looked_at: int, allowed: int, meaning: str = "") -> str:
    """Return what a quality check found, as one sentence: how many of how many, and how many may."""
    things, said = _CHECKS.get(name, ("", meaning or name.replace("_", " ")))
    if not looked_at:
        return f"There are no {things} to check." if things else f"There is nothing to check: {said}."
    said = f"{things} {said}".strip()
    of = f"{found:,} of {looked_at:,}" if found else f"None of {looked_at:,}"
    return f"{of} {said}; {f'at most {allowed:,} may' if allowed else 'none may'}."
