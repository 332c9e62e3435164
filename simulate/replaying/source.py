"""Reads a file of cases row by row, plain or gzipped, never whole; a broken row is named, not dropped."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from simulate.replaying.mapping import Format, Row

GZIP = b"\x1f\x8b"
csv.field_size_limit(4 * 1024 * 1024)


class BadFile(ValueError):
    """The file as a whole cannot be used."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row with its number in the file (the header is 1), or what is wrong with it."""

    number: int
    row: Row
    fault: str | None = None


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as probe:
        packed = probe.read(2) == GZIP
    return cast(IO[bytes], gzip.open(path, "rb")) if packed else path.open("rb")


def read_lines(path: Path, form: Format, needed: set[str]) -> Iterator[Line]:
    """The rows of a file. Raises BadFile for a missing column, a wrong encoding or a broken archive."""
    try:
        with _open(path) as raw, io.TextIOWrapper(raw, encoding=form.encoding, newline="") as text:
            reader = csv.reader(text, delimiter=form.delimiter)
            header = next(reader, None)
            if header is None:
                raise BadFile(f"{path}: the file is empty")
            if missing := sorted(needed - set(header)):
                raise BadFile(f"{path}: no column {', '.join(missing)}; there are {', '.join(header)}")
            for cells in reader:
                if not cells:
                    continue
                fault = None if len(cells) == len(header) else f"{len(cells)} cells, the header has {len(header)}"
                yield Line(reader.line_num, dict(zip(header, cells, strict=False)), fault)
    except (UnicodeDecodeError, csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise BadFile(f"{path}: {error}") from error


def count_lines(path: Path, form: Format) -> int:
    """How many rows there are, for the progress bar."""
    return sum(1 for _ in read_lines(path, form, set()))
