"""Score `build_timeline` on Timeline17-shaped data: a JSON line a topic, then their mean.

    python tests/bench/bench_timeline.py DIR

Every `DIR/*.json.gz` is {"topic", "articles": [{"date", "sentences"}], "timelines": [[[day, [sentence, ...]], ...]]}.
For each reference timeline the system is given its number of days, its first and last day, and how many sentences it
has a day. `date_f1` compares the days; `rouge1_f` and `rouge2_f` the texts of each day that both chose, mean over those
days. A topic's line is the mean over its reference timelines; the last line the mean over all reference timelines of
all topics, as published results are. `baselines` use the same time expressions: `articles` takes the days with most
articles, `articles_mentions` adds one for every article that names the day. `seconds` is the whole topic, time
expressions included, baselines not.
"""

import datetime as dt
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.chronology.statements import DatedSentence, dated_sentence
from warehouse.chronology.timeline import Entry, build_timeline

Reference = dict[dt.date, list[str]]


def main() -> None:
    """Print the scores of every topic in the folder given, then their mean."""
    rows: list[dict[str, object]] = []
    for path in sorted(Path(sys.argv[1]).glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            topic = json.load(file)
        scores = score_topic(topic)
        if not scores:
            continue
        rows += scores
        print(json.dumps(_summary(topic["topic"], scores)), flush=True)
    if not rows:
        sys.exit(f"no *.json.gz in {sys.argv[1]}")
    print(json.dumps(_summary("mean", rows)))


def score_topic(topic: Mapping[str, object]) -> list[dict[str, object]]:
    """Return a row of scores for each reference timeline of a topic."""
    began = time.perf_counter()
    sentences = read_sentences(topic["articles"])
    spent = time.perf_counter() - began
    rows = []
    for days in topic["timelines"]:
        reference: Reference = {}
        for day, texts in days:
            read = _day(day)
            if read is not None:
                reference.setdefault(read, []).extend(texts)
        if not reference:
            continue
        began = time.perf_counter()
        built = _build(sentences, reference)
        spent += time.perf_counter() - began
        chosen = {entry.date: [sentences[row].text for row in entry.sentences] for entry in built}
        rows.append(
            {
                "date_f1": date_f1(chosen, reference),
                "rouge1_f": shared_rouge(chosen, reference, 1),
                "rouge2_f": shared_rouge(chosen, reference, 2),
                "articles": len(topic["articles"]),
                "baselines": {
                    "articles": date_f1(_most(_article_days(sentences), reference), reference),
                    "articles_mentions": date_f1(
                        _most(_article_days(sentences) + _mentioned_days(sentences), reference), reference
                    ),
                },
            }
        )
    for row in rows:
        row["seconds"] = spent
    return rows


def read_sentences(articles: Sequence[Mapping[str, object]]) -> list[DatedSentence]:
    """Return every sentence of the articles with the days it names; articles without a day or sentences have none."""
    return [
        dated_sentence(text, source=str(number), published=published, position=position)
        for number, article in enumerate(articles)
        if (published := _day(article.get("date"))) is not None
        for position, text in enumerate(article.get("sentences") or ())
    ]


def _day(text: object) -> dt.date | None:
    """The day of `2010-04-20` or `2010-04-20T10:00:00`; None for anything else: what has no day has no place here."""
    try:
        return dt.date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _build(sentences: Sequence[DatedSentence], reference: Reference) -> list[Entry]:
    per_day = round(sum(map(len, reference.values())) / len(reference))
    return build_timeline(
        sentences,
        start=min(reference),
        end=max(reference),
        entries=len(reference),
        sentences_per_entry=max(1, per_day),
    )


def date_f1(chosen: Sequence[dt.date] | Mapping[dt.date, object], reference: Reference) -> float:
    """Return the harmonic mean of precision and recall of the chosen days."""
    hits = len(set(chosen) & set(reference))
    return 2 * hits / (len(set(chosen)) + len(reference)) if hits else 0.0


def shared_rouge(chosen: Mapping[dt.date, list[str]], reference: Reference, size: int) -> float:
    """Return the mean ROUGE-N F1 over the days that both chose, 0 where there is none."""
    days = set(chosen) & set(reference)
    return sum(rouge_f(chosen[day], reference[day], size) for day in days) / len(days) if days else 0.0


def rouge_f(ours: Sequence[str], theirs: Sequence[str], size: int) -> float:
    """Return the F1 of the word n-grams two texts share, counted as often as both have them.

    Source: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), without stemming.
    """
    one, other = _ngrams(ours, size), _ngrams(theirs, size)
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if shared else 0.0


def _ngrams(texts: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", " ".join(texts).lower())
    return Counter(zip(*(words[start:] for start in range(size)), strict=False))


def _article_days(sentences: Sequence[DatedSentence]) -> Counter[dt.date]:
    return Counter({sentence.source: sentence.published for sentence in sentences}.values())


def _mentioned_days(sentences: Sequence[DatedSentence]) -> Counter[dt.date]:
    named = {
        (sentence.source, mention.date)
        for sentence in sentences
        for mention in sentence.mentions
        if mention.date == mention.date_end
    }
    return Counter(day for _, day in named)


def _most(days: Counter[dt.date], reference: Reference) -> list[dt.date]:
    inside = [day for day in days if min(reference) <= day <= max(reference)]
    return sorted(inside, key=lambda day: (-days[day], day))[: len(reference)]


def _summary(topic: str, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    def mean(values: Sequence[float]) -> float:
        return round(sum(values) / len(values), 4)

    summary: dict[str, object] = {"topic": topic}
    for name in ("date_f1", "rouge1_f", "rouge2_f", "articles", "seconds"):
        summary[name] = mean([row[name] for row in rows])
    summary["baselines"] = {
        name: mean([row["baselines"][name] for row in rows]) for name in ("articles", "articles_mentions")
    }
    return summary


if __name__ == "__main__":
    main()
