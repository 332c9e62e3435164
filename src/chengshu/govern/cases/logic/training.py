"""Training of the class model from labelled texts. Imports scikit-learn inside: only the worker and benches pay for it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from chengshu.govern.cases.contracts import SmallClass
from chengshu.govern.cases.logic.classifier import Model
from chengshu.govern.cases.logic.features import features

MOST_FEATURES = 60_000
KEPT_OUT = 5  # one row in five judges the model


@dataclass(frozen=True, slots=True)
class Example:
    """A text whose class is known; what the class list says of itself weighs less than a real case."""

    text: str
    code: str
    weight: float = 1.0


def is_kept_out(text: str) -> bool:
    """Whether a row belongs to the judges: by the hash of its text, so the same text is never on both sides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % KEPT_OUT == 0


def from_classes(classes: Iterable[SmallClass]) -> list[Example]:
    """What the class list says of itself: its titles, other names, keywords and filing conditions."""
    found: list[Example] = []
    for small in classes:
        title = small.title.get("zh", "")
        found.append(Example(title, small.code, 0.6))
        found.extend(Example(word, small.code, 0.4) for word in small.words)
        found.extend(Example(f"{title}{c.title.get('zh', '')}", small.code, 0.5) for c in small.conditions)
    return found


def train(examples: Sequence[Example], about: dict[str, Any] | None = None, seed: int = 7) -> Model:
    """Fit tf-idf and one linear separator per class; the temperature is fitted on rows the first fit has not seen."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    counts = Counter(e.code for e in examples)
    if len(counts) < 2:
        raise ValueError("at least two classes are needed to tell one from another")
    least = 2 if len(examples) > 2000 else 1
    vectorizer = TfidfVectorizer(
        analyzer=cast(Any, features),
        sublinear_tf=True,
        min_df=least,
        max_df=0.6,
        max_features=MOST_FEATURES,
        dtype=cast(Any, np.float32),
    )
    matrix: Any = vectorizer.fit_transform([e.text for e in examples])
    codes = np.array([e.code for e in examples])
    weights = np.array([e.weight for e in examples])
    judges = np.array([is_kept_out(e.text) for e in examples])
    machine = LinearSVC(C=0.5, class_weight="balanced", random_state=seed, dual="auto")
    temperature = 0.3
    if judges.sum() >= 100 and set(codes[~judges]) == set(codes):
        machine.fit(matrix[~judges], codes[~judges], sample_weight=weights[~judges])
        temperature = _fit_temperature(machine, matrix[judges], codes[judges])
    machine.fit(matrix, codes, sample_weight=weights)
    coefficients, bias = _both_sides(machine)
    names = [str(f) for f in vectorizer.get_feature_names_out()]
    return Model(
        codes=tuple(str(c) for c in machine.classes_),
        names=names,
        vocabulary={f: i for i, f in enumerate(names)},
        idf=vectorizer.idf_.astype(np.float32),
        weights=np.ascontiguousarray(coefficients.T).astype(np.float16),
        bias=bias.astype(np.float32),
        temperature=temperature,
        about={"rows": len(examples), "classes": len(counts), **(about or {})},
    )


def _both_sides(machine: Any) -> tuple[Any, Any]:
    """Weights per class; with two classes scikit-learn keeps one row, the other is its mirror."""
    import numpy as np

    if len(machine.classes_) == 2:
        return np.vstack([-machine.coef_, machine.coef_]), np.concatenate([-machine.intercept_, machine.intercept_])
    return machine.coef_, machine.intercept_


def _fit_temperature(machine: Any, matrix: Any, codes: Any) -> float:
    """The temperature under which the kept-out rows are least surprising."""
    import numpy as np

    raw = machine.decision_function(matrix)
    raw = np.column_stack([-raw, raw]) if raw.ndim == 1 else raw
    index = {c: i for i, c in enumerate(machine.classes_)}
    truth = np.array([index[c] for c in codes])

    def surprise(temperature: float) -> float:
        scaled = raw / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(truth)), truth].mean())

    return min((0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5), key=surprise)


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean over classes of the harmonic mean of precision and recall."""
    scores: list[float] = []
    for code in sorted(set(truth)):
        both = sum(1 for t, s in zip(truth, said, strict=True) if t == s == code)
        total = sum(1 for t in truth if t == code) + sum(1 for s in said if s == code)
        scores.append(2.0 * both / total if total else 0.0)
    return sum(scores) / len(scores) if scores else 0.0
