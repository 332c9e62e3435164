"""`./chengshu up`: one process tree that is a living city. Everything is set up on the way, with progress shown."""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from chengshu import migrate
from chengshu.cli import home as homes
from chengshu.fingerprint import About, installed
from chengshu.runtime.settings import HOUSE

console = Console(highlight=False, stderr=True)
READY_SECONDS = 120
GRACE_SECONDS = 12


class Steps:
    """Progress a newcomer can read: what is being done, and how long it took."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Any:
        began = time.monotonic()
        with console.status(title) as status:
            yield lambda text: status.update(f"{title} {text}")
        took = time.monotonic() - began
        if took > 0.3:
            console.print(f"[green]✓[/] {title} [dim]{took:.1f} s[/]")


@dataclass
class Child:
    """One process that is kept running: started again when it dies, ever more slowly."""

    name: str
    command: list[str]
    environment: dict[str, str]
    fds: tuple[int, ...] = ()
    log: Any = None
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    wait: float = field(default=0.5)

    def start(self) -> None:
        self.born = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command, env=self.environment, pass_fds=self.fds, cwd=HOUSE, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def run(
    *,
    data: Path | None,
    port: int | None,
    site: Path | None,
    county: str | None,
    empty: bool,
    open_browser: bool,
) -> int:
    """Set up, run, and stop cleanly on Ctrl-C; the exit code of the command."""
    steps = Steps()
    changes: dict[str, Any] = {"web_port": port, "demo": None if empty else True}
    with _alone(data) as mine:
        if not mine:
            console.print(f"[yellow]这座城市已在运行 / already running: {homes.running_address(data)}[/]")
            return 1
        build = _start_build()
        if county:
            with steps.step(f"获取 {county} 的区划与边界") as say:
                site = _fetch_county(county, data, say)
        with steps.step("启动数据库") as say:
            home = homes.open_home(data, say, site_dir=site.resolve() if site else None, **changes)
        try:
            return _live(home, steps, build, empty=empty, open_browser=open_browser)
        finally:
            home.note.unlink(missing_ok=True)
            if home.postgres is not None:
                home.postgres.stop()
            console.print("[dim]已停止，数据完好。[/]")


def _live(
    home: homes.Home, steps: Steps, build: subprocess.Popen[bytes] | None, *, empty: bool, open_browser: bool
) -> int:
    stop = _stop_on_signals()
    with steps.step("升级数据库结构"):
        migrate.upgrade(home.url)
    site = installed(home.settings, home.url)
    if site is None:
        from chengshu.install import install_city

        with steps.step("建立县域：区划、机构、人员、应用包") as say:
            site = asyncio.run(install_city(home.settings, home.url, home.web_url, say))
    if build is not None:
        with steps.step("构建界面（首次约一分钟）"):
            if build.wait() != 0:
                console.print(f"[red]界面构建失败，详见 {HOUSE / 'ui' / 'dist' / 'build.log'}[/]")
                return 1
    listener = _listen(home.settings.web_host, home.settings.web_port)
    address = f"http://{home.settings.web_host}:{listener.getsockname()[1]}"
    children = _children(home, listener, address, site.timezone, empty=empty)
    try:
        for child in children[:-1] if not empty else children:
            child.start()
        with steps.step("启动服务"):
            if not _wait_ready(address, stop):
                console.print(f"[red]服务未能就绪，详见 {home.settings.data_dir / 'logs'}[/]")
                return 1
        homes.write_note(home, address)
        _greet(home, address, site, time.monotonic() - steps.began)
        if open_browser:
            webbrowser.open(address)
        if not empty:
            children[-1].start()
        _keep(home, children, stop)
        return 0
    finally:
        _end(children)
        listener.close()


@contextlib.contextmanager
def _alone(data: Path | None) -> Any:
    """Hold the data folder's lock; False when another city runs from it."""
    from chengshu.runtime.settings import Settings

    folder = (data or Settings().data_dir).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _start_build() -> subprocess.Popen[bytes] | None:
    """Build the UI beside the set-up of the database; None when it is up to date."""
    from chengshu.cli import node

    if node.built():
        return None
    return subprocess.Popen([sys.executable, "-m", "chengshu.cli", "build"], cwd=HOUSE, stdin=subprocess.DEVNULL)


