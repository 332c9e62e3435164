"""Finds the Chromium that the browser tests drive, or installs it; in CI a missing browser is a failure."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FONTS = "fonts-noto-cjk"


def find() -> str | None:
    """The browser named by CHENGSHU_BROWSER, else one on the path, else Playwright's own."""
    if named := os.environ.get("CHENGSHU_BROWSER"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110


def _quiet(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def _install() -> None:
    """The system's own package where we may, with a Chinese font; else Playwright's download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("· 安装 Chromium 与中文字体 / installing Chromium and a Chinese font", file=sys.stderr)
        _quiet("apt-get", "update", "-qq")
        if _quiet("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", FONTS):
            return
    _quiet(sys.executable, "-m", "playwright", "install", "chromium")


def _has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh"], check=False, capture_output=True).stdout.strip())  # noqa: S603


def find_or_install() -> str:
    """The browser's path; exits loudly when there is none to be had."""
    if find() is None or (not _has_chinese_font() and os.geteuid() == 0):
        _install()
    if path := find():
        return path
    sys.exit(
        "没有找到 Chromium，也无法安装：请安装 chromium，或用 CHENGSHU_BROWSER 指明 / no Chromium found or installable"
    )
