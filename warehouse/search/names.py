"""A query of nothing but names of things finds what has them as typed before anything else."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from tantivy import Query

from warehouse.search.tables import Tables

# Words of the index that begin with a name (`ext4_inode` for ext4, a whole sha for its first digits).
MOST_CONTINUED = 200
# Documents whose text is looked at for a name's own capitals, as a multiple of the results wanted.
LOOKED_AT = 5


def place_names_first(
    tables: Tables, names: Sequence[str], scores: npt.NDArray[np.float32], wanted: int
) -> None:
    """Raise, in `scores`, documents by how they have each of `names`; minus infinity stays.

    As typed comes before the same letters in other capitals, that before a longer word that begins with the name,
    and that before all others; within each the order stays.
    """
    finite = scores > -np.inf
    if not finite.any():
        return
    step = float(scores[finite].max() - scores[finite].min()) + 1.0
    for name in names:
        whole, continued = _documents_with(tables, name)
        scores[continued] += np.float32(step)
        scores[whole] += np.float32(step)
    looked_at = np.argsort(-scores, kind="stable")[: LOOKED_AT * wanted]
    for row in looked_at[scores[looked_at] > -np.inf].tolist():
        passages = tables.passages_of(row)
        text = tables.texts.joined(passages.start, passages.stop) if passages else ""
        scores[row] += np.float32(
            step * sum(name in text or name in tables.documents["title"][row] for name in names)
        )


def _documents_with(tables: Tables, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Documents that have `name` as a word, and those that have it or a word that begins with it."""
    lexical = tables.lexical
    everything = len(tables.rows)
    typed = name.lower()
    whole, _ = lexical.search("documents", _same(lexical.term("documents", "whole", typed)), everything)
    longer = [word for word, _ in lexical.words_with_prefix("documents", "whole", typed, MOST_CONTINUED)]
    if not longer:
        return whole, whole
    continued, _ = lexical.search(
        "documents", _same(lexical.any_of("documents", "whole", longer)), everything
    )
    return whole, np.union1d(whole, continued)


def _same(query: Query) -> Query:
    return Query.const_score_query(query, 1.0)
