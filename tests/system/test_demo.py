"""`minesafe demo` as somebody at a terminal meets it."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from field import until
from system.parts import open_folder
from system.whole import (
    MINESAFE,
    Journal,
    Process,
    change,
    command,
    demo_mine,
    logged_in,
    processes_about,
    running,
)

from device_sims.scenario import shipped
from minesafe.config import load
from minesafe.model.events import ServerStarted, ServerStopped
from minesafe.model.time import SECOND, Micros

GREETING = re.compile(r"^(http://127\.0\.0\.1:(\d+))  .*$", re.MULTILINE)
BLEMISH = re.compile(r"ERROR|Traceback|Exception|RuntimeWarning|ResourceWarning|never retrieved")

FAR: Micros = 4_000_000_000 * SECOND

FIRST_START_S = 30.0
LATER_START_S = 10.0
"""From the command to a page that answers; the first makes its database beside it."""


class Terminal:
    """A demo at a terminal: what it printed, its page, and Ctrl-C."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.data = folder / "data"
        words = (*MINESAFE, "demo", str(folder / "mine"), "--data", str(self.data), *more)
        self.process = Process(words, folder / f"demo-{time.monotonic_ns()}.log")

    @property
    def url(self) -> str:
        greeting = GREETING.search(self.process.text())
        return greeting[1] if greeting else ""

    async def greets(self, within_s: float) -> float:
        """Seconds until its one line is there."""
        await until(lambda: bool(self.url) or self.ended, within_s)
        assert self.url, self.process.text()
        return time.monotonic() - self.process.began

    @property
    def ended(self) -> bool:
        return self.process.child is not None and self.process.child.poll() is not None

    def interrupted(self) -> None:
        """Ctrl-C: the signal goes to everybody of the terminal's foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)

    async def leaves_nothing_behind(self) -> str:
        """It has ended well, and so has everything it started. Returns what it printed."""
        await until(lambda: self.ended, 30)
        assert self.process.child is not None
        said = self.process.text()
        assert self.process.child.returncode == 0, said
        assert processes_about(self.data) == []
        assert not BLEMISH.search(said), said
        return said


@contextmanager
def at_a_terminal(folder: Path, *more: str) -> Iterator[Terminal]:
    terminal = Terminal(folder, *more)
    with running(terminal.process):
        yield terminal
    for pid in processes_about(terminal.data):  # only after a failure
        os.kill(pid, signal.SIGKILL)


@pytest.mark.timeout(180)
async def test_a_demo_greets_ends_at_ctrl_c_and_finds_its_data_again() -> None:
    folder = open_folder()
    mine = load(demo_mine(folder))
    taken = ("127.0.0.1", mine.server.port)
    with socket.create_server(taken), at_a_terminal(folder, "--speed", "5") as first:
        await first.greets(FIRST_START_S)
        await the_page_is_alive(first.url)
        assert int(first.url.rsplit(":", 1)[1]) > mine.server.port, "moved to the next free one"
        await until(lambda: len(processes_about(first.data)) >= 3, 30)
        journal = Journal(first.data)
        await history_holds(first, 0, FAR)
        first.interrupted()
        said = await first.leaves_nothing_behind()
    assert len(GREETING.findall(said)) == 1
    for user in mine.users:
        assert f"{user.name}/{user.demo_password}" in said
    position = len(journal.news())
    assert journal.has(ServerStopped, epoch=1)

    with at_a_terminal(folder) as second:
        await second.greets(LATER_START_S)
        assert second.url == f"http://127.0.0.1:{mine.server.port}", "its own port is free again"
        started = journal.event(ServerStarted, epoch=2)
        assert started.position == position + 1
        stopped = journal.event(ServerStopped, epoch=1).recorded
        await history_holds(second, journal.events[0].recorded, stopped)
        os.kill(second.process.pid, signal.SIGTERM)
        await second.leaves_nothing_behind()
    journal.close()


async def the_page_is_alive(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert "<!doctype html>" in page.text.lower()
    async with logged_in(url, "leader"):
        pass


async def history_holds(terminal: Terminal, start: Micros, end: Micros) -> None:
    """Samples between two times are there to be read."""
    async with logged_in(terminal.url, "viewer") as page:
        deadline = time.monotonic() + 40
        while not await _samples(page, start, end):
            assert time.monotonic() < deadline, terminal.process.text()
            await asyncio.sleep(0.2)


async def _samples(page: httpx.AsyncClient, start: Micros, end: Micros) -> int:
    answer = await page.get("/api/v1/points/CH4-T0/values", params={"start": start, "end": end})
    return len(answer.json()) if answer.is_success else 0


@pytest.mark.timeout(180)
async def test_ctrl_c_while_it_starts_leaves_nothing_either() -> None:
    """What a first start has begun, such as a database's first files, is ended and not torn."""
    folder = open_folder()
    demo_mine(folder)
    with at_a_terminal(folder) as terminal:
        await until(lambda: bool(processes_about(terminal.data / "mine.json")), 30)
        terminal.interrupted()
        with contextlib.suppress(TimeoutError):
            await until(lambda: terminal.ended, 30)
        assert terminal.ended, terminal.process.text()
        await until(lambda: not processes_about(terminal.data), 15)
        assert not BLEMISH.search(terminal.process.text()), terminal.process.text()


