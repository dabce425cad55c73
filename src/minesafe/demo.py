"""`minesafe demo`: the simulated mine as a process of its own, and a server that watches it.

The simulators are started by name and told everything by mine.json; nothing of theirs is imported.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from minesafe.app import Running, running
from minesafe.clock import MineClock, wall
from minesafe.config import emit, files_of, load, with_ports
from minesafe.embedded.child import started
from minesafe.embedded.outage import Outages
from minesafe.model.errors import LinkDown
from minesafe.model.mine import Mine, Name
from minesafe.office import Home
from minesafe.store.following import JournalReader

READY_S = 60.0
"""How long the simulators may take to open their listeners."""

TRIES = 50
"""Ports tried after one that is taken."""

Say = Callable[[str], None]


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next that is free.

    Raises:
        LinkDown: none of the next fifty is.
    """
    for port in range(wanted, wanted + TRIES):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((host, port))
                return port
    raise LinkDown(f"no port from {wanted} to {wanted + TRIES - 1} is free on {host}")


def at_free_ports(mine: Mine, data: Path) -> Mine:
    """The same mine behind doors that nobody else has taken; serial ports are files of its own."""
    taken: set[int] = set()

    def free(host: str, wanted: int) -> int:
        port = free_port(host, wanted)
        while port in taken:
            port = free_port(host, port + 1)
        taken.add(port)
        return port

    server = mine.server
    moved = with_ports(
        mine,
        web=free(server.host, server.port),
        stations=free(server.stations_host, server.stations_port),
        substations={s.id: free(s.host, s.port) for s in mine.substations if s.serial is None},
        carrier=free(mine.carrier.host, mine.carrier.port) if mine.carrier else None,
        lines={port: str(data / "serial" / Path(port).name) for port in _serial_ports(mine)},
    )
    if mine.broker.host:
        return moved
    port = free("127.0.0.1", mine.broker.port or 18830)
    return replace(moved, broker=replace(moved.broker, port=port))


