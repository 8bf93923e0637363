"""Letters without their accents."""

import unicodedata


def without_accents(text: str) -> str:
    """Return a text without accents ("Frédéric" is "Frederic"); letters that Unicode takes for whole, such as ø, stay."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def folded(text: str) -> str:
    """Return a text without accents and capitals, in which names are compared."""
    return without_accents(text).casefold()
