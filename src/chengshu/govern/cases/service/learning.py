"""Training of the class model on the county's own closed cases, and on labelled complaints where there are any."""

import asyncio
import csv
import gzip
import logging
from dataclasses import replace
from pathlib import Path

from chengshu.govern.cases.logic import training
from chengshu.govern.cases.logic.catalog import Catalog
from chengshu.govern.cases.logic.classifier import Lexicon, suggest
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.classifier import classifier_of
from chengshu.govern.cases.store import lists
from chengshu.runtime.database import Work

log = logging.getLogger(__name__)
LEAST_CLOSED = 200
GROWTH = 1.2
MOST_CASES = 40_000
LABELLED = "training"


async def train_classes(work: Work) -> int:
    """Train anew when there are enough closed cases, a fifth more than last time; returns how many rows it learnt from."""
    catalog = await catalog_of(work)
    if len(catalog.classes) < 2:
        return 0
    holder = classifier_of(work)
    learnt = int(str(holder.about().get("closed", 0)))
    labelled = _labelled(work.city.settings.data_dir / LABELLED, catalog)
    needed = max(LEAST_CLOSED, int(learnt * GROWTH))
    closed = await lists.closed_count(work, needed)
    if closed < needed and not (labelled and not holder.about()):
        return 0
    rows = await lists.closed_texts(work, MOST_CASES)
    own = [training.Example(r["text"], r["class"]) for r in rows if r["class"] in catalog.classes]
    examples = [*own, *labelled, *training.from_classes(catalog.classes.values())]
    about = {"closed": len(own), "labelled": len(labelled), "at": work.now.isoformat()}
    model = await asyncio.to_thread(training.train, examples, about)
    judged = await asyncio.to_thread(_judge, [*own, *labelled], catalog)
    model = replace(model, about={**model.about, "macro_f1_kept_out": judged})
    hash_ = await asyncio.to_thread(holder.keep, model)
    log.info("class model %s learnt from %d rows", hash_[:12], len(examples))
    return len(examples)


def _judge(rows: list[training.Example], catalog: Catalog) -> float | None:
    """Macro-F1 on rows kept out of a training of their own; None when there are too few."""
    kept = [r for r in rows if training.is_kept_out(r.text)]
    rest = [r for r in rows if not training.is_kept_out(r.text)]
    if len(kept) < 100 or len({r.code for r in rest}) < 2:
        return None
    model = training.train([*rest, *training.from_classes(catalog.classes.values())])
    said = [(suggest(r.text, model, Lexicon({}), model.codes, 1) or [None])[0] for r in kept]
    return round(training.macro_f1([r.code for r in kept], [g.code if g else "" for g in said]), 4)


def _labelled(folder: Path, catalog: Catalog) -> list[training.Example]:
    """Labelled complaints that somebody has put into `<data>/training/*.csv[.gz]`: columns `text` and `class`.

    The class is a code or a title of an installed class; rows of other classes are left out.
    """
    titles = {s.title.get("zh", ""): s.code for s in catalog.classes.values()}
    found: list[training.Example] = []
    for path in sorted(folder.glob("*.csv*")) if folder.is_dir() else ():
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = row.get("class") or ""
                code = code if code in catalog.classes else titles.get(code, "")
                if code and row.get("text"):
                    found.append(training.Example(row["text"], code))
    return found
