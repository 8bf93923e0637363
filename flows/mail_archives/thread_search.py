"""The search for the threads of cited mails: which of an archive's mails belong to one, in a single pass over it."""

from collections.abc import Sequence

from warehouse.frontier.threads import CitedMail


class ThreadSearch:
    """The mails above cited mails, and up to `replies` mails below each, nearest to the beginning of the archive first.

    A reply is known by its References and In-Reply-To, so it is found before or behind the mail that it answers; one that names only
    another reply is found behind that reply.
    """

    def __init__(self, cited: Sequence[CitedMail], replies: int) -> None:
        self._above: dict[str, str] = {}
        self._answered: dict[str, str] = {}
        self._left = {one.document_id: replies for one in cited}
        for one in cited:
            for name in one.names:
                self._answered.setdefault(name, one.document_id)
            for name in one.answered:
                self._above.setdefault(name, one.document_id)
        self._seen = set(self._answered)

    def thread_of(self, name: str, answered: Sequence[str]) -> str | None:
        """Return the cited mail to whose thread a mail belongs, None if it belongs to none or its Message-ID was seen before.

        `answered` are the Message-IDs of the mails above it, the nearest last.
        """
        if name in self._seen:
            return None
        cited = self._cited_by(name, answered)
        if cited is not None:
            self._seen.add(name)
        return cited

    def _cited_by(self, name: str, answered: Sequence[str]) -> str | None:
        for above in reversed(answered):
            cited = self._answered.get(above)
            if cited is not None and self._left[cited] > 0:
                self._left[cited] -= 1
                self._answered[name] = cited
                return cited
        return self._above.get(name)
