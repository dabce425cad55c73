"""A PostgreSQL cluster on disk: made once, started, found running, ended. Blocks.

It listens on a unix socket alone, and knows us by the operating system (peer): there is no
password to lose.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from minesafe.embedded.binaries import find
from minesafe.embedded.child import is_running
from minesafe.model.errors import StoreUnavailable

START_S = 300
"""After a crash the write-ahead log is replayed first; on a slow disk that takes its time."""

STOP_S = 60
BACKUP_S = 6 * 3600

_LONGEST_SOCKET = 100
"""A socket's path has 107 bytes in Linux; PostgreSQL adds its own name."""

_SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 40
shared_buffers = 64MB
max_wal_size = 512MB
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%w.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
"""
"""`synchronous_commit` stays on: the spool forgets a frame because the database said it has it."""

_ARCHIVE = """\
archive_mode = on
archive_timeout = 300
wal_compression = on
archive_command = '{command}'
"""

_COPY = (
    'cmp -s "%p" "{folder}/%f" || ( test ! -e "{folder}/%f" && cp "%p" "{folder}/%f.part" '
    '&& sync "{folder}/%f.part" && mv "{folder}/%f.part" "{folder}/%f" )'
)
"""Each piece of the write-ahead log, whole or not at all; one that is there already is the same."""

_RECOVERY = """\
restore_command = 'cp "{folder}/%f" "%p"'
recovery_target_action = 'promote'
"""


class Cluster:
    """One data directory and the postmaster on it. Every call blocks."""

    def __init__(self, data_dir: Path, archive: str = "") -> None:
        """Nothing is started or made yet.

        Args:
            data_dir: ours, made where it is not there.
            archive: folder the write-ahead log is copied to as it is written; empty: nowhere.
        """
        self._archive = archive
        self._data = data_dir.resolve()
        self._cluster = self._data / "cluster"
        self._sockets = self._short_path()
        self._turn = threading.RLock()
        """A stop waits for a start under way: what nobody waits for any more still ends."""

    def start(self) -> str:
        """Start, or take over what still runs, and return the DSN.

        Raises:
            StoreUnavailable: the extra is missing, the directory cannot be used, or PostgreSQL
                did not start; says why in its own words.
        """
        with self._turn:
            return self._start()

    def _start(self) -> str:
        self._data.mkdir(parents=True, exist_ok=True)
        self._data.chmod(0o755)
        self._binaries = find(self._data / "programs")
        self._own(self._sockets)
        if self._archive:
            self._own(Path(self._archive))
        if not self._cluster.exists():
            self._make_cluster()
        self._configure()
        if not self._serves():
            self._forget_stale()
            self._pg_ctl("start", START_S)
        return self._dsn()

    def _make_cluster(self) -> None:
        """Under another name first: half a cluster is never started."""
        part = self._data / "cluster.part"
        shutil.rmtree(part, ignore_errors=True)
        self._own(part)
        self._run(
            "initdb", "-D", str(part), "-U", "minesafe", "-A", "peer", "-E", "UTF8",
            "--locale=C.UTF-8", "--data-checksums", timeout_s=START_S,
        )  # fmt: skip
        with (part / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'minesafe.conf'\n")
        part.rename(self._cluster)

    def _configure(self) -> None:
        """Written at each start: the socket's place and our own name may have changed."""
        user = pwd.getpwuid(os.geteuid()).pw_name
        settings = _SETTINGS.format(sockets=self._sockets)
        texts = {
            "minesafe.conf": settings + self._archiving(),
            "pg_hba.conf": "local all,replication minesafe peer map=minesafe\n",
            "pg_ident.conf": f'minesafe "{user}" minesafe\n',
        }
        for name, text in texts.items():
            path = self._cluster / name
            path.write_text(text, encoding="utf-8")
            self._give(path)

    def _archiving(self) -> str:
        command = _COPY.format(folder=self._archive)
        return _ARCHIVE.format(command=command) if self._archive else ""

    def base_backup(self, target: Path) -> None:
        """Copy the running cluster, with the log that makes the copy whole; then look it through.

        Raises:
            StoreUnavailable: it does not run, or the copy is not whole; says why.
        """
        with self._turn:
            self._binaries = find(self._data / "programs")
            where = ("-D", str(target), "-d", self._dsn())
            self._run(
                "pg_basebackup", *where, "-X", "stream", "-c", "fast", "-w",
                timeout_s=BACKUP_S, ours=True,
            )  # fmt: skip
            self._run("pg_verifybackup", "-q", str(target), timeout_s=BACKUP_S, ours=True)

    def restore(self, base: Path, archive: str, until: str) -> str:
        """Put a copy in place, follow the archived log, and serve as that was; returns the DSN.

        Args:
            base: what `base_backup` made.
            archive: folder of the archived log; empty: the copy alone.
            until: a moment with its offset, as PostgreSQL reads it; empty: to the log's end.

        Raises:
            StoreUnavailable: there is a cluster here, or the log does not reach the moment.
        """
        with self._turn:
            if self._cluster.exists():
                raise StoreUnavailable(f"{self._cluster} is there: move it away first")
            self._data.mkdir(parents=True, exist_ok=True)
            self._data.chmod(0o755)
            self._binaries = find(self._data / "programs")
            part = self._data / "cluster.part"
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(base, part)
            if archive:
                self._check_readable(Path(archive))
                self._follow(part, archive, until)
            for path in (part, *part.rglob("*")):
                self._give(path)
            part.chmod(0o700)
            part.rename(self._cluster)
            return self._start()

    def _follow(self, cluster: Path, archive: str, until: str) -> None:
        target = f"recovery_target_time = '{until}'\n" if until else ""
        (cluster / "postgresql.auto.conf").write_text(_RECOVERY.format(folder=archive) + target)
        (cluster / "recovery.signal").touch()

    def _check_readable(self, archive: Path) -> None:
        """A piece it cannot read would be taken for the log's end, and nothing be said."""
        closed = [path for path in (archive, *archive.iterdir()) if not self._reads(path)]
        if closed:
            user = pwd.getpwuid(self._uid).pw_name
            raise StoreUnavailable(
                f"{closed[0]} cannot be read by {user}: chown -R {user} {archive}"
            )

    def _reads(self, path: Path) -> bool:
        about = path.stat()
        own = about.st_uid == self._uid and about.st_mode & stat.S_IRUSR
        return bool(own or about.st_mode & stat.S_IROTH)

    def forget_recovery(self) -> None:
        """It has come to where it was to come: the next crash has nothing to do with it."""
        path = self._cluster / "postgresql.auto.conf"
        path.write_text("")
        self._give(path)

    def _short_path(self) -> Path:
        """For the socket: below the data, or where that is too long, below the system's own."""
        folder = self._data / "run"
        if len(str(folder)) <= _LONGEST_SOCKET - len("/.s.PGSQL.5432"):
            return folder
        digest = hashlib.sha256(str(self._data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"minesafe-{os.geteuid()}-{digest}"

    def _own(self, folder: Path) -> None:
        """A folder of the database's user, closed to others."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self._uid}:
            raise StoreUnavailable(f"{folder} belongs to somebody else")
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self._binaries.uid is not None:
            os.chown(path, self._uid, self._uid)

    @property
    def _uid(self) -> int:
        return os.geteuid() if self._binaries.uid is None else self._binaries.uid

    def postmaster(self) -> int:
        """Number of the running postmaster of this cluster, 0 where none runs."""
        try:
            first = (self._cluster / "postmaster.pid").read_text().split("\n", 1)[0]
        except FileNotFoundError:
            return 0
        words = ("postgres", str(self._cluster))
        return int(first) if first.isdigit() and is_running(int(first), words) else 0

    def _serves(self) -> bool:
        """Whether a postmaster that outlived us answers at the place we expect."""
        if not self.postmaster():
            return False
        try:
            self._run("pg_isready", "-h", str(self._sockets), "-t", "10", timeout_s=30)
        except StoreUnavailable:
            self.stop()
            return False
        return True

    def _forget_stale(self) -> None:
        """PostgreSQL refuses to start while the number in its file is anybody's at all."""
        if not self.postmaster():
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        (self._cluster / "start.log").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it; what it has acknowledged is on disk."""
        with self._turn:
            if not self.postmaster():
                return
            try:
                self._pg_ctl("stop", STOP_S, "-m", "fast")
            except StoreUnavailable:
                self._pg_ctl("stop", STOP_S, "-m", "immediate")
            with suppress(OSError):  # not empty: somebody else's file, which stays
                self._sockets.rmdir()

    def _pg_ctl(self, act: str, timeout_s: int, *more: str) -> None:
        """Its output goes to a file: a postmaster that inherits a pipe keeps its reader waiting."""
        log = str(self._cluster / "start.log")
        self._run(
            "pg_ctl", act, "-D", str(self._cluster), "-w", "-t", str(timeout_s), "-s",
            *(["-l", log] if act == "start" else []), *more, timeout_s=timeout_s + 10,
        )  # fmt: skip

    def _run(self, program: str, *arguments: str, timeout_s: float, ours: bool = False) -> None:
        """In a session of its own: Ctrl-C is for us, and we end our children in order.

        `ours`: what it writes is for us and not for the database's user.
        """
        command = [self._binaries.program(program), *arguments]
        uid = None if ours else self._binaries.uid
        with tempfile.TemporaryFile() as output:
            try:
                done = subprocess.run(  # noqa: S603  a program of the wheel, our own arguments
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    user=uid,
                    group=uid,
                    extra_groups=None if uid is None else [],
                    cwd="/",
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                    start_new_session=True,
                    timeout=timeout_s,
                    check=False,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise StoreUnavailable(f"{program}: {error}") from error
            if done.returncode:
                output.seek(0)
                said = output.read()[-2000:].decode("utf-8", "replace").strip()
                raise StoreUnavailable(f"{program} failed: {said} {self._last_words()}")

    def _last_words(self) -> str:
        """What the postmaster said before it could open its own log."""
        path = self._cluster / "start.log"
        return path.read_text(errors="replace")[-2000:].strip() if path.exists() else ""

    def _dsn(self) -> str:
        where = urlencode({"host": str(self._sockets), "user": "minesafe"})
        return f"postgresql:///postgres?{where}"
