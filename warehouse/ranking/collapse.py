"""From passages to documents: what several good passages of one document count together."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# The best passage counts in full, the second half, the third a quarter: a document that speaks of the matter in
# three places beats one that drops its name once. Table in the README: best alone .567, three so weighed .645.
PASSAGE_SHARES = (1.0, 0.5, 0.25)


def collapse_ranked(rows: Rows, scores: Scores, owners: Rows) -> tuple[Rows, Scores]:
    """Return the documents of some ranked passages and what they score together, in no order.

    `rows` are passages best first, `scores` theirs, `owners` the document of every passage there is.
    """
    documents = owners[rows]
    order = np.argsort(documents, kind="stable")
    documents, scores = documents[order], scores[order]
    is_first = np.ones(len(documents), bool)
    is_first[1:] = documents[1:] != documents[:-1]
    starts = np.flatnonzero(is_first)
    place = np.arange(len(documents)) - np.repeat(starts, np.diff(np.append(starts, len(documents))))
    shares = np.zeros(len(documents), np.float32)
    for rank, share in enumerate(PASSAGE_SHARES):
        shares[place == rank] = share
    return documents[starts], np.add.reduceat(scores * shares, starts) if len(starts) else scores


def collapse_all(scores: Scores, starts: Rows) -> Scores:
    """Return each document's score from the scores of all passages, those of one document lying together.

    `starts` is the first passage of each document; every document has at least one.
    """
    left = scores.copy()
    total = np.zeros(len(starts), np.float32)
    sizes = np.diff(np.append(starts, len(scores)))
    for rank, share in enumerate(PASSAGE_SHARES):
        best = np.maximum.reduceat(left, starts)
        has = sizes > rank
        total[has] += np.float32(share) * best[has]
        if rank + 1 < len(PASSAGE_SHARES):
            left[left == np.repeat(best, sizes)] = -np.inf
    return total
