"""What has been brought in already: a file of one line per deed, so that a replay goes on where it was stopped."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


@dataclass
class Known:
    """A case that was brought in."""

    id: int
    done: int = 0


@dataclass
class Journal:
    """Deeds by the source's own id. The city knows each deed by its idempotency key, so a lost line does no harm."""

    path: Path
    known: dict[str, Known] = field(default_factory=dict[str, Known])
    refused: set[str] = field(default_factory=set[str])
    _file: IO[str] | None = None

    def __enter__(self) -> "Journal":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                self._take(line)
        self._file = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _take(self, line: str) -> None:
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # the last line of a run that was cut off
        if "case" in entry:
            self.known[entry["ref"]] = Known(entry["case"], self.known.get(entry["ref"], Known(0)).done)
        elif "step" in entry and entry["ref"] in self.known:
            self.known[entry["ref"]].done = entry["step"]

    def _write(self, entry: dict[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def opened(self, ref: str, case: int) -> None:
        """A case was opened for this reference."""
        self.known[ref] = Known(case)
        self._write({"ref": ref, "case": case})

    def stepped(self, ref: str, step: int) -> None:
        """So many of the case's steps are done."""
        self.known[ref].done = step
        self._write({"ref": ref, "step": step})


@dataclass
class Parking:
    """What was refused, with the row and the reason, in a file that people can read, mend and replay."""

    path: Path
    count: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])

    def park(self, line: int, ref: str, doing: str, reason: dict[str, Any]) -> None:
        """Put a refused deed aside."""
        self.count += 1
        code = str(reason.get("code", "?"))
        self.reasons[code] = self.reasons.get(code, 0) + 1
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"line": line, "ref": ref, "doing": doing, **reason}, ensure_ascii=False) + "\n")
