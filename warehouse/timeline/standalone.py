"""Whether a sentence can be read without the text around it."""

import re
from collections.abc import Iterator

# Shorter ones rarely have a subject and an event; longer ones are lists or two sentences run together by the page.
FEWEST_WORDS, MOST_WORDS = 6, 50

_WHOLE = re.compile(r"[\"“‘'`]*[A-Z0-9].*[^.…\s]\s?[.!:][\"”’'`)\]\s]*$", re.DOTALL)
_THAT = r"(?:it|them|this|that|these|those|the\s+(?:latter|former|same|above|following))"
# "This series adds": refers to the document, which the citation names.
_ITSELF = r"\s+(?:\w+\s+)?(?:series|patch(?:es|set)?|changes?|commit|release|message|mail|post|entry|driver|code)\b"
# Beginnings that refer to the sentence before.
_LEANS_BACK = re.compile(
    r"[\"'“‘`\s(]*(?:"
    rf"(?:he|she|it|they|we|i|you|this(?!{_ITSELF})|that|these(?!{_ITSELF})|those|his|her|its|their|our|my|your|such|there|here|however|but|and|or|so|yet|also|"
    r"then|thus|hence|therefore|instead|meanwhile|moreover|furthermore|nevertheless|nonetheless|still|besides|otherwise|indeed|"
    r"again|similarly|likewise|both|neither|another|other|others|which|who|while|because|although|finally|next|now|first|second|"
    r"third|lastly|additionally|accordingly|consequently|naturally|namely|sure|yes|no|of\s+course|all\s+in\s+all|please|consider|"
    r"note|recall|imagine|suppose|see|start|let)\b(?!-)|"
    r"(?:for|in)\s+(?:example|instance|addition|other\s+words|summary|short|response|return|particular|any\s+case|general)\b|"
    r"as\s+(?:a\s+(?:result|consequence|reminder)|such|was|noted|mentioned|described|seen|discussed|explained|usual|before|always|it|well)\b|"
    r"(?:in|to|on|at|by|for|from|of|with|without|after|before|since|until|under|despite|given|along|like|unlike|as|besides|because\s+of|"
    r"instead\s+of|(?:much|most|some|many|all|none|any|each|one|two|several|part|either|neither|few|half)\s+of|"
    rf"for\s+(?:much|most|some)\s+of|in\s+the\s+(?:case|light)\s+of)\s+{_THAT}\b|other\s+\w+s\b|"
    r"(?:the\s+|an?\s+)?(?:related|similar|further|one|other|another|first|second|third|next|last|final|only|biggest|main|real)\s+"
    r"(?:\w+\s+)?(?:issue|problem|question|thing|point|reason|step|idea|change|exception|approach|alternative|option|goal|change)s?\b|"
    r"the\s+(?:result|reason|problem|issue|idea|answer|solution|other|point|end\s+result|latter|former|same|rest|work|series|talk)\b"
    r"(?!\s+(?:of|for|with|from)\b)|\w+,\s+(?:he|she|it|they|this|these|those|that)\b)",
    re.IGNORECASE,
)
# "Shortly before, he had taken it in": a pronoun that nothing before it explains.
_BARE_SUBJECT = re.compile(r"[A-Z][^A-Z0-9,]*,\s+(?:he|she|it|they|this|these|those|that)\b")
_LABEL = re.compile(
    r"(?:\S+\s+){0,4}\S*\s?:\s"
)  # "In short: ...", "Getting started: where to get ...", an interview's name
_HE = re.compile(r"\b(?:he|she|him|his|her|hers)\b")
_NAME = re.compile(r"(?<=[\w,;:)\"'’”-] )[A-Z][a-z]")
# Words inside a sentence that refer to others: "that situation", "of it", ", however,", "we".
_POINTS_OUT: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"\b(?:these|those)\s+(?!who\b|that\b|which\b|of\b|in\b|with\b|two\b|days\b)\w+", re.IGNORECASE), 0.6),
    (
        re.compile(
            r"(?<=[\s(])this\s+(?!(?:week|month|year|spring|summer|autumn|fall|winter|morning|day|weekend|is|was|will|would|could|can|may|"
            r"might|has|and|or|means|merge\s+window)\b)\w+",
            re.IGNORECASE,
        ),
        0.4,
    ),
    (
        re.compile(
            r"\b(?:in|of|on|at|for|to|with|by|from|as|under|after|about|among|into|without|against|allow|allows|achieve|do|does|did)\s+"
            r"(?:that|those|this|it|them)\b(?!\s+(?:is|are|the|a|an|it|they|all|no)\b)",
            re.IGNORECASE,
        ),
        0.7,
    ),
    (re.compile(r"\bsuch\s+(?:a|an|as\s+this)\s+\w+|\b(?:that|this)\s+(?:sort|kind|way|case)\b", re.IGNORECASE), 0.6),
    (
        re.compile(
            r"(?:,\s*|\s)(?:however|though|instead|too|therefore|thus|then|nonetheless|nevertheless|for\s+example|for\s+instance|"
            r"also|as\s+well)\s*[,.;!]",
            re.IGNORECASE,
        ),
        0.6,
    ),
    (re.compile(r"\bhim\b"), 0.5),
    (re.compile(r"\b(?:also|another|other|either|neither)\b", re.IGNORECASE), 0.85),
    (re.compile(r"\b(?:above|below|aforementioned|as\s+follows|the\s+following|in\s+question)\b", re.IGNORECASE), 0.6),
    (re.compile(r"\b(?:the\s+(?:former|latter)|the\s+same\s+(?:way|time|thing))\b", re.IGNORECASE), 0.5),
    (re.compile(r"\b(?:we|our|ours|us|you|your|my|me|I['’]\w+)\b|(?<!/)\bI\b(?!/)|\blet['’]s\b"), 0.5),
    (
        re.compile(
            r"\b(?:(?:this|last|next|previous|recent|earlier|later|week['’]s)\s+(?:\w+\s+){0,3}(?:articles?|episode|part|"
            r"installments?|section|page|column|edition)|LWN|here)\b",
            re.IGNORECASE,
        ),
        0.4,
    ),
    (re.compile(r"\?|:\s*\Z"), 0.5),
    (re.compile(r"\A[\"“‘'`]"), 0.6),
)
# What a sentence may point at outside itself, by the name of its feature.
_NOUN = (
    r"(?:idea|proposal|approach|patch(?:es)?|patch\s*sets?|series|changes?|work|code|problem|question|issue|decision|discussion|conversation|"
    r"point|post(?:ing)?|message|version|mechanism|features?|call|driver|tests?|support|subsystem|module|developers?|maintainers?|function|"
    r"interface|api|flag|option|structure|limitation|restriction|case|effort|suggestion|request|release|kernel|tree|thread|talk|session|"
    r"company|fix|bug|functionality|capability|tools?|behavior|operations?|attempt|effect|hooks?|situation|time|moment|article)"
)
_POINTERS = {
    "~that": re.compile(rf"\b(?:that|this|these|those)\s+(?:\w+[\s-]){{0,2}}?{_NOUN}\b", re.IGNORECASE),
    "~such": re.compile(r"\bsuch\b", re.IGNORECASE),
    "~the": re.compile(rf"\AThe\s+(?:\w+[\s-]){{0,2}}?{_NOUN}\b(?!\s+(?:of|for|from|in|to|by|that|which)\b)"),
    "~it": re.compile(r"\A\W*(?:It|They|He|She|This|These|Those|That|His|Her|Their|Its)\b"),
    "~then": re.compile(
        r"\A(?:At\s+(?:that|the)\s+(?:time|point)|Then|Later|Since\s+then|In\s+(?:that|this)|From\s+(?:there|then)|After\s+that|"
        r"\w+\s+(?:full\s+)?(?:days|weeks|months|years)\s+later)\b"
    ),
    "~next": re.compile(
        r"\b(?:the|an?)\s+(?:second|third|other|next|new|latest|first|same|resulting|final|alternative)\s+\w+",
        re.IGNORECASE,
    ),
}
_PERSON = re.compile(r"(?<=[\w,;:)\"'’”-] )[A-Z][a-z]+|\A[A-Z][a-z]+(?:\s+[A-Z][a-z]+)")
_INNER_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][A-Za-z]+")
_MOST_NAMES = 3
_STEP_WORDS, _MOST_STEPS = 8, 5  # of the length of a sentence
_FAULTY = 0.25  # factor for a sentence that does not stand alone: it is used if nothing else reports the event
# A heading, caption or footer that a page ran into the sentence: "save power A phone can ...", or a full stop inside.
_RUN_IN = re.compile(
    r"\b[a-z]+\s+(?:A|An|The|This|It|In|On|For|With|There|When|If|As|At|By|To|From|We|You|He|She|They)\s+[a-z]|"
    r"[a-z]{3}[.!?][\"”’)]*\s+[A-Z][a-z]*\s+[a-z]|\n|\s[*•]\s.*\s[*•]\s"
)


