"""From words to a region: every name and its shorter forms, looked up at every position of a text."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chengshu.commons.places.contracts import Level, Region

_COMMITTEE = re.compile(r"(社区|村)?(居民委员会|村民委员会|居委会|村委会)$")
_SUFFIX = re.compile(r"(街道办事处|街道|镇|乡|社区|村|市|县|区)$")
# Control characters and lone surrogates belong to no name, and no database takes them.
_NOISE = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff,，。.、;；:：/\\|\-—_()（）【】\[\]'\"“”‘’]+")
FULL, SHORT, BARE = 1.0, 0.97, 0.6
_EXACT, _STARTS, _HOLDS = 1.0, 0.9, 0.7


def plain(text: str) -> str:
    """Half-width, lower case, without spaces and punctuation: as names are compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def forms_of(region: Region) -> Iterator[tuple[str, float]]:
    """The ways a region is written, with how sure each is."""
    yield region.name, FULL
    short = region.name
    match = _COMMITTEE.search(region.name)
    if match and match.start() > 0:
        short = region.name[: match.start()] + (match[1] or ("社区" if match[2].startswith("居") else "村"))
        yield short, SHORT
        yield short + "居委会", SHORT
        # 都山村 and 村委会 share a character in speech: 都山村委会.
        yield short.removesuffix("村") + "村委会", SHORT
    bare = _SUFFIX.sub("", short)
    if len(bare) >= 2 and bare != short:
        yield bare, BARE
    for alias in region.aliases:
        yield alias, SHORT
    if len(region.name_en) >= 3:
        yield region.name_en, SHORT


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a text."""

    start: int
    end: int
    region: Region
    weight: float

    @property
    def value(self) -> float:
        return (self.end - self.start) * self.weight


@dataclass(frozen=True, slots=True)
class Match:
    """The region a text names best. `rivals` are others that fit as well; `tail` is what follows the names."""

    region: Region
    score: float
    words: str
    tail: str
    rivals: tuple[Region, ...] = ()


class NameIndex:
    """All names of a tree; built once per edition, then only read."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._forms: dict[str, list[tuple[Region, float]]] = defaultdict(list)
        self._names: list[tuple[str, Region]] = []
        for region in regions:
            best: dict[str, float] = {}
            for form, weight in forms_of(region):
                key = plain(form)
                if len(key) >= 2:
                    best[key] = max(weight, best.get(key, 0.0))
            for key, weight in best.items():
                self._forms[key].append((region, weight))
                if weight > BARE:
                    self._names.append((key, region))
        self._longest = max(map(len, self._forms), default=0)
        self._starts = {key[:2] for key in self._forms}

    def hits(self, text: str) -> list[Hit]:
        """Names in a plain text; a name that lies wholly inside a longer one is left out."""
        found: list[Hit] = []
        reach = 0
        for start in range(len(text) - 1):
            if text[start : start + 2] not in self._starts:
                continue
            for end in range(min(len(text), start + self._longest), start + 1, -1):
                forms = self._forms.get(text[start:end])
                if forms and end > reach:
                    found.extend(Hit(start, end, region, weight) for region, weight in forms)
                    reach = end
                    break
        return found

    def match(self, text: str) -> Match | None:
        """The region a text such as an address names best, from the deepest name that fits with the others."""
        line = plain(text)
        hits = self.hits(line)
        if not hits:
            return None
        scored = sorted(((_chain_value(hit, hits), hit) for hit in hits), key=lambda pair: -pair[0])
        best = scored[0][0]
        top = _deepest([hit for value, hit in scored if value >= best - 1e-9])
        hit = min(top, key=lambda one: (one.start, one.region.code))
        rivals = tuple(sorted({h.region.code: h.region for h in top if h.region.code != hit.region.code}.items()))
        end = _end_of_names(hit, hits)
        return Match(
            region=hit.region,
            score=min(1.0, best / max(len(line[:end]), 1)),
            words=line[hit.start : hit.end],
            tail=line[end:],
            rivals=tuple(region for _, region in rivals),
        )

    def search(self, text: str, limit: int = 20) -> list[tuple[Region, float]]:
        """Regions whose names equal, start with or hold the words, best first."""
        query = plain(text)
        if not query:
            return []
        scores: dict[str, tuple[float, Region]] = {}
        for key, region in self._names:
            score = _likeness(query, key)
            if score > scores.get(region.code, (0.0, region))[0]:
                scores[region.code] = (score, region)
        ranked = sorted(scores.values(), key=lambda pair: (-pair[0], pair[1].level, pair[1].code))
        return [(region, score) for score, region in ranked[:limit]]


def _end_of_names(hit: Hit, hits: list[Hit]) -> int:
    """Where the names end: after the region's own, and after those of its line that follow without a gap.

    A county named again further on (…路109号宜兴创业园) is part of the address, not of its head.
    """
    end, line = hit.end, _line(hit.region)
    for other in sorted(hits, key=lambda one: one.start):
        if other.start == end and other.region.code in line:
            end = other.end
    return end


def _likeness(query: str, key: str) -> float:
    if query == key:
        return _EXACT
    if query not in key:
        return 0.0
    share = len(query) / len(key)
    return (_STARTS if key.startswith(query) else _HOLDS) * (0.5 + 0.5 * share)


def _line(region: Region) -> set[str]:
    return {label.removeprefix("r") for label in region.path.split(".")}


def _chain_value(hit: Hit, hits: list[Hit]) -> float:
    """How much of the text speaks for a region: its own name and those of the regions it lies in."""
    line = _line(hit.region)
    best: dict[str, float] = {}
    for other in hits:
        code = other.region.code
        if code == hit.region.code or code not in line:
            continue
        if other.end <= hit.start or other.start >= hit.end:
            best[code] = max(best.get(code, 0.0), other.value)
    return hit.value + sum(best.values())


def _deepest(hits: list[Hit]) -> list[Hit]:
    """Among equally good ones: a town named like its village is meant when nothing more is said."""
    highest = min(hit.region.level for hit in hits)
    towns = [hit for hit in hits if hit.region.level == highest]
    return towns if highest <= Level.TOWN else hits
