"""The kinds of event that a sentence reports: proposed, posted, merged, released and so on."""

import re
from typing import Literal, get_args

EventKind = Literal[
    "proposed",
    "posted",
    "merged",
    "released",
    "removed",
    "rejected",
    "renamed",
    "regressed",
    "fixed",
    "deprecated",
    "announced",
    "disputed",
]
KINDS: tuple[EventKind, ...] = get_args(EventKind)

_WORDS: dict[EventKind, str] = {
    "proposed": r"propos(?:ed|es|al|als|ing)|suggest(?:ed|s)|called\s+for|calls\s+for|RFC|planned\s+to|plans?\s+to|wants?\s+to",
    "posted": r"(?:re)?post(?:ed|s|ing)|submitted|submits|submission|sent|returned\s+with|came\s+back|come\s+back|new\s+version|"
    r"patch\s*(?:set|series|es)?\s+(?:from|by)|latest\s+version|version\s+\d+\s+of|pull\s+request",
    "merged": r"merged|merges|merging|pulled|landed|lands|mainlined|accepted|inclusion|included|includes|incorporated|integrated|"
    r"(?:was|were|been|being|is|are|have|has)\s+(?:now\s+|also\s+|finally\s+)?(?:added|adopted|introduced|taken|in\s+(?:the\s+)?mainline)|"
    r"went\s+in(?:to)?|gone\s+in(?:to)?|goes\s+in(?:to)?|going\s+in(?:to)?|made\s+it\s+(?:in|into)|found\s+(?:its|their)\s+way|"
    r"(?:has|have|now)\s+gain(?:ed|s)|gained|now\s+supports?|now\s+has|can\s+now|now\s+(?:possible|available)|"
    r"there\s+is\s+(?:now\s+)?(?:a\s+new|support)|(?:switched|moved|converted)\s+(?:over\s+)?to|enabled\s+by\s+default|out\s+of\s+(?:the\s+)?staging",
    "released": r"released|releases?\s+of|is\s+out|are\s+out|was\s+out|came\s+out|comes\s+out|shipped|ships|is\s+now\s+available",
    "removed": r"removed|removal|removes|deleted|dropped|drops|(?:is|are|be)\s+gone|eliminated|retired|taken\s+out|reverted|reverts|"
    r"backed\s+out|disabled|no\s+longer\s+(?:supported|supports?|exists?|in)|went\s+away|goes\s+away|gone\s+away|withdrawn|withdrew",
    "rejected": r"reject(?:ed|s|ion)|refus(?:ed|es|al)|turned\s+down|nak(?:ed|['’]?d|s)|veto(?:ed)?|shot\s+down|ruled\s+out|not\s+(?:be\s+)?(?:merge|merged|accepted|accept)",
    "renamed": r"renam(?:ed|es|ing)|rebrand(?:ed|ing|s)?|now\s+(?:called|known\s+as|named)|new\s+name|changed\s+(?:its|the)\s+name",
    "regressed": r"regress(?:ed|ion|ions|es)|broke|breaks|breakage|vulnerabilit(?:y|ies)|exploit(?:ed|s|able)?|security\s+(?:hole|bug|issue|problem)s?|"
    r"corrupt(?:ed|ion|s)|CVE-\d+-\d+|root\s+hole",
    "fixed": r"fixed|fixes|repaired|mitigat(?:ed|es|ion|ions)|patched",
    "deprecated": r"deprecat(?:ed|es|ion)|obsolete[ds]?|orphaned|unmaintained|scheduled\s+for\s+removal",
    "announced": r"announc(?:ed|es|ement|ing)|unveil(?:ed|s)|launch(?:ed|es)|disclos(?:ed|es|ure)|publish(?:ed|es)|revealed|introduced|introduces|"
    r"joined|resign(?:ed|s|ation)|step(?:ped|s|ping)\s+down|quit|left|leaves|leaving|bought|acquired|hired|laid\s+off|banned|suspended|apologi[sz]ed|"
    r"presented|made\s+(?:public|known|available)|open[- ]sourced|took\s+over|takes\s+over|has\s+become|became|started|began|begun|decided|agreed|declared|signed",
    "disputed": r"argu(?:ed|es|ment|ments)|complain(?:ed|s|t|ts)|critici[sz](?:ed|es|sm|ms)|flame\s*(?:war|wars|fest)?|debated?|disput(?:ed|es)|controvers(?:y|ial)|"
    r"oppos(?:ed|es|ition)|object(?:ed|s|ion|ions)|disagree(?:d|s|ment)|concerns?|unhappy|angry|worried|questioned|asked|not\s+pleased|rant",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()}
_ANY = re.compile("|".join(rf"\b(?:{words})\b" for words in _WORDS.values()), re.IGNORECASE)


def kinds_of(text: str) -> tuple[EventKind, ...]:
    """Return the kinds of event whose words occur in a sentence, in the order of `KINDS`; empty for a description."""
    if not _ANY.search(text):
        return ()
    return tuple(kind for kind in KINDS if _PATTERNS[kind].search(text))
