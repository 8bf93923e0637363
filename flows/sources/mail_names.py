"""The author of a mail: the name and the address in a From field, or as archives print it.

Source: RFC 5322, 3.4 (name-addr), 3.2.4 (quoted strings), 3.2.2 (comments) and 4.4 (names after the address).
"""

import re

_NAME_CHARS = 400
_ANGLE = re.compile(r"<[^>]*>?")
_BARE_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_MASKED = re.compile(r"\([^()\s]*@[^()\s]*\)")  # an address after the name that archives have partly masked
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_WRAPPED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_PAIRS = (("(", ")"), ("[", "]"))
_EDGES = "<>,;' "


def name_and_address(text: str | None) -> tuple[str | None, str | None]:
    """Return the name of `Name <address>`, `address (Name)` or `name at host`, and the address if it is complete.

    A company in brackets after a name is part of the name.
    """
    if not text:
        return None, None
    text = text[:_NAME_CHARS]
    restored = text.replace(" () ", "@").replace(" ! ", ".").replace(" at ", "@", 1) if "@" not in text else text
    restored = restored.replace("<at>", "@")
    mail = _BARE_MAIL.search(restored)
    address = mail[0] if mail and "xxx" not in mail[0] and "..." not in mail[0] else None
    inside = _PARENTHESES.search(restored)
    name = _ANGLE.sub(" ", restored)
    if inside and _BARE_MAIL.fullmatch(_PARENTHESES.sub("", name).strip() or "-"):
        name = inside[1]
    name = _MASKED.sub(" ", name)
    quoted = _QUOTED.fullmatch(name.strip()) if "\\" in name else None
    name = _ESCAPED.sub(r"\1", quoted[1]) if quoted else name.replace('"', " ").replace("\\", "")
    name = _trimmed(" ".join(_BARE_MAIL.sub(" ", name).split()))
    return name or (mail[0] if mail else None), address


def _trimmed(name: str) -> str:
    """Return the name without punctuation and unpaired brackets at its ends."""
    before = None
    while name != before:
        before = name
        name = name.strip(_EDGES)
        if _WRAPPED.fullmatch(name):
            name = name[1:-1]
        for opening, closing in _PAIRS:
            if name.endswith(closing) and name.count(opening) < name.count(closing):
                name = name[:-1]
            elif name.endswith(opening) or (
                name.startswith(opening) and name.endswith(closing) and name.count(opening) == 1
            ):
                name = name[:-1] if name.endswith(opening) else name[1:-1]
            elif name.startswith((closing, opening)) and name.count(opening) != name.count(closing):
                name = name[1:]
    return name