async def test_what_a_killed_demo_leaves_the_next_one_takes_over() -> None:
    folder = open_folder()
    demo_mine(folder)
    with at_a_terminal(folder) as killed:
        await killed.greets(FIRST_START_S)
        await until(lambda: bool(processes_about(killed.data / "postgres")), 30)
        killed.process.kill()
        paper, broker = killed.data / "mine.json", killed.data / "broker"
        await until(lambda: not processes_about(paper) and not processes_about(broker), 20)
        with at_a_terminal(folder) as next_one:
            await next_one.greets(FIRST_START_S)
            await history_holds(next_one, 0, FAR)
            next_one.interrupted()
            await next_one.leaves_nothing_behind()


def test_the_scenarios_are_listed_and_an_unknown_one_is_a_clear_error() -> None:
    listed = command("demo", "--list")
    assert listed.returncode == 0
    lines = listed.stdout.splitlines()
    for name in ("quiet-shift", "gas-outburst", "fan-stop"):
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert re.search(r"[一-鿿].* · .*[a-z]", line), "zh · en"
    folder = open_folder()
    unknown = command(
        "demo", str(demo_mine(folder)), "--scenario", "gas-outbrust", "--data", folder / "data"
    )
    assert unknown.returncode == 1
    assert f"gas-outbrust, must be one of {', '.join(shipped())}" in unknown.stderr
    assert not BLEMISH.search(unknown.stderr)


def test_every_fault_of_a_broken_mine_is_told_with_file_and_line() -> None:
    config = demo_mine(open_folder())
    change(config / "points.csv", {"CO-01,1201 回风一氧化碳": "CO-01,1201 回风一氧化碳,x"})
    change(config / "policy.toml", {"undecided_s = 180": "undecided_s = -1"})
    places = [
        f"points.csv:{line_of(config / 'points.csv', 'CO-01')}: ",
        f"policy.toml:{line_of(config / 'policy.toml', 'undecided_s')}: ",
    ]
    checked = command("check", config)
    assert checked.returncode == 1
    assert all(place in checked.stderr for place in places), checked.stderr
    started = command("demo", config, "--data", config.parent / "data")
    assert started.returncode == 1
    assert all(place in started.stderr for place in places), started.stderr


def line_of(file: Path, words: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.startswith(words))


def test_a_taken_port_is_a_clear_error_of_a_server() -> None:
    folder = open_folder()
    config = demo_mine(folder)
    port = load(config).server.port
    with socket.create_server(("127.0.0.1", port)):
        refused = command("run", config, "--data", folder / "data")
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr
    assert not BLEMISH.search(refused.stderr)
    assert processes_about(folder) == []
