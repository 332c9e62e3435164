"""Class suggestion at run time: a linear model kept as plain arrays, and the words of the class list itself.

The model is trained elsewhere (logic/training.py); scoring needs numpy only and imports it at the first question.
"""

import hashlib
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chengshu.govern.cases.contracts import Guess, SmallClass
from chengshu.govern.cases.logic.features import features, normal

MODEL_SHARE = 0.75
REASONS = 5


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of a linear classifier over tf-idf features, with the temperature that calibrates its scores."""

    codes: tuple[str, ...]
    names: Sequence[str]
    vocabulary: Mapping[str, int]
    idf: Any
    weights: Any  # features × classes
    bias: Any
    temperature: float
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def probabilities(self, text: str) -> tuple[list[float], list[tuple[int, float]]]:
        """The probability of each class, and the present features with their tf-idf."""
        import numpy as np

        counted = Counter(self.vocabulary[f] for f in features(text) if f in self.vocabulary)
        if not counted:
            return [1.0 / len(self.codes)] * len(self.codes), []
        ids = np.fromiter(counted, dtype=np.int64)
        tf = 1.0 + np.log(np.fromiter(counted.values(), dtype=np.float32))
        values = tf * self.idf[ids]
        values /= math.sqrt(float(values @ values)) or 1.0
        raw = (values @ self.weights[ids].astype(np.float32) + self.bias) / self.temperature
        grown = np.exp(raw - raw.max())
        return (grown / grown.sum()).tolist(), list(zip(ids.tolist(), values.tolist(), strict=True))

    def reasons(self, present: Sequence[tuple[int, float]], column: int) -> list[tuple[str, float]]:
        """The words that spoke most for a class, with their weight."""
        words = [(i, v) for i, v in present if self.names[i].startswith("=")]
        spoken = [(v * float(self.weights[i, column]), i) for i, v in words]
        best = sorted((s for s in spoken if s[0] > 0), reverse=True)[:REASONS]
        return [(self.names[i][1:], round(weight, 4)) for weight, i in best]


def pack_model(model: Model) -> bytes:
    """The model as one file."""
    import numpy as np

    head = {
        "codes": model.codes,
        "names": list(model.names),
        "temperature": model.temperature,
        "about": dict(model.about),
    }
    out = io.BytesIO()
    np.savez_compressed(
        out,
        head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
        idf=np.asarray(model.idf, dtype=np.float32),
        weights=np.asarray(model.weights, dtype=np.float16),
        bias=np.asarray(model.bias, dtype=np.float32),
    )
    return out.getvalue()


def unpack_model(content: bytes) -> Model:
    """Read what pack_model wrote; no code is ever executed from the file."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        head = json.loads(kept["head"].tobytes())
        return Model(
            codes=tuple(head["codes"]),
            names=head["names"],
            vocabulary={f: i for i, f in enumerate(head["names"])},
            idf=kept["idf"],
            weights=kept["weights"],
            bias=kept["bias"],
            temperature=float(head["temperature"]),
            about=head["about"],
        )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of the class list: works on the first day, before any case was closed."""

    terms: Mapping[str, tuple[tuple[str, float], ...]]  # term → (code, weight)

    def scores(self, text: str) -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
        """What each class gains from the terms in the text, and which terms they were."""
        folded = normal(text)
        gained: dict[str, float] = {}
        why: dict[str, list[tuple[str, float]]] = {}
        for term, owners in self.terms.items():
            if term not in folded:
                continue
            for code, weight in owners:
                gained[code] = gained.get(code, 0.0) + weight
                why.setdefault(code, []).append((term, round(weight, 4)))
        return gained, why


def build_lexicon(classes: Iterable[SmallClass]) -> Lexicon:
    """Terms of all classes; a term weighs more the longer and the rarer it is."""
    owners: dict[str, set[str]] = {}
    for small in classes:
        for word in (small.title.get("zh", ""), small.title.get("en", ""), *small.words):
            for term in _parts(normal(word)):
                owners.setdefault(term, set()).add(small.code)
    weighed = {
        term: tuple((code, len(term) ** 1.2 / len(codes) ** 0.7) for code in sorted(codes))
        for term, codes in owners.items()
        if len(term) > 1
    }
    return Lexicon(weighed)


def _parts(word: str) -> set[str]:
    """A term and its halves: 污水井盖 also speaks as 污水 and 井盖, with less weight because they are shorter."""
    pieces = {p for p in word.replace("/", "、").replace("(", "、").replace(")", "、").split("、") if p}
    for piece in list(pieces):
        if len(piece) == 4 and not piece.isascii():
            pieces |= {piece[:2], piece[2:]}
    return pieces


def suggest(text: str, model: Model | None, lexicon: Lexicon, allowed: Sequence[str], most: int = 5) -> list[Guess]:
    """The most probable classes among the allowed ones, best first, with the words that spoke for each."""
    if not allowed or not text.strip():
        return []
    gained, why = lexicon.scores(text)
    by_words = _shares({c: gained.get(c, 0.0) for c in allowed})
    by_model, present, columns = _by_model(text, model, allowed)
    share = (MODEL_SHARE if by_words else 1.0) if by_model else 0.0
    score = {c: share * by_model.get(c, 0.0) + (1.0 - share) * by_words.get(c, 0.0) for c in allowed}
    best = sorted((c for c in allowed if score[c] > 0.005), key=lambda c: (-score[c], c))[:most]
    guesses: list[Guess] = []
    for code in best:
        reasons = dict(why.get(code, ()))
        if model is not None and code in columns:
            for word, weight in model.reasons(present, columns[code]):
                reasons.setdefault(word, weight)
        top = sorted(reasons.items(), key=lambda r: -r[1])[:REASONS]
        guesses.append(Guess(code, round(score[code], 4), tuple(top)))
    return guesses


def _by_model(
    text: str, model: Model | None, allowed: Sequence[str]
) -> tuple[dict[str, float], Sequence[tuple[int, float]], dict[str, int]]:
    if model is None:
        return {}, (), {}
    columns = {code: i for i, code in enumerate(model.codes)}
    probabilities, present = model.probabilities(text)
    if not present:
        return {}, (), {}
    kept = {c: probabilities[columns[c]] for c in allowed if c in columns}
    total = sum(kept.values())
    return ({c: p / total for c, p in kept.items()} if total else {}), present, columns


def _shares(gained: Mapping[str, float]) -> dict[str, float]:
    """Gains as shares of one; empty when no word was found. Squared, so that a clear winner is clear."""
    total = sum(g * g for g in gained.values())
    if not total:
        return {}
    sure = 1.0 - math.exp(-math.sqrt(total) / 3.0)
    return {c: sure * g * g / total for c, g in gained.items() if g}