def _fetch_county(code: str, data: Path | None, say: Callable[[str], None]) -> Path:
    from chengshu.adapters.connectors.county import make_site
    from chengshu.runtime.settings import Settings

    target = (data or Settings().data_dir).resolve() / "sites" / code
    if not (target / "site.yaml").exists():
        make_site(code, target, progress=say)
    return target


def _listen(host: str, port: int) -> socket.socket:
    """The web socket, shared by all web processes; the next free port when ours is taken."""
    for candidate in range(port, port + 20):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
        except OSError:
            listener.close()
            continue
        listener.listen(1024)
        listener.set_inheritable(True)
        return listener
    raise SystemExit(f"端口 {port} 至 {port + 19} 均被占用，请用 --port 指定 / ports are taken, choose one with --port")


def _children(home: homes.Home, listener: socket.socket, address: str, timezone: str, *, empty: bool) -> list[Child]:
    logs = home.settings.data_dir / "logs"
    logs.mkdir(exist_ok=True)
    environment = homes.child_environment(home, timezone)
    serve = [sys.executable, "-m", "chengshu.cli", "serve"]

    def child(name: str, command: list[str], fds: tuple[int, ...] = ()) -> Child:
        return Child(name, command, environment, fds, (logs / f"{name}.log").open("ab"))

    web = [
        child(f"web-{n}", [*serve, "web", "--fd", str(listener.fileno())], (listener.fileno(),))
        for n in range(home.settings.web_processes)
    ]
    children = [*web, child("worker", [*serve, "worker"])]
    if not empty:
        life = [sys.executable, "-m", "simulate", "--url", address, "--seed", "1"]
        children.append(child("simulate", life))
    return children


def _wait_ready(address: str, stop: Callable[[], bool]) -> bool:
    import httpx

    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and not stop():
        try:
            if httpx.get(f"{address}/api/ready", timeout=5, trust_env=False).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    return False


def _greet(home: homes.Home, address: str, site: About, took: float) -> None:
    console.print(f"\n[bold]城枢 · {site.title.get('zh')}[/]  [bold cyan]{address}[/]   [dim]{took:.1f} s[/]")
    console.print(
        f"  市民 {address}/report   网格员 {address}/grid   工作人员 {address}/desk   驾驶舱 {address}/cockpit"
    )
    if home.settings.demo:
        password = home.settings.demo_password.get_secret_value()
        names = "  ".join(f"{p['login']}（{p['name']}）" for p in site.people)
        console.print(f"  演示账号 {names}\n  密码 {password}")
    else:
        names = "  ".join(str(p["login"]) for p in site.people if p["duty"])
        console.print(
            f"  首次登录 {names}，密码见 {home.settings.data_dir / 'first-password.txt'}，登录后请修改并删除该文件"
        )
    console.print(f"  数据 {home.settings.data_dir}   日志 {home.settings.data_dir / 'logs'}   [dim]Ctrl-C 停止[/]\n")


def _stop_on_signals() -> Callable[[], bool]:
    asked = False

    def ask(*_: Any) -> None:
        nonlocal asked
        asked = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    return lambda: asked


def _keep(home: homes.Home, children: list[Child], stop: Callable[[], bool]) -> None:
    """Watch the tree: a process that died is started again, the database as well."""
    next_look = 0.0
    while not stop():
        time.sleep(0.2)
        for child in children:
            if child.alive() or stop():
                continue
            if child.process is not None and child.process.returncode == 0 and child.name == "simulate":
                continue
            if time.monotonic() - child.born > 60:
                child.wait = 0.5
            if time.monotonic() - child.born >= child.wait:
                child.wait = min(child.wait * 2, 30)
                console.print(f"[yellow]{child.name} 已退出，重新启动[/]")
                child.start()
        if home.postgres is not None and time.monotonic() >= next_look:
            next_look = time.monotonic() + 2
            if not home.postgres.answers() and not stop():
                console.print("[yellow]数据库中断，正在恢复[/]")
                home.postgres.start()


def _end(children: list[Child]) -> None:
    """Ask every process to stop, the simulator first; end what does not within its grace."""
    for child in reversed(children):
        if child.alive() and child.process is not None:
            child.process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        with contextlib.suppress(OSError):
            os.killpg(child.process.pid, signal.SIGKILL)
