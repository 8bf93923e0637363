"""Mail archives as an origin: a linked mail is looked up by its Message-ID, whichever mirror the link names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.mail_archives.mailboxes import Unread, files_of, is_mail_folder, read_file, read_folder
from flows.mail_archives.messages import address_of, answered, archived_at, gmane_keys, head_of, message_id, sent_at
from flows.mail_archives.public_inbox import files_of_repository, no_mail, read_repository, repositories
from flows.mail_archives.thread_search import ThreadSearch
from flows.sources.registry import identify
from flows.web.origin import Fetched, Listed
from warehouse.captures.files import Response
from warehouse.errors import PageSetAside, TooLarge, UsageError
from warehouse.frontier.ledger import Due
from warehouse.home import now
from warehouse.records import Identity

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class FoundMail:
    """A mail that no link names, as a response for its address; `cited` is the mail to whose thread it belongs, if it was asked for."""

    identity: Identity
    response: Response
    cited: str | None = None


@dataclass(frozen=True, slots=True)
class MailArchive:
    """One mbox, maildir, folder of .eml files, message or public-inbox; it is read once for each batch of addresses."""

    path: Path
    max_bytes: int
    aliases: Mapping[str, str]
    name: str = MAIL

    def parts(self) -> list[str]:
        """Return the archive as one part, so that it is checked once for files and messages that cannot be read.

        A repository is not checked, because it contains only mail.
        """
        return [] if not self.path.is_file() and repositories(self.path) else self.state()

    def state(self) -> list[str]:
        """Return the archive as one part that changes when its files change."""
        if self.path.is_file():
            files = [self.path]
        elif found := repositories(self.path):
            files = [file for repository in found for file in files_of_repository(repository)]
        else:
            files = files_of(self.path)
        about = [file.stat() for file in files]
        size, newest = sum(one.st_size for one in about), max((one.st_mtime_ns for one in about), default=0)
        return [f"{self.path.resolve()} {len(files)} {size} {newest}"]

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield, as `error`, files and messages that cannot be read, and messages that no link can name.

        No address is yielded, because only mail that an issue cites is archived.
        """
        for number, found in enumerate(read_archive(self.path, self.max_bytes)):
            if isinstance(found, Unread):
                inside = "" if found.place == self.path.name else f"#{found.place}"
                place, why = f"{self.path.name}{inside}", found.why
            elif len(found) > self.max_bytes:
                place, why = f"{self.path.name}#mail={number}", _too_large(self.max_bytes)
            elif not any(self._keys(head_of(found))):
                place, why = f"{self.path.name}#mail={number}", "the mail has no Message-ID, so no link can refer to it"
            else:
                continue
            yield Listed(place, where=self.path.name, error=PageSetAside(f"{place}: {why}", reason="mail"))

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield the mails of a batch that are in the archive."""
        missing = {one.url: one for one in due if one.kind == "mail"}
        due_by_key: dict[str, list[Due]] = {}
        for one in missing.values():
            for key in {one.key, one.message_id or one.key}:
                due_by_key.setdefault(key, []).append(one)
        if not missing:
            return
        for message in read_messages(self.path, self.max_bytes):
            head = head_of(message)
            for key in self._keys(head):
                for one in due_by_key.pop(key, ()):
                    if missing.pop(one.url, None) is not None:
                        yield self._fetched(one, head, message)
            if not missing:
                return

    def find_threads(self, search: ThreadSearch) -> Iterator[FoundMail]:
        """Yield the mails that belong to the threads of cited mails, except for those over the limit."""
        for name, head, message in self._named_messages():
            cited = search.thread_of(name, answered(head))
            if cited is not None and (found := self._found(name, head, message, cited)) is not None:
                yield found

    def read_all(self) -> Iterator[FoundMail]:
        """Yield every mail, except for those over the limit; mails with one Message-ID are all yielded."""
        for name, head, message in self._named_messages():
            if (found := self._found(name, head, message)) is not None:
                yield found

    def _named_messages(self) -> Iterator[tuple[str, bytes, bytes]]:
        for message in read_messages(self.path, self.max_bytes):
            head = head_of(message)
            name = message_id(head)
            if name is not None and len(message) <= self.max_bytes:
                yield name, head, message

    def _found(self, name: str, head: bytes, message: bytes, cited: str | None = None) -> FoundMail | None:
        """Return a mail under its own address, None if its Message-ID is none that an address can have."""
        identity = identify(address_of(name), aliases=self.aliases)
        if (identity.kind, identity.key) != ("mail", name):
            return None
        return FoundMail(identity, self._response(identity.url, head, message), cited)

    def _keys(self, head: bytes) -> Iterator[str]:
        name = message_id(head)
        if name:
            yield name
        yield from gmane_keys(head)
        for url in archived_at(head):
            try:
                yield identify(url, aliases=self.aliases).key
            except UsageError:
                continue

    def _fetched(self, due: Due, head: bytes, message: bytes) -> Fetched:
        if len(message) > self.max_bytes:
            return Fetched(due.url, error=TooLarge(f"{due.url}: {_too_large(self.max_bytes)}.", reason="too_large"))
        return Fetched(due.url, response=self._response(due.url, head, message))

    def _response(self, url: str, head: bytes, message: bytes) -> Response:
        return Response(
            url=url,
            status=200,
            reason="OK",
            headers=[("Content-Type", "message/rfc822")],
            body=message,
            captured_at=sent_at(head) or now(),
            origin=self.name,
        )


def read_messages(path: Path, most: int) -> Iterator[bytes]:
    """Yield every raw message of an archive, as `read_archive` does, without anything `Unread`."""
    yield from (found for found in read_archive(path, most) if not isinstance(found, Unread))


def read_archive(path: Path, most: int) -> Iterator[bytes | Unread]:
    """Yield every raw message of an archive, and `Unread` for anything else in it; `most` is as for `read_file`.

    Raises:
        UsageError: the archive has an unknown format, or git is needed and is missing or fails.
    """
    if path.is_file():
        yield from read_file(path, most)
    elif found := repositories(path):
        has_mail = False
        for repository in found:
            for message in read_repository(repository, most):
                has_mail = True
                yield message
        if not has_mail:
            raise no_mail(path)
    elif is_mail_folder(path):
        yield from read_folder(path, most)
    else:
        raise UsageError(
            f"--mail {path}: no file in it begins like mail; expected an mbox, a maildir, .eml files or a public-inbox repository."
        )


def _too_large(most: int) -> str:
    return f"the mail has more than {most:,} bytes (KLOG_MAX_SENT_BYTES)"
