"""Fit how surely a sentence tells that something happened, and print how well that is known of sentences outside the fit.

    python tests/bench/fit_telling.py ARCHIVE [--write]

ARCHIVE is an archive home of LWN with the sentences that tests/labelled/statements.jsonl judges. Only the development half is fitted on,
and, for what can be understood alone, the entries of tests/labelled/timeline_entries.jsonl; the figures are of the final half. `--write` replaces
warehouse/timeline/telling.json.
"""

import argparse
import json
from pathlib import Path

import duckdb
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from warehouse.connection import open_release
from warehouse.home import Home
from warehouse.timeline.telling import QUESTIONS, terms_of

LABELLED = Path(__file__).parents[1] / "labelled" / "statements.jsonl"
ENTRIES = LABELLED.with_name("timeline_entries.jsonl")
OUTPUT = Path(__file__).parents[2] / "warehouse" / "timeline" / "telling.json"
FEWEST = 3  # sentences with a term
# The strength of each regression, the best in five folds of the development half of .03, .1 and .3.
STRENGTHS = (0.3, 0.1, 0.03, 0.1, 0.1)
SHOWN = (-1.0, -0.5, 0.0, 0.5)


def main() -> None:
    """Print the figures; write the weights if requested."""
    parser = argparse.ArgumentParser(description="Fit how surely a sentence tells that something happened.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = [*_read(LABELLED), *_entries_beside(_read(LABELLED))]
    with open_release(Home(options.archive).release()) as archive:
        texts = [_sentence(archive, row) for row in rows]
    is_fitted = np.array([row["half"] == "development" for row in rows])
    counter = CountVectorizer(analyzer=lambda text: set(terms_of(text)), min_df=FEWEST, binary=True)
    counter.fit([text for text, fits in zip(texts, is_fitted, strict=True) if fits])
    features = counter.transform(texts)
    models = []
    for question, strength in zip(QUESTIONS, STRENGTHS, strict=True):
        answers = np.array([_answer(row, question) for row in rows])
        fits, keeps = is_fitted & (answers >= 0), ~is_fitted & (answers >= 0)
        model = LogisticRegression(C=strength, max_iter=5_000).fit(features[fits], answers[fits])
        models.append(model)
        _print_scores(question, model.decision_function(features[keeps]), answers[keeps])
    if options.write:
        weights = np.stack([model.coef_[0] for model in models], axis=1).round(3).tolist()
        terms = dict(zip(counter.get_feature_names_out().tolist(), weights, strict=True))
        lines = ",\n".join(f"{json.dumps(term)}: {json.dumps(terms[term])}" for term in sorted(terms))
        intercepts = [round(float(model.intercept_[0]), 3) for model in models]
        OUTPUT.write_text(f'{{"intercepts": {intercepts},\n"terms": {{\n{lines}\n}}}}\n', encoding="utf-8")


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _entries_beside(statements: list[dict]) -> list[dict]:
    """Return the judged entries of the development half, each sentence once, that are not among the statements."""
    known = {(row["url"], row["char_start"]) for row in statements}
    entries = {(row["url"], row["char_start"]): row for row in _read(ENTRIES) if row["half"] == "development"}
    return [{**row, "event": None, "turn": None} for key, row in entries.items() if key not in known]


def _answer(row: dict, question: str) -> int:
    """Return 1 for yes, 0 for no, -1 where it was not asked."""
    if question == "self_contained":
        return int(row["alone"])
    if question == "recent":
        return {"recent": 1, "old": 0}.get(row.get("age", ""), -1)
    if row["turn"] is None:
        return -1
    return int(row["event"] == "H" if question == "happened" else row["turn"] > (question == "turning_point"))


def _sentence(archive: duckdb.DuckDBPyConnection, row: dict) -> str:
    found = archive.execute(
        "SELECT text[$begin + 1 : $end] FROM documents WHERE url = $url",
        {"begin": row["char_start"], "end": row["char_end"], "url": row["url"]},
    ).fetchone()
    assert found is not None, row["url"]
    return found[0]


def _print_scores(question: str, scores: np.ndarray, right: np.ndarray) -> None:
    print(f"{question}: {right.mean():.3f} of {len(right)}, area under the curve {roc_auc_score(right, scores):.3f}")
    for least in SHOWN:
        said = scores > least
        print(
            f"  above {least}: precision {right[said].mean():.3f}, recall {right[said].sum() / right.sum():.3f}, {said.mean():.3f} of all"
        )


if __name__ == "__main__":
    main()
