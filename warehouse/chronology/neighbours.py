"""Sources of a story that a question alone does not find: those that its best hits cite, and those that cite them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

# Writers who return to a story link their earlier pieces, so a source cited by hits belongs to the story more surely than
# one that cites them, which may only touch on it. A third and a fifth: what a few good hits agree on overtakes a weak hit,
# what one of them links in passing does not.
_CITED, _CITING = 0.3, 0.2
_HITS = 20  # two timelines' worth of sources: beyond, hits are chance, and so is what they cite


def spread_over_links(
    scores: Mapping[str, float], links: Iterable[tuple[str, str]], *, hits: int = _HITS
) -> dict[str, float]:
    """Return scores of sources with a share of their neighbours' added, the best of the given ones scaled to 1.

    `links` are (citing, cited) pairs; both ends must be sources that may be shown, since sources without a score of
    their own get one here. Only the best `hits` hand on a share, and only once. No positive score gives an empty result.
    """
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return {}
    own = {source: score / best for source, score in scores.items() if score > 0}
    giving = set(sorted(own, key=lambda source: (-own[source], source))[:hits])
    spread: defaultdict[str, float] = defaultdict(float, own)
    for citing, cited in set(links):
        if citing == cited:
            continue
        if citing in giving:
            spread[cited] += _CITED * own[citing]
        if cited in giving:
            spread[citing] += _CITING * own[cited]
    return dict(spread)
