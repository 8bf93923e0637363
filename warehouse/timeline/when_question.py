"""Questions about when something happened: the subject and the kind of event they ask for."""

import re
from dataclasses import dataclass

from warehouse.kernel_versions import find_versions
from warehouse.timeline.other_names import other_names
from warehouse.timeline.when_fit import AskedKind

_VERBS: tuple[tuple[AskedKind, str], ...] = (
    ("graduated", r"(?:leave|left|(?:get|got|come|came|moved?|promoted|graduated?)\s+(?:out\s+of|from))\s+(?:the\s+)?staging"),
    ("merged", r"merged?|mainlined?|included?|added|accepted|taken\s+in|integrated|land(?:ed)?|introduced|adopted?|enter|arrived?|appear|"
     r"(?:go|gone|get|gotten|make\s+it|made\s+it|(?:make|made|find|found)\s+(?:its|their)\s+way)\s+in(?:to)?|(?:show|end)\s+up|debut|"
     r"become\s+part\s+of|(?:hit|reach)\s+(?:the\s+)?(?:mainline|kernel|linux)"),
    ("removed", r"removed?|dropped|deleted|taken\s+out|retired|disappear|go\s+away|reverted"),
    ("released", r"released?(?!\s+of\b)|come\s+out|published|shipped"),
    ("posted", r"(?:first\s+)?(?:posted|submitted|sent|proposed)"),
    ("announced", r"announced?|submit|unveiled|launch(?:ed)?|started|begin|start|made\s+public|disclosed"),
    ("renamed", r"renamed?|change\s+(?:its|their)\s+name|become\s+(?=v?\d)"),
    ("rejected", r"rejected|refused|turned\s+down"),
    ("deprecated", r"deprecated"),
    ("fixed", r"fixed"),
)  # fmt: skip
_VERB = "|".join(f"(?P<{kind}>{words})" for kind, words in _VERBS)
_BETWEEN = r"(?:\s+(?:get|got|first|finally|ever|been|actually|officially|already|yet))*\s+"
_ASKED = rf"\s+(?P<subject>.+?){_BETWEEN}(?:{_VERB})\b(?P<rest>.*)"
_WHEN = re.compile(
    r"^(?:when|(?:(?:in|on)\s+)?(?:what|which)\s+(?:year|month|day|date))\s+(?:was|were|did|is|are|has|have|had|does)"
    + _ASKED,
    re.IGNORECASE,
)
_WHETHER = re.compile(r"^(?:has|have|(?:was|were|is|did)(?=.*\?$))" + _ASKED, re.IGNORECASE)
_RELEASE = r"(?:\w+\s+){0,2}(?:kernel|release|version)s?(?:\s+(?:release|version))?(?:\s+of\s+(?:the\s+)?(?:linux\s+)?(?:kernel|linux))?"
# "In which release was lguest removed" and "which release was lguest removed in" ask what "when was lguest removed" asks.
_IN_WHICH = re.compile(
    rf"^(?:(?:in|with|since|as\s+of)\s+)?(?:which|what)\s+{_RELEASE}\s+(?=(?:was|were|did|has|have)\b)", re.IGNORECASE
)
_KERNEL = r"(?:the\s+)?(?:linux|kernel|mainline|linus(?:\s+torvalds)?)(?:\s+kernel)?"
# "Which release got lguest", "when did the kernel gain lguest".
_WHICH = re.compile(
    rf"^(?:(?:in|with|since)?\s*(?:which|what)\s+{_RELEASE}|when\s+did\s+{_KERNEL})\s+(?:first\s+)?(?P<verb>g[eo]t|gain(?:ed)?|"
    r"ha[ds]|included?|includes|support(?:ed|s)?|brought|brings|add(?:ed|s)?|merged?|pull(?:ed)?|accept(?:ed)?|introduced?|introduces|"
    r"removed?|drop(?:ped)?|deleted?|los[et]|(?:start|stop)(?:ped|ed)?\s+supporting|was|were|did)\s+(?P<subject>.+)",
    re.IGNORECASE,
)
_REMOVES = ("remove", "drop", "delete", "los", "stop")
_PLAIN = re.compile(r"^when\s+(?:was|were|did|is|are|has|have|had)\s+(?P<subject>.+)", re.IGNORECASE)
_GENERIC = re.compile(
    r"\b(?:the|a|an|into|in|from|to|of|for|on|mainline|kernel(?!\.\w)|linux|tree|support|driver|code|client|processor|architecture|subsystem|"
    r"first|file\s*system|new|legacy|old|layer|vulnerability|patch|patches|patch\s*set|lsm|hole|system\s+call|mechanism|algorithm|feature|"
    r"arch|driver)\b|[?!,]|\.(?!\w)",
    re.IGNORECASE,
)
_OF_RELEASES = re.compile(
    r"\b(?:stable|updates?|release|series|candidate|version|final|[\dxyz]+(?:\.[\dxyz]+)*)\b", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"[(),]")


@dataclass(frozen=True, slots=True)
class WhenAsked:
    """A question about when: the words of its subject, the kind of event (None for any) and the kernel release it names.

    `subject_words` are those words without generic ones ("support", "driver").
    """

    subject: str
    kind: AskedKind | None
    version: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the subject ("GEM, the graphics execution manager" has two), without generic words."""
        found = map(_short_name, _BETWEEN_NAMES.split(self.subject))
        return tuple(name for name in found if name) or (self.subject,)

    @property
    def other_names(self) -> tuple[str, ...]:
        """Other names of the subject, which the question does not have."""
        found = (other for name in (*self.names, self.subject) for other in other_names(name))
        return tuple(dict.fromkeys(found))

    @property
    def subject_words(self) -> str:
        """The names of the subject."""
        return ", ".join(self.names)


def _short_name(name: str) -> str:
    """Return a name without generic words, unless they make it one that is known ("BPF LSM")."""
    short = " ".join(_GENERIC.sub(" ", name).split())
    return " ".join(name.split()) if other_names(name) and not other_names(short) else short


def read_when(query: str) -> WhenAsked | None:
    """Return the parsed question, None if it is not a question about when."""
    query = " ".join(query.split())
    found = _WHEN.match(_IN_WHICH.sub("when ", query)) or _WHETHER.match(query)
    kind: AskedKind | None
    if (which := _WHICH.match(query)) is not None and (
        found is None or which["verb"].lower() not in ("was", "were", "did", "has")
    ):
        kind = "removed" if which["verb"].lower().startswith(_REMOVES) else "merged"
        subject = which["subject"]
    elif found is not None:
        kind = next(kind for kind, _ in _VERBS if found[kind])
        subject = f"{found['subject']} {found['rest']}"
    elif (plain := _PLAIN.match(_IN_WHICH.sub("when ", query))) is not None:
        kind, subject = None, plain["subject"]
    else:
        return None
    *_, version = None, *find_versions(subject)
    is_of_kernel = (
        version is not None
        and not _OF_RELEASES.sub(" ", _GENERIC.sub(" ", subject[: version.start] + subject[version.end :])).strip()
    )
    if is_of_kernel and version is not None and kind in ("merged", "released"):
        return WhenAsked(version.name, "released", version.name)  # "when did 2.6.30 arrive"
    return WhenAsked(subject, kind, None)
