"""The class model of this process: read lazily from the data folder, looked for again now and then."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from chengshu.govern.cases.contracts import Guess
from chengshu.govern.cases.logic.catalog import Catalog
from chengshu.govern.cases.logic.classifier import Model, digest, pack_model, suggest, unpack_model
from chengshu.runtime.database import Work

LOOK_AGAIN_S = 60.0
POINTER = "cases_classes.json"


class Classifier:
    """`work.city.classifier`. Files are named by their hash; a small pointer file says which one counts."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "models"
        self._model: Model | None = None
        self._hash = ""
        self._looked = float("-inf")

    def model(self) -> Model | None:
        """The present model, None before the first training. A file that is not what its name says is not read."""
        if time.monotonic() - self._looked < LOOK_AGAIN_S:
            return self._model
        self._looked = time.monotonic()
        pointer = self.folder / POINTER
        if not pointer.exists():
            return self._model
        wanted = str(json.loads(pointer.read_text(encoding="utf-8"))["hash"])
        if wanted != self._hash:
            content = (self.folder / f"{wanted}.npz").read_bytes()
            if digest(content) == wanted:
                self._model, self._hash = unpack_model(content), wanted
        return self._model

    def keep(self, model: Model) -> str:
        """Store a model and point to it; older files go."""
        content = pack_model(model)
        hash_ = digest(content)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{hash_}.npz").write_bytes(content)
        pointer = self.folder / f".{POINTER}"
        pointer.write_text(json.dumps({"hash": hash_, **model.about}, ensure_ascii=False), encoding="utf-8")
        pointer.replace(self.folder / POINTER)
        for old in self.folder.glob("*.npz"):
            if old.stem != hash_:
                old.unlink(missing_ok=True)
        self._looked = float("-inf")
        return hash_

    def about(self) -> dict[str, object]:
        """What is known of the present model: rows, macro-F1, when."""
        pointer = self.folder / POINTER
        return json.loads(pointer.read_text(encoding="utf-8")) if pointer.exists() else {}


def classifier_of(work: Work) -> Classifier:
    """The classifier of this city."""
    if not work.city.has("classifier"):
        work.city.put("classifier", Classifier(work.city.settings.data_dir))
    return work.city.classifier


def guess_classes(work: Work, catalog: Catalog, text: str, allowed: Sequence[str], most: int = 5) -> list[Guess]:
    """The most probable classes of a text."""
    return suggest(text, classifier_of(work).model(), catalog.lexicon, allowed, most)
