"""The verbs that say that a kind of event happened: as done to the subject before them, or to the object behind them."""

import re
from collections.abc import Mapping

_DIRECTLY = r"\s+(?!(?:to|for|in|into|by|from|with|as|on)\b)"  # "added lguest", not "added to lguest"
_INCLUDING = r"[^.;()]{0,60}?[,\s(](?:including|such\s+as)\s+"  # "deleted much code, including lguest"
_ADVERBS = r"(?:(?:now|also|finally|just|already|indeed|recently|first|officially|since|then|eventually|\w+ly)\s+)*"
BEEN = rf"\b(?:ha(?:s|ve|d|ving)\s+{_ADVERBS}been|was|were|is|are|got|gets|being)\s+{_ADVERBS}"
# What is done to the subject of the other kinds of event.
_PLAIN_VERBS: Mapping[str, str] = {
    "released": r"released|shipped|published|made\s+available",
    "posted": r"posted|submitted|sent|proposed|introduced|announced|published",
    "announced": r"announced|unveiled|introduced|launched|disclosed|released|posted|published|started|revealed|made\s+public",
    "proposed": r"proposed|suggested",
    "rejected": r"rejected|refused|turned\s+down|vetoed|nacked",
    "deprecated": r"(?:marked\s+(?:as\s+)?)?(?:deprecated|obsoleted?|orphaned)",
    "fixed": r"fixed|patched|repaired|mitigated",
}
HAPPENED_TO: Mapping[str, re.Pattern[str]] = {
    **{kind: re.compile(rf"{BEEN}(?:{verbs})\b", re.IGNORECASE) for kind, verbs in _PLAIN_VERBS.items()},
    "merged": re.compile(
        rf"{BEEN}(?:merged|pulled|accepted|included|added|integrated|adopted|incorporated|taken|mainlined|introduced)\b|"
        rf"\b(?:ha(?:s|ve|d)\s+)?{_ADVERBS}(?:landed|went\s+in|gone\s+in|made\s+it|"
        r"(?:found|made|worked|sneaked|snuck)\s+(?:its|their)\s+way|entered|appeared|arrived|debuted|joined)\b|\b(?:was|is|are|were)\s+(?:now\s+)?(?:in|part\s+of)\s+(?:the\s+)?(?:mainline|kernel|Linux)|"
        r"\b(?:is|are)\s+now\s+supported\b(?!\s+(?:on|by|in|for|with)\b)",
        re.IGNORECASE,
    ),
    "removed": re.compile(
        rf"{BEEN}(?<!\bis\sbeing\s)(?<!\bare\sbeing\s)(?:removed|dropped|deleted|retired|eliminated|excised|taken\s+out|gone)\b|\b(?:went|gone)\s+away\b",
        re.IGNORECASE,
    ),
    "graduated": re.compile(
        rf"(?:\b(?:has|have|had)\s+{_ADVERBS}|{BEEN})?\b(?:graduated|moved|promoted|came|come|taken)\s+"
        r"(?:(?:in)?to\s+(?:\S+\s+){1,4}?)?(?:from|out\s+of)\s+(?:the\s+)?staging|\bleft\s+(?:the\s+)?staging",
        re.IGNORECASE,
    ),
}
DONE_TO: Mapping[str, re.Pattern[str]] = {
    **{kind: re.compile(rf"\b(?:{verbs}){_DIRECTLY}", re.IGNORECASE) for kind, verbs in _PLAIN_VERBS.items()},
    "merged": re.compile(
        r"\bmerged\s+(?:(?:for|in|into)\s+(?:\S+\s+){1,5}?)?(?:was|is|were|are|include[sd]?)\s+|"
        r"\b(?:merged|added);\s+(?:this|these|that|it|they)\s+(?:\w+\s+)?includes?\s+|"
        rf"\b(?:merged|added)\b{_INCLUDING}|"
        r"\bkernel\s+(?:has\s+)?(?:gained|now\s+(?:supports?|has|includes?))\s+|"
        rf"\b(?:merged|pulled(?:\s+in)?|(?:merging|merger|merge|inclusion|addition|introduction)\s+of|accepted|added){_DIRECTLY}",
        re.IGNORECASE,
    ),
    "removed": re.compile(
        rf"\b(?:removed|deleted)\b{_INCLUDING}|"
        rf"\b(?:removed|removes|removing|removal\s+of|dropped|deleted|deletes){_DIRECTLY}",
        re.IGNORECASE,
    ),
    "graduated": re.compile(r"(?!)"),
}