def own_copy(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files of a demo where they may be changed: each start begins with what is shipped."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    return folder


def like(mine: Mine, running: Mine) -> Mine:
    """Another revision of the demo's files behind the doors that were found for it."""
    doors = {s.id: s.port for s in running.substations if s.serial is None}
    moved = with_ports(
        mine,
        web=running.server.port,
        stations=running.server.stations_port,
        substations=doors,
        carrier=running.carrier.port if running.carrier else None,
        lines=_moved_lines(mine, running),
    )
    return replace(moved, broker=running.broker)


def _moved_lines(mine: Mine, running: Mine) -> dict[str, str]:
    there = {s.id: s.serial.port for s in running.substations if s.serial is not None}
    lines = ((s.id, s.serial.port) for s in mine.substations if s.serial is not None)
    return {port: there[sub] for sub, port in lines if sub in there}


def with_folders(mine: Mine, data: Path) -> Mine:
    """The same mine whose installed systems write into a folder of this demo."""
    hosts = []
    for host in mine.kj_hosts:
        folder = data.resolve() / host.folder
        folder.mkdir(parents=True, exist_ok=True)
        hosts.append(replace(host, folder=str(folder)))
    return replace(mine, kj_hosts=tuple(hosts))


def _serial_ports(mine: Mine) -> set[str]:
    return {s.serial.port for s in mine.substations if s.serial is not None}


def clock_for(data: Path, speed: float) -> MineClock:
    """A clock from now on, or from where a faster one left the journal: time never runs back."""
    return MineClock.since(max(wall(), _last_recorded(data) + 1), speed)


def _last_recorded(data: Path) -> int:
    path = data / "journal.db"
    if not path.exists():
        return 0
    reader, position, last = JournalReader(path), 0, 0
    while events := reader.read(position, 10_000):
        position, last = events[-1].position, events[-1].recorded
    reader.close()
    return last


@asynccontextmanager
async def demo(
    mine: Mine,
    data: Path,
    *,
    files: Mapping[str, bytes],
    scenario: str = "quiet-shift",
    speed: float = 1.0,
    seed: int = 1,
    say: Say = lambda _line: None,
) -> AsyncIterator[Running]:
    """The simulators and a server over them, until the context is left.

    Args:
        mine: a demo configuration; ports that are taken are moved.
        data: the server's data directory.
        files: as `running`.
        scenario: what the simulators play.
        speed: how many times as fast as the wall's clock the mine lives.
        seed: the same seed gives the same mine.
        say: takes a line about each notable happening.

    Raises:
        LinkDown: no free port, or the simulators did not start.
    """
    here = await asyncio.to_thread(own_copy, data / "config", files)
    mine = with_folders(at_free_ports(mine, data), data)
    home = Home(here, lambda: (with_folders(like(load(here), mine), data), files_of(here)))
    clock = clock_for(data, speed)
    outages = Outages()
    theatre = Theatre(mine_paper(mine, data), clock, seed, outages, say)
    async with (
        theatre.open(scenario),
        running(
            mine,
            data,
            clock,
            files=files,
            wall=wall,
            scenarios=theatre,
            outages=outages,
            home=home,
        ) as server,
    ):
        yield server


class Theatre:
    """The simulated mine, playing one scenario after the other: a demo's `ports.Scenarios`."""

    def __init__(
        self, paper: Path, clock: MineClock, seed: int, outages: Outages, say: Say
    ) -> None:
        self.playing = ""
        self._paper, self._clock, self._seed, self._say = paper, clock, seed, say
        self._lost = {"broker_lost": outages.broker, "database_lost": outages.database}
        self._stage = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._programme: dict[str, Name] = {}

    @asynccontextmanager
    async def open(self, scenario: str) -> AsyncIterator[None]:
        """Play, one after the other, until the context is left.

        Raises:
            LinkDown: the first one did not start.
        """
        try:
            await self.play(scenario)
            yield
        finally:
            async with self._turn:
                await self._stage.aclose()

    async def play(self, scenario: str) -> None:
        """See `ports.Scenarios`; whoever else wants to play waits for his turn."""
        async with self._turn:
            self.playing = ""
            await self._stage.aclose()
            for outage in self._lost.values():
                outage.turn(away=False)
            await self._stage.enter_async_context(
                simulators(self._paper, self._clock, scenario, self._seed, self._hear)
            )
            self.playing = scenario

    def _hear(self, line: str) -> None:
        """Hand a line of the diary on; a part of ours that fails in the scenario is away.

        The demo plays this itself, because these parts are its own children: the simulators can
        tell no server anything (docs/decisions/0039).
        """
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("what") == "fault" and told["kind"] in self._lost:
            self._lost[told["kind"]].turn(away=told["acts"])
        self._say(line)

    async def listed(self) -> dict[str, Name]:
        """See `ports.Scenarios`; asked of the simulators once."""
        if not self._programme:
            self._programme = {s["name"]: Name(s["zh"], s["en"]) for s in await _programme()}
        return self._programme


async def _programme() -> list[dict[str, str]]:
    process = await started(
        sys.executable, "-m", "device_sims", "scenarios", "--as", "json",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()
    if process.returncode:
        raise LinkDown("the simulators do not list their scenarios; their own words are above")
    listed: list[dict[str, str]] = json.loads(told)
    return listed


def mine_paper(mine: Mine, data: Path) -> Path:
    """What the simulators may know, on disk.

    They are told where the broker will be: it is ours and starts with the server.
    """
    address = replace(mine.broker, host=mine.broker.host or "127.0.0.1")
    data.mkdir(parents=True, exist_ok=True)
    paper = data / "mine.json"
    paper.touch(mode=0o600)  # it holds the devices' and the demo users' passwords
    paper.write_text(json.dumps(emit(replace(mine, broker=address)), ensure_ascii=False))
    return paper


@asynccontextmanager
async def simulators(
    paper: Path, clock: MineClock, scenario: str, seed: int, say: Say
) -> AsyncIterator[None]:
    """The simulated mine as a process, from its first listener to the context's end.

    Raises:
        LinkDown: it did not start.
    """
    command = (
        sys.executable, "-m", "device_sims", "run", str(paper),
        "--scenario", scenario, "--seed", str(seed), "--clock", clock.told(), "--tied",
    )  # fmt: skip
    process = await started(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    listening = asyncio.Event()
    reading = asyncio.create_task(_listen(process, listening, say), name="simulators")
    try:
        await _until_ready(process, listening)
        yield
    finally:
        await _end(process)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


async def _listen(process: asyncio.subprocess.Process, listening: asyncio.Event, say: Say) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith("{") and json.loads(text).get("ready"):
            listening.set()
        elif text:
            say(text)


async def _until_ready(process: asyncio.subprocess.Process, listening: asyncio.Event) -> None:
    ready = asyncio.create_task(listening.wait())
    ended = asyncio.create_task(process.wait())
    await asyncio.wait({ready, ended}, timeout=READY_S, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    ended.cancel()
    if not listening.is_set():
        raise LinkDown("the simulated mine did not start; its own words are above")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, then make it."""
    for sign, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, sign)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await process.wait()
