"""test, check, bench and lock: what keeps the house in order."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from chengshu.runtime.settings import HOUSE

console = Console(highlight=False, stderr=True)
BIN = Path(sys.executable).parent


def _run(title: str, *command: str, cwd: Path = HOUSE, env: dict[str, str] | None = None) -> int:
    console.print(f"[bold]· {title}[/]")
    return subprocess.run(command, cwd=cwd, env=env, check=False).returncode  # noqa: S603


def test(arguments: Sequence[str]) -> int:
    """Build the UI, find or install the browser, run pytest, then the UI's own tests."""
    from chengshu.cli import browser, node

    if code := node.build():
        console.print(f"[red]UI build failed: {node.UI / 'dist' / 'build.log'}[/]")
        return code
    environment = {
        **os.environ,
        "CHENGSHU_BROWSER": browser.find_or_install(),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if arguments:
        return _run("pytest", str(BIN / "pytest"), *arguments, env=environment)
    code = _run("界面单元测试 / UI unit tests", "npm", "test", "--silent", cwd=node.UI, env=node.environment())
    return _run("pytest", str(BIN / "pytest"), "-q", env=environment) or code


def check(*, fix: bool) -> int:
    """ruff, pyright, import-linter, the architecture tests, eslint, vue-tsc; every one runs, the worst code counts."""
    from chengshu.cli import node

    environment = node.environment()
    if code := node.install():
        return code
    ruff = str(BIN / "ruff")
    codes = [
        _run("ruff format", ruff, "format", *([] if fix else ["--check", "--quiet"]), "."),
        _run("ruff", ruff, "check", "--quiet", *(["--fix"] if fix else []), "."),
        _run("import-linter", str(BIN / "lint-imports"), "--no-logo"),
        _run("pyright", str(node.UI / "node_modules" / ".bin" / "pyright"), env=environment),
        _run("eslint", "npm", "run", "--silent", "lint", cwd=node.UI, env=environment),
        _run("vue-tsc", "npm", "run", "--silent", "types", cwd=node.UI, env=environment),
        _run("packs", sys.executable, "-m", "chengshu.cli", "pack", "check", str(HOUSE / "packs")),
        _run("architecture", str(BIN / "pytest"), "-q", "tests/architecture"),
    ]
    return max(codes)


def bench(name: str, arguments: Sequence[str]) -> int:
    """Run bench/NAME.py, or list what there is."""
    file = HOUSE / "bench" / f"{name}.py"
    if not file.is_file() or name.startswith("_"):
        names = sorted(f.stem for f in (HOUSE / "bench").glob("[a-z]*.py"))
        console.print("bench NAME [--quick]: " + ", ".join(names))
        return 0 if name == "list" else 2
    return _run(f"bench {name}", sys.executable, "-m", f"bench.{name}", *arguments)


def lock() -> int:
    """Pin every dependency with its hashes, without naming any registry."""
    uv = str(BIN / "uv") if (BIN / "uv").exists() else shutil.which("uv") or "uv"
    base = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-header", "pyproject.toml",
    ]  # fmt: skip
    return _run("requirements.lock", *base, "-o", "requirements.lock") or _run(
        "requirements-dev.lock",
        *base,
        "--group",
        "dev",
        "-c",
        "requirements.lock",
        "-o",
        "requirements-dev.lock",
    )
