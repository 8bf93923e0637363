"""Many short articles made from a seed, for whole builds that need more pages than the sample has."""

import datetime as dt
from pathlib import Path
from random import Random

from flows import sample
from warehouse.captures.files import CaptureWriter, Response

PAGES = 400
SUBJECTS = (
    "Btrfs",
    "ext4",
    "Xen Dom0",
    "the scheduler",
    "memory cgroups",
    "KVM",
    "Nouveau",
    "perf",
    "the VFS",
    "ftrace",
)
DEEDS = ("was merged in", "was reworked for", "broke suspend in", "learned to use", "was dropped from", "got faster in")
PAGE = """<!DOCTYPE html><html><head><title>{title} [LWN.net]</title></head><body><div class="maincolumn">
<div class="PageHeadline"><h1>{title}</h1></div><div class="ArticleText">
<div class="FeatureByline">By <b>{author}</b><br>{day:%B} {day.day}, {day.year}</div>
{paragraphs}
</div></div></body></html>"""


def write_pages(path: Path) -> Path:
    """Write a WARC file with the sample's pages and many short articles made from a seed; return its path."""
    chance = Random(19)
    with CaptureWriter(path.parent / "made", max_bytes=1 << 30) as writer:
        for number in range(PAGES):
            day = dt.date(2009, 1, 1) + dt.timedelta(days=number * 3)
            told = [
                f"{chance.choice(SUBJECTS)} {chance.choice(DEEDS)} 2.6.{chance.randrange(28, 39)}" for _ in range(3)
            ]
            body = PAGE.format(
                title=f"{told[0]} ({number})",
                author=f"Writer {number % 23}",
                day=day,
                paragraphs="".join(
                    f"<p>{one}, as was said on {day:%d %B %Y}; patch {number} of the series.</p>" for one in told
                ),
            )
            moment = dt.datetime.combine(day, dt.time(12))
            headers = [("Content-Type", "text/html; charset=utf-8")]
            writer.append(
                Response(
                    f"https://lwn.net/Articles/{700_000 + number}/", 200, "OK", headers, body.encode(), moment, "made"
                )
            )
    made = (path.parent / "made" / "klog-00001.warc.gz").read_bytes()
    path.write_bytes(sample.SAMPLE_WARC.read_bytes() + made)
    return path
