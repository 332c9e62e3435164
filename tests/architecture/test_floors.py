"""The order of floors holds for the whole tree."""

import subprocess
import sys
from pathlib import Path

from chengshu.runtime.settings import HOUSE


def test_imports_point_down() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-logo"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
