"""The id of a patch, the same for a mail and the commit that it became: `git patch-id --stable` over the lines of a text.

Source: https://git-scm.com/docs/git-patch-id (2.39): white space, line numbers and the order of files do not count.
"""

import hashlib
import re

_HUNK = re.compile(r"@@ -\d{1,9}(?:,(?P<before>\d{1,9}))? \+\d{1,9}(?:,(?P<after>\d{1,9}))? @@")
_SPACE = re.compile(r"[ \t\r\n]+")


def patch_id(text: str) -> str | None:
    """Return the id of the first patch in a mail's text, None if it has none that git would apply, or a binary one."""
    total = 0
    file = hashlib.sha1(usedforsecurity=False)
    before = after = -1  # lines that the hunk still has; -1 inside the header of a file
    has_begun = False
    for line in text.split("\n"):
        is_header = line.startswith("diff ")
        if line.startswith("\\ ") or not (has_begun or is_header):
            continue
        has_begun = True
        if before == after == 0:
            if hunk := _HUNK.match(line):
                before, after = int(hunk["before"] or 1), int(hunk["after"] or 1)
                continue
            if not is_header:
                break
            total += _number(file)
            file = hashlib.sha1(usedforsecurity=False)
            before = after = -1
        if before == -1:
            if line.startswith(("GIT binary patch", "Binary files")):
                return None
            if line.startswith("index "):
                continue
            if line.startswith("--- "):
                before = after = 1
            elif not line[:1].isalpha():
                break
        before -= line[:1] in ("-", " ")
        after -= line[:1] in ("+", " ")
        file.update(_SPACE.sub("", line).encode("utf-8", "surrogateescape"))
    if not has_begun:
        return None
    return ((total + _number(file)) % (1 << 160)).to_bytes(20, "little").hex()


def _number(file: "hashlib._Hash") -> int:
    """Return the digest of a file's lines; git adds those of all files, so that their order does not count."""
    return int.from_bytes(file.digest(), "little")
