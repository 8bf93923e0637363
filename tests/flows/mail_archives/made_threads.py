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


WORDS = [
    "scheduler",
    "kernel",
    "merged",
    "driver",
    "patch",
    "branch",
    "tree",
    "release",
    "Linus",
    "network",
    "filesystem",
    "lock",
    "memory",
    "page",
    "cache",
    "interrupt",
    "latency",
    "throughput",
    "Xen",
    "KVM",
    "ext4",
    "btrfs",
    "2.6.29-rc7",
    "2.6.30",
    "regression",
    "bisect",
    "testing",
    "review",
    "queue",
    "maintainer",
    "stable",
    "backport",
    "firmware",
    "timer",
    "trace",
]


def list_mails(size: int, seed: int = 0) -> Iterator[bytes]:
    """Yield the mails of a list until they have `size` bytes: two in five are words with quotes, the others carry a patch."""
    draw = random.Random(seed)
    last: list[MadeMail] = []
    written = count = 0
    while written < size:
        above: tuple[str, ...] = ()
        if last and draw.random() > 0.125:
            answered = draw.choice(last)
            above = (*answered.above, answered.name)[-20:]
        mail = MadeMail(f"{seed}.{count}@kernel-log.example", above)
        last = [*last[-49:], mail]
        one = message(mail, count, text=_patch(draw) if draw.random() < 0.6 else _words(draw))
        yield one
        written += len(one) + len(ENVELOPE) + 1
        count += 1


def _words(draw: random.Random) -> str:
    lines = [" ".join(draw.choices(WORDS, k=9)).capitalize() + "." for _ in range(draw.randint(4, 24))]
    return "\n".join(f"> {line}" if draw.random() < 0.4 else line for line in lines)


def _patch(draw: random.Random) -> str:
    changed = "\n".join(
        f"{draw.choice('+- ')}\t{' '.join(draw.choices(WORDS, k=6))};" for _ in range(draw.randint(20, 500))
    )
    said = " ".join(draw.choices(WORDS, k=30)).capitalize()
    return f"{said}.\n\nSigned-off-by: Writer <w@kernel-log.example>\n---\ndiff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,4 @@\n{changed}\n"