def standing(text: str, title: str = "") -> float:
    """Return how well a sentence can be read without its neighbours, above 0 and up to 1.

    Each word that refers to other sentences lowers the value, and so does failing `is_standalone`.
    """
    return _pointing(text) * (1.0 if is_standalone(text, title) else _FAULTY)


def is_standalone(text: str, title: str = "") -> bool:
    """Return whether a text is one sentence that does not begin with a reference to another and contains no heading.

    A text that begins with the `title` of its document contains a heading.
    """
    text = text.strip()
    return is_whole(text) and not _LEANS_BACK.match(text) and not _runs_in(text, title)


def is_whole(text: str) -> bool:
    """Return whether a text looks like one sentence: capital, full stop, quotes and brackets closed, of usual length."""
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS or not _WHOLE.match(text):
        return False
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("(") == text.count(")")


def pointers(sentence: str) -> Iterator[str]:
    """Yield features of a sentence that show whether it can be read alone: what it points at, names and length."""
    yield from (name for name, pattern in _POINTERS.items() if pattern.search(sentence))
    he = _HE.search(sentence)
    if he is not None:
        yield "~he" if _PERSON.search(sentence, 0, he.start()) else "~he unnamed"
    yield f"~names {min(_MOST_NAMES, len(_INNER_NAME.findall(sentence)))}"
    yield f"~length {min(_MOST_STEPS, len(sentence.split()) // _STEP_WORDS)}"


def _pointing(text: str) -> float:
    value = 1.0
    for pattern, worth in _POINTS_OUT:
        if pattern.search(text):
            value *= worth
    if _BARE_SUBJECT.match(text) or _LABEL.match(text):
        value *= 0.4
    he = _HE.search(text)
    if he is not None and not _NAME.search(text, 0, he.start()) and not re.match(r"[A-Z][a-z]+\s+[A-Z]", text):
        value *= 0.5
    return max(value, 0.1)


def _runs_in(text: str, title: str) -> bool:
    has_title = len(title.split()) > 2 and text.casefold().startswith(title.casefold())
    return has_title or _RUN_IN.search(text) is not None
