"""Sentences about an event in a plainer form: brackets, asides and clauses about the subject are taken out or written out."""

import re

from warehouse.timeline.statement_words import statement_words

_NEW_LINE = re.compile(r"\s*\n\s*(?=[A-Z])")
AND = re.compile(r"\s+(?:and|or)\s+|,\s+(?:(?:and|or)\s+)?")
_OTHER_NAME = re.compile(r"(\S+)\s+\([\"“]?([\w./-]+)[\"”]?\)")  # ia64 ("Itanium")
# "the kernel shared memory (KSM) subsystem" is the KSM subsystem.
_SHORT_NAME = re.compile(r"\b(?:the|an?)\s+((?:[\w/-]+\s+){1,5})\([\"“]?([\w./-]+)[\"”]?\)", re.IGNORECASE)
# "the unioning filesystem (also known as overlayfs)"
_ALSO_CALLED = re.compile(
    r"\((?:also|better|or|formerly|aka|a\.k\.a\.|called|known|as|\s)+\s+([\"“]?[\w./-]+[\"”]?)(?:\s+for\s+short)?\)",
    re.IGNORECASE,
)
# 'a new hypervisor called "lguest"'
_CALLED = re.compile(
    r"\b(?:an?|the|another|one)\s+(?:[\w/-]+\s+){0,6}?(?:called|named|dubbed|known\s+as)\s+(?=[\"“]?\w)", re.IGNORECASE
)
# "lguest, merged in 2.6.23," and "lguest (merged in 2.6.23)" are lguest, which was merged in 2.6.23.
_DONE = r"merged|added|introduced|removed|dropped|posted|announced|released"
DONE = re.compile(rf"\b(?:{_DONE})\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(
    rf"\s*[(](?:(?:and|first|recently|finally)\s+)*({_DONE})\b([^()]*)[)]",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<!\bbe)(?<!\bbeen)(?<!\bwas)(?<!\bwere)(?<!\bis)(?<!\bare)(?<!\bbeing)(?<!ly)(?<!\bnot)(?<!\bnever)(?<!\bhaving)"
    rf"(,?)\s+({_DONE})\s+(?=(?:for|in|into)\s+(?:the\s+)?(?:Linux\s+|kernel\s+)?(?:\d|mainline))"
)
# "lguest, which is a hypervisor, has been merged"
_VERB = r"(?:has|have|had|was|were|is|are)\b"
_HAPPENED = rf"which\s+was\s+(?:{_DONE})\b"
_INSERTED = re.compile(
    rf",\s+(?!{_HAPPENED})(?:which|who|a|an|the|one|intended|designed|meant)\b[^,;.]*,(?=\s+{_VERB})"
)
# "The lguest hypervisor, small, fast and easy to read, has been merged"
_AFTER_SUBJECT = re.compile(
    rf"^(?!(?:in|on|at|after|as|with|for|since|by|while|when|if|also|now|but|and|so|then|once|among|despite|\w+ly)\b)"
    rf"((?:(?!{_VERB})[^\s,;:]+\s+){{0,7}}[^\s,;:]+),\s+(?!(?:and|but|so|or)\b|{_HAPPENED})[^;:]*?,(?=\s+(?:{_VERB}|(?:made|found|went|came|\w+ed)\b))",
    re.IGNORECASE,
)
# "The virtualization patch set, which includes the lguest hypervisor, has been merged"
_WHICH_INCLUDES = re.compile(
    rf",\s+which\s+(?:also\s+)?(?:includes?|adds?|introduces?|implements?|provides?)\s+([^,;:]*),(?=\s+{_VERB})",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"\b\w*_\w*")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_ASIDE = re.compile(r"\s*\((?!including\b)(?=[^()]*\s)[^()]*\)")


def plain_text(text: str, own_words: frozenset[str]) -> str:
    """Return a sentence in a plainer form, in which a subject of those words stands where another name or a list stands for it."""
    text = " ".join(_NEW_LINE.sub(". ", text.strip()).split())
    text = _BARE.sub(r", which was \2 ", _IN_BRACKETS.sub(r", which was \1\2,", text))
    listed = next((found for found in _BRACKETS.finditer(text) if "," in found[1]), None)
    if listed is not None:
        named = (one for one in AND.split(listed[1]) if set(statement_words(one.replace("_", ""))) == own_words)
        text = next((one + text[listed.end() :] for one in named), text)
    text = _ASIDE.sub("", _ALSO_CALLED.sub(r"(\1)", _CALLED.sub("the ", text)))
    text = _IDENTIFIER.sub(lambda name: _one_word(name[0], own_words), text)
    part = _WHICH_INCLUDES.search(text)
    if part is not None and own_words.intersection(statement_words(part[1])):
        text = f"{part[1]}{text[part.end() :]}"
    text = _AFTER_SUBJECT.sub(r"\1", _INSERTED.sub("", text))
    text = _SHORT_NAME.sub(
        lambda name: f"the {name[2]}" if own_words.intersection(statement_words(name[2])) else name[0], text
    )
    return _OTHER_NAME.sub(lambda name: name[2] if own_words.intersection(statement_words(name[2])) else name[1], text)


def _one_word(identifier: str, own_words: frozenset[str]) -> str:
    """Return an identifier as one word, but "vhost_net" as the "vhost-net" that a question asks for."""
    parts = identifier.strip("_").replace("_", "-")
    return parts if len(own_words) > 1 and own_words == set(statement_words(parts)) else identifier.replace("_", "")
