"""Mail archives in threads, made by tests: every mail's place is known."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ENVELOPE = b"From sample@kernel-log.example Wed Mar  4 17:31:20 2009\n"


@dataclass(frozen=True, slots=True)
class MadeMail:
    """A mail of a thread: its Message-ID, and those of the mails above it, the first mail first."""

    name: str
    above: tuple[str, ...] = ()

    @property
    def parent(self) -> str | None:
        """The mail that it answers."""
        return self.above[-1] if self.above else None


def made_threads(number: int, seed: int = 0) -> list[MadeMail]:
    """Return mails in the order in which they were sent: one in eight begins a thread, others answer one of the last fifty."""
    draw = random.Random(seed)
    mails: list[MadeMail] = []
    for count in range(number):
        above: tuple[str, ...] = ()
        if mails and draw.random() > 0.125:
            answered = draw.choice(mails[-50:])
            above = (*answered.above, answered.name)
        mails.append(MadeMail(f"{seed}.{count}@kernel-log.example", above))
    return mails


def message(mail: MadeMail, count: int, *, with_references: bool = True, text: str = "") -> bytes:
    """Return a mail as it was sent, `count` minutes after the first."""
    above = "".join(f"\n <{name}>" for name in mail.above)
    headers = f"References:{above}\n" if above and with_references else ""
    headers += f"In-Reply-To: <{mail.parent}>\n" if mail.parent else ""
    day, minute = divmod(count, 24 * 60)
    return (
        f"From: Writer {count % 7} <w{count % 7}@kernel-log.example>\n"
        f"Date: {1 + day % 28} Mar 2009 {minute // 60:02}:{minute % 60:02}:00 +0000\n"
        f"Message-ID: <{mail.name}>\n{headers}Subject: Matter {mail.above[0] if mail.above else mail.name}\n\n"
        f"{text or f'This is mail number {count}, written for a test of the archive, and it says what it says.'}\n"
    ).encode()


def write_mbox(path: Path, messages: Sequence[bytes] | Iterator[bytes]) -> Path:
    """Write an mbox; return its path."""
    with path.open("wb") as file:
        for one in messages:
            file.write(ENVELOPE + one + b"\n")
    return path
