"""The whole server for system tests: a copy of the first mine, its processes, pages and files."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any, TypeVar

import httpx
from field import free_port
from first_mine import FIRST

from minesafe.model.errors import StoreUnavailable
from minesafe.model.events import AnyBody, Event
from minesafe.store.following import JournalReader

ROOT = Path(__file__).parents[2]
MINESAFE = (sys.executable, "-m", "minesafe.cli")
B = TypeVar("B")

PORTS = {
    "server.toml": (8600, 8602, 18830, 12775),
    "devices.toml": (15020,),
}
"""The ports in the files of the first mine."""


# --- configuration ---------------------------------------------------------------------------


def change(path: Path, changes: Mapping[str, str]) -> None:
    """Edit a file; what is to be replaced must be there."""
    text = path.read_text("utf-8")
    for old, new in changes.items():
        assert old in text, f"{path.name} has no {old!r}"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def demo_mine(folder: Path, *, ladder: Sequence[float] = (), **policy: float) -> Path:
    """A copy of the first mine behind free ports of its own.

    Args:
        folder: where it is made, as `mine`.
        ladder: seconds after which each rung is climbed, where they shall be others.
        policy: numbers of the policy by name.
    """
    config = folder / "mine"
    copytree(FIRST, config)
    for name, ports in PORTS.items():
        change(config / name, {str(port): str(free_port()) for port in ports})
    text = (config / "policy.toml").read_text("utf-8")
    for key, value in policy.items():
        text, found = re.subn(rf"(?m)^{key} = [\d.]+", f"{key} = {value:g}", text)
        assert found == 1, key
    if ladder:
        rungs = iter(ladder)
        text = re.sub(r"(?m)^after_s = \d+", lambda _rung: f"after_s = {next(rungs):g}", text)
        assert not tuple(rungs)
    (config / "policy.toml").write_text(text, "utf-8")
    return config


# --- processes -------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """Of a process that finds the program where we found it."""
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONWARNINGS": "default"}


def command(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run `minesafe` to its end."""
    return subprocess.run(
        [*MINESAFE, *map(str, words)],
        env=environment(), cwd=ROOT, text=True, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@dataclass
class Process:
    """A child of the test whose words go into a file."""

    words: tuple[str, ...]
    log: Path
    child: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0
    """Monotonic seconds of the last start."""

    def start(self) -> None:
        """In a session of its own, as a service is."""
        self.began = time.monotonic()
        with self.log.open("ab") as out:
            self.child = subprocess.Popen(
                self.words, env=environment(), cwd=ROOT, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self.child is not None
        return self.child.pid

    def kill(self) -> None:
        """SIGKILL."""
        assert self.child is not None
        self.child.kill()
        self.child.wait(10)

    def end(self, sign: signal.Signals = signal.SIGTERM, within_s: float = 30) -> int:
        """Ask it to end; returns its exit code."""
        assert self.child is not None
        self.child.send_signal(sign)
        return self.child.wait(within_s)

    def text(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def said(self, what: str) -> list[dict[str, Any]]:
        """Diary entries of the simulators about one kind of happening."""
        lines = (line.strip() for line in self.text().splitlines())
        entries = (json.loads(line) for line in lines if line.startswith("{"))
        return [entry for entry in entries if entry.get("what") == what]


@contextmanager
def running(process: Process) -> Iterator[Process]:
    """Ended with the test, whatever happens."""
    process.start()
    try:
        yield process
    finally:
        if process.child is not None and process.child.poll() is None:
            process.child.kill()
            process.child.wait(10)


def simulators(paper: Path, log: Path, *more: str) -> Process:
    """The simulated mine on the wall's clock."""
    return Process((sys.executable, "-m", "device_sims", "run", str(paper), *more), log)


def processes_about(path: Path) -> list[int]:
    """Processes that name a path in their command line."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(path).encode() in line.read_bytes():
                found.append(int(line.parent.name))
        except OSError:
            continue  # it ended while we looked
    return sorted(found)


# --- the journal beside its writer -----------------------------------------------------------


@dataclass
class Journal:
    """Follows a server's journal file, over its deaths and starts."""

    data: Path
    events: list[Event] = field(default_factory=list, repr=False)
    _reader: JournalReader | None = None

    def news(self) -> list[Event]:
        """What was written since the last look."""
        try:
            self._reader = self._reader or JournalReader(self.data / "journal.db")
            new = self._reader.read(len(self.events), 10_000)
        except StoreUnavailable:  # its first server is about to make it
            assert not self.events
            return []
        self.events += new
        return new

    def of(self, kind: type[B]) -> list[B]:
        """Bodies of one kind, in order."""
        self.news()
        return [e.body for e in self.events if isinstance(e.body, kind)]

    def event(self, kind: type[AnyBody], **fields: object) -> Event:
        """The first record of a kind whose body has these fields."""
        self.news()
        return next(e for e in self.events if _is(e.body, kind, fields))

    def has(self, kind: type[AnyBody], **fields: object) -> bool:
        self.news()
        return any(_is(e.body, kind, fields) for e in self.events)

    async def until(self, kind: type[AnyBody], within_s: float = 30.0, **fields: object) -> Event:
        """Wait for a record; each is looked at once."""
        looked_at = 0
        async with asyncio.timeout(within_s):
            while True:
                self.news()
                for event in self.events[looked_at:]:
                    if _is(event.body, kind, fields):
                        return event
                looked_at = len(self.events)
                await asyncio.sleep(0.005)  # another process writes it

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def _is(body: AnyBody, kind: type[AnyBody], fields: Mapping[str, object]) -> bool:
    return isinstance(body, kind) and all(getattr(body, k) == v for k, v in fields.items())


# --- the pages -------------------------------------------------------------------------------


@asynccontextmanager
async def logged_in(url: str, user: str) -> AsyncIterator[httpx.AsyncClient]:
    """A page with the demo's log-in."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as page:
        answer = await page.post("/api/v1/session", json={"user": user, "password": f"demo-{user}"})
        answer.raise_for_status()
        page.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield page


async def snapshot(page: httpx.AsyncClient) -> dict[str, Any]:
    answer = await page.get("/api/v1/snapshot")
    answer.raise_for_status()
    shown: dict[str, Any] = answer.json()
    return shown


async def shows(page: httpx.AsyncClient, finding: str, subject: str, within_s: float = 20) -> str:
    """Wait until the page shows a finding; returns its detail."""
    detail: str | None = None
    async with asyncio.timeout(within_s):
        while (detail := await _detail(page, finding, subject)) is None:  # noqa: ASYNC110  another process shows it
            await asyncio.sleep(0.05)
    return detail


async def well_again(
    page: httpx.AsyncClient, finding: str, subject: str, within_s: float = 20
) -> None:
    """Wait until the page shows it no more."""
    async with asyncio.timeout(within_s):
        while await _detail(page, finding, subject) is not None:  # noqa: ASYNC110  another process shows it
            await asyncio.sleep(0.05)


async def _detail(page: httpx.AsyncClient, finding: str, subject: str) -> str | None:
    found = (await snapshot(page))["findings"]
    return next(
        (f["detail"] for f in found if (f["finding"], f["subject"]) == (finding, subject)), None
    )
