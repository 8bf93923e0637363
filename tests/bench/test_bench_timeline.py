import gzip
import json
import subprocess
import sys
from pathlib import Path

from tests.bench.bench_timeline import score_topic

BENCH = Path(__file__).with_name("bench_timeline.py")
TOPIC = {
    "topic": "story",
    "articles": [
        {"date": "2009-03-06", "sentences": ["The Dom0 patches were merged on 5 March .", "Reviewers were pleased ."]},
        {"date": "2009-04-02", "sentences": ["The Dom0 patches merged on 5 March cause trouble ."]},
        {"date": "2009-04-02", "sentences": ["A fix for Dom0 was posted ."]},
    ],
    "timelines": [[["2009-03-05", ["The Dom0 patches were merged . \n"]], ["2009-04-02", ["A fix was posted . \n"]]]],
}


def test_bench_prints_a_line_a_topic_then_their_mean(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "story.json.gz", "wt", encoding="utf-8") as file:
        json.dump(TOPIC, file)
    done = subprocess.run([sys.executable, str(BENCH), str(tmp_path)], capture_output=True, text=True, check=True)
    topic, mean = (json.loads(line) for line in done.stdout.splitlines())
    assert (topic["topic"], mean["topic"]) == ("story", "mean")
    assert set(topic) == {"topic", "date_f1", "rouge1_f", "rouge2_f", "articles", "seconds", "baselines"}
    assert topic["date_f1"] == mean["date_f1"] == 1.0
    assert topic["rouge1_f"] > topic["rouge2_f"] > 0
    assert topic["baselines"] == {"articles": 0.5, "articles_mentions": 1.0}


def test_odd_articles_and_timelines_are_passed_over():
    articles = [
        {"date": "2010-04-20T10:00:00", "sentences": ["The well blew out on April 20 and eleven men died that day ."]},
        {"date": "2010", "sentences": ["A year is no day ."]},
        {"date": None, "sentences": ["Nobody knows when ."]},
        {"sentences": ["Nor here ."]},
        {"date": "2010-04-22", "sentences": []},
        {"date": "2010-04-23"},
        {"date": "2010-04-24", "sentences": ["", " ", "." * 5000, "The rig sank on Thursday ."]},
    ]
    timelines = [[["2010-04-20", ["The well blew out ."]], ["sometime", ["?"]]], [], [["2010-04-22", []]]]
    (first, last) = score_topic({"topic": "odd", "articles": articles, "timelines": timelines})
    assert first["date_f1"] == 1
    assert last["articles"] == 7


def test_a_topic_without_articles_scores_nothing():
    (row,) = score_topic({"topic": "none", "articles": [], "timelines": [[["2010-04-20", ["The well blew out ."]]]]})
    assert row["date_f1"] == 0
