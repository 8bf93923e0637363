"""The names of the months in the languages of the archive's pages and mails."""

from collections.abc import Iterable

from warehouse.accents import without_accents

ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sept sep", "oct", "nov", "dec")
SHORT = tuple(name for names in _ENGLISH_SHORT for name in names.split() if name not in ENGLISH)
"""English abbreviations of the months; May has none."""

_NAMES = {
    "en": tuple(f"{name} {short}" for name, short in zip(ENGLISH, _ENGLISH_SHORT, strict=True)),
    "de": (
        "januar jänner jan jän", "februar febr feb", "märz maerz mär mrz", "april apr", "mai", "juni jun", "juli jul",
        "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez",
    ),
    "fr": (
        "janvier janv", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil", "août aoû", "septembre sept",
        "octobre oct", "novembre nov", "décembre déc",
    ),
    "es": (
        "enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
        "septiembre sept sep", "octubre oct", "noviembre nov", "diciembre dic",
    ),
}  # fmt: skip


def month_numbers(*languages: str) -> dict[str, int]:
    """Return 1 to 12 by name and abbreviation in these languages (`en de fr es`), in lower case, with and without accents."""
    numbers = {
        name: number
        for language in languages
        for number, names in enumerate(_NAMES[language], start=1)
        for name in names.split()
    }
    return numbers | {without_accents(name): number for name, number in numbers.items()}


def any_of(names: Iterable[str]) -> str:
    """Return a regex fragment that matches any of the names, longest first."""
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))
