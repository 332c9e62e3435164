"""How long `up` takes: the first time in an empty folder (wheels and UI are there), then again."""

import shutil
import tempfile
from pathlib import Path

from bench._city import BenchCity, report


def main() -> None:
    root = Path(tempfile.mkdtemp(prefix="chengshu-bench-"))
    root.chmod(0o755)
    figures: dict[str, float] = {}
    try:
        for name in ("first", "second", "third"):
            city = BenchCity(root / "city")
            figures[f"{name}_seconds"] = city.ready_seconds
            city.close()
    finally:
        shutil.rmtree(root, ignore_errors=True)
    report("cold_start", figures, "Wanted: a later start in under 8 s to a usable page.")


if __name__ == "__main__":
    main()
