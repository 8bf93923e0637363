"""Why a document was found, in a reader's words."""

from collections.abc import Iterable, Mapping

from search_ui.wording import escaped
from warehouse.records import Hit, PassageHit

SAID: Mapping[str, str] = {
    "words": "The passage has the words of the question",
    "meaning": "The passage means something similar",
    "centroid": "The whole document is on this subject",
    "title": "The title has words of the question",
    "document": "The words stand in the whole document",
    "citations": "Documents that cite it use these words",
}
_BEST = (1, 3, 10, 50)
MOST_WORDS = 12


def reasons(hit: Hit) -> str:
    """Return the reasons as HTML items, the best first: what fits, and how well compared with all other documents."""
    ranked = sorted(hit.rankers, key=lambda ranker: ranker.rank)
    said = [f"{SAID.get(ranker.name, ranker.name)}: {_place(ranker.rank)}." for ranker in ranked]
    words = matching_words(hit.passages)
    if words:
        said.insert(0, f"Matching words: {', '.join(words)}.")
    return "".join(f"<li>{escaped(one)}</li>" for one in said)


def _place(rank: int) -> str:
    if rank == 1:
        return "the best of all documents"
    most = next((one for one in _BEST if rank <= one), None)
    return f"among the best {most}" if most else "less than others do"


def matching_words(passages: Iterable[PassageHit]) -> list[str]:
    """Return the words marked in the passages, each once."""
    found: dict[str, str] = {}
    for passage in passages:
        for start, end in passage.marks:
            found.setdefault(passage.text[start:end].casefold(), passage.text[start:end])
    return list(found.values())[:MOST_WORDS]
