"""How well the class of a complaint is suggested: macro-F1 on rows kept out of training, and the cost of one suggestion.

Data: labelled Chinese complaints as CSV (`labelled.csv.gz`: title, body, label; `segmented_labelled.csv.gz`: tokens,
label). They are not part of this project; without them the bench says so and ends well.
"""

import argparse
import csv
import gzip
import json
import sys
import time
from collections import Counter
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE / "src"))

from chengshu.govern.cases.logic import classifier, training  # noqa: E402


def read_rows(folder: Path) -> list[tuple[str, str, str]]:
    """(origin, text, label) of every labelled row."""
    rows: list[tuple[str, str, str]] = []
    for name, columns in (("labelled.csv.gz", ("title", "body")), ("segmented_labelled.csv.gz", ("tokens",))):
        path = folder / name
        if not path.exists():
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = "\n".join(row[c] for c in columns)
                rows.append((name.split(".")[0], "".join(text.split(" ")), row["label"]))
    return without_copies(rows)


def without_copies(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Drop segmented rows that are a raw row in another form: else the judges would have seen their cases in training."""
    raw = [(o, t, c) for o, t, c in rows if o == "labelled"]
    whole = ["".join(t.split()) for _, t, _ in raw]
    holders: dict[str, set[int]] = {}
    for index, text in enumerate(whole):
        for at in range(len(text) - 2):
            holders.setdefault(text[at : at + 3], set()).add(index)
    kept = list(raw)
    for origin, text, label in rows:
        if origin == "labelled":
            continue
        runs = [text[at : at + 3] for at in range(min(len(text), 150) - 2)]
        counted = Counter(i for run in runs for i in holders.get(run, ()))
        if not counted or counted.most_common(1)[0][1] < 0.45 * len(runs):
            kept.append((origin, text, label))
    return kept


def measure(rows: list[tuple[str, str, str]]) -> dict[str, float | int]:
    """Train on four fifths, judge on the rest (chosen by the hash of the text)."""
    begun = time.process_time()
    model = training.train([training.Example(t, c) for _, t, c in rows if not training.is_kept_out(t)])
    trained = time.process_time() - begun
    packed = classifier.pack_model(model)
    model = classifier.unpack_model(packed)
    judges = [(origin, t, c) for origin, t, c in rows if training.is_kept_out(t)]
    empty = classifier.Lexicon({})
    begun = time.process_time()
    guesses = [classifier.suggest(t, model, empty, model.codes, 3) for _, t, _ in judges]
    spent = time.process_time() - begun
    truth = [c for _, _, c in judges]
    said = [g[0].code if g else "" for g in guesses]
    raw = [i for i, (origin, _, _) in enumerate(judges) if origin == "labelled"]
    confident = [i for i, g in enumerate(guesses) if g and g[0].score >= 0.8]
    return {
        "rows_trained": len(rows) - len(judges),
        "rows_kept_out": len(judges),
        "macro_f1": round(training.macro_f1(truth, said), 4),
        "macro_f1_raw_text": round(training.macro_f1([truth[i] for i in raw], [said[i] for i in raw]), 4),
        "accuracy": round(sum(t == s for t, s in zip(truth, said, strict=True)) / len(truth), 4),
        "in_first_three": round(
            sum(c in [x.code for x in g] for c, g in zip(truth, guesses, strict=True)) / len(truth), 4
        ),
        "sure_share": round(len(confident) / len(truth), 4),
        "sure_accuracy": round(sum(truth[i] == said[i] for i in confident) / max(1, len(confident)), 4),
        "train_cpu_s": round(trained, 2),
        "suggest_cpu_ms": round(1000 * spent / len(judges), 3),
        "model_kb": len(packed) // 1024,
    }


def main() -> None:
    """Print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=HOUSE.parent / "shared" / "data", help="folder with complaints_cn/"
    )
    parser.add_argument("--quick", action="store_true", help="a third of the rows")
    options = parser.parse_args()
    folder = options.data / "complaints_cn" if (options.data / "complaints_cn").exists() else options.data
    rows = read_rows(folder)
    if not rows:
        print(f"no labelled complaints in {folder}: skipped")
        print(json.dumps({"bench": "classify", "figures": {}, "skipped": True}))
        return
    figures = measure(rows[:: 3 if options.quick else 1])
    for name, value in figures.items():
        print(f"{name:20} {value}")
    print(json.dumps({"bench": "classify", "figures": figures}))


if __name__ == "__main__":
    main()
