"""Wires one server in a straight line, and takes everything down in reverse.

What the alarm path needs comes first (disk, journal, engine, devices, carrier, pages). The
database comes last and in the background: a mine is watched while it starts, and while it cannot.
"""

import asyncio
import contextlib
import importlib.metadata
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import minesafe.web
from minesafe.bearers import Bearers
from minesafe.config import digests
from minesafe.desk import ControlDesk
from minesafe.embedded import kernels
from minesafe.embedded.broker import Broker as EmbeddedBroker
from minesafe.embedded.broker import free_port
from minesafe.embedded.child import alone
from minesafe.embedded.logins import logins
from minesafe.embedded.outage import Outage, Outages
from minesafe.field import Field, by_broker
from minesafe.memory import Memory
from minesafe.model.events import (
    AnyBody,
    PasswordSet,
    RevisionApproved,
    ServerStarted,
    ServerStopped,
)
from minesafe.model.mine import Broker, Mine
from minesafe.model.time import Micros
from minesafe.morning import Morning
from minesafe.notify.called import called_channels
from minesafe.notify.console import ConsoleChannel
from minesafe.notify.deliver import Courier
from minesafe.notify.downlink import Downlink
from minesafe.notify.horn import HornChannel
from minesafe.office import Home, Office
from minesafe.out_tray import OutTray
from minesafe.pipeline import Pipeline
from minesafe.ports import Clock, Scenarios, Source
from minesafe.proof import Proof
from minesafe.recorder import PATIENCE_S, Recorder
from minesafe.remembering import Database, remember
from minesafe.replay import Replays
from minesafe.scribe import Scribe
from minesafe.shadows import Shadows
from minesafe.sources.supervise import Task, supervise
from minesafe.store.accounts import Accounts
from minesafe.store.approvals import Approvals
from minesafe.store.feeder import Disk, Progress
from minesafe.store.heads import HeadKey
from minesafe.store.journal import SqliteJournal
from minesafe.store.late import LateHistory
from minesafe.store.machine import MachineWatch
from minesafe.store.notebook import SqliteNotebook
from minesafe.store.slips import Slips
from minesafe.store.snapshots import Snapshots
from minesafe.store.spool import SqliteSpool
from minesafe.store.status import StatusRow
from minesafe.store.thread import DiskThread
from minesafe.store.warm import Hourly, Warm
from minesafe.store.watch import DiskWatch
from minesafe.store.witness import Witness
from minesafe.succession import Succession
from minesafe.traffic import Traffic
from minesafe.vitals import Vital, Vitals
from minesafe.watch import Watch
from minesafe.web.context import Around
from minesafe.web.server import WebServer
from minesafe.web.site import create_app

BUILT_PAGES = Path(minesafe.web.__file__).parent / "static"
"""The pages the package carries."""

SWITCH_S = 0.0005
"""How long the loop may wait for a thread that writes or reads our disk to let go of Python. The
usual 5 ms at each turn of the loop make two questions of one poll 20 ms long."""

SLIPS_S = 2.0
"""How often somebody looks whether there are any."""

BROKER_S = 5.0
"""Real seconds our own broker is given before its link is tried, and called down."""


@dataclass(frozen=True)
class Running:
    """A server that runs: what tests, the demo and benches look at."""

    desk: ControlDesk
    pipeline: Pipeline
    history: LateHistory
    web: WebServer
    broker: Broker
    succession: Succession
    first_login: tuple[str, str] | None = None
    """Name and one-time password of the first admin, at a first start."""

    @property
    def mine(self) -> Mine:
        """The revision in force, with the ports that are really listened on."""
        return self.desk.mine


@asynccontextmanager
async def running(
    mine: Mine,
    data: Path,
    clock: Clock,
    *,
    files: Mapping[str, bytes],
    wall: Callable[[], Micros],
    static: Path | None = None,
    scenarios: Scenarios | None = None,
    outages: Outages | None = None,
    home: Home | None = None,
) -> AsyncIterator[Running]:
    """Run a server until the context is left.

    Args:
        mine: the approved revision.
        data: where journal, spool, snapshots and the embedded parts live; one server at a time.
        clock: the mine's clock.
        files: of the revision, content by name: their hashes are journalled, and they are kept.
        wall: the real wall clock, for sessions.
        static: built pages, those of the package by default.
        scenarios: what the simulators of a demo can play, for its page.
        outages: when the embedded parts are away, in a demo's scenario; never else.
        home: the mine's directory, for the page where revisions are approved; None: there is none.

    Raises:
        StoreUnavailable: the data directory cannot be used, another server has it, or the
            revision is not approved by two.
        LinkDown: a port is taken.
    """
    outages = outages or Outages()
    sys.setswitchinterval(SWITCH_S)
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(data))

        # record: the disk and its one thread
        disk = DiskThread()
        stack.callback(disk.close)
        journal = await disk.run(SqliteJournal, data / "journal.db")
        stack.push_async_callback(disk.run, journal.close)
        spool = await disk.run(SqliteSpool, data / "spool.db", cap_mb=mine.server.spool_mb)
        stack.push_async_callback(disk.run, spool.close)
        snapshots = Snapshots(data / "snapshots")
        accounts = Accounts(data / "accounts.db", wall)
        stack.callback(accounts.close)
        await asyncio.to_thread(accounts.seed, mine.users)
        approvals = Approvals(data / "accounts.db", wall)
        stack.callback(approvals.close)
        approved_by = approvals.in_force(mine)
        slips = Slips(data / "accounts.db", wall)
        stack.callback(slips.close)
        office = None if home is None else Office(home, data, approvals, (mine, files), wall)

        # judge, raise, order: taken up where the last process was
        recorder = Recorder(journal, disk)
        pipeline = Pipeline(
            Watch(mine),
            spool=spool,
            snapshots=Hourly(snapshots, Warm(data / "warm")),
            recorder=recorder,
            disk=disk,
            clock=clock,
            folds=Snapshots(data / "folds"),
        )
        await pipeline.recover(journal)
        desk, outbox = ControlDesk(pipeline, journal.epoch), OutTray(pipeline)
        history = LateHistory(mine)
        memory = Memory(data, lambda: desk.mine, history)
        memory.keep(files)
        await _sign_on(desk, pipeline.watch, approved_by, files)
        first_login = None if mine.demo else await _let_in(desk, accounts)
        stack.push_async_callback(desk.note, ServerStopped(epoch=journal.epoch))
        stack.push_async_callback(pipeline.save)

        # look at ourselves
        stores, proof = Disk(disk, spool, journal), Proof(desk, clock, pipeline)
        progress = Progress()
        disk_watch = DiskWatch(stores, pipeline, progress, pipeline.now)
        vitals = await _vitals(stack, data, pipeline, outbox, proof, disk_watch)
        traffic = Traffic(lambda: desk.mine)
        pipeline.overhearing.append(traffic.take)
        machine = MachineWatch(lambda: desk.mine, data, wall)

        # show: the pages come before the devices, so that whoever waits sees something
        scribe = Scribe(lambda: desk.mine, data, desk.now)
        stack.push_async_callback(scribe.close)
        site = create_app(
            desk,
            accounts,
            history,
            memory,
            accounts.secret,
            static or BUILT_PAGES,
            reporter=scribe,
            vital=vitals.taken,
            backlog=lambda: replace(disk_watch.backlog, repeats=pipeline.repeats),
            around=Around(lambda: proof.newest, traffic.flows, lambda: machine.newest, wall),
            playing=scenarios,
            replays=Replays(memory, history, lambda: pipeline.watch.revision),
            office=office,
        )
        web = WebServer(site, mine.server.host, mine.server.port)
        await web.start()
        stack.push_async_callback(web.stop)

        # hear
        broker, own_broker = _broker(mine, data)
        notebook = SqliteNotebook(data / "notebook.db")
        stack.callback(notebook.close)
        field = Field(mine, broker, own_broker, pipeline, clock, notebook)
        stack.push_async_callback(field.close)

        # tell
        downlink = Downlink(mine, broker, pipeline, clock)
        bearers = Bearers(desk, outbox, pipeline, clock, accounts.secret)
        stack.callback(bearers.close)
        orders = pipeline.watch.evacuation.orders
        courier = Courier(outbox, (), clock, pipeline, orders.get)
        called = called_channels(desk, downlink, outbox, pipeline, bearers.modem)
        console = ConsoleChannel(lambda: site.state.context.hub.pages)
        outputs = [HornChannel(field.outputs, kind) for kind in ("horn", "cut")]
        bearers.serve(courier, [*outputs, console, *called])
        tasks: list[Source] = [
            Task("pipeline", pipeline.run),
            Task("carrier", bearers.carry),
            Task("modem", bearers.carry_by_modem),
            Task("courier", courier.run),
            Task("web", web.wait),
            Task("slips", lambda: take_slips(slips, pipeline)),
            proof,
        ]

        # remember, behind everything else
        database = Database(mine, data, outages.database)
        if mine.witness is not None:
            key = await disk.run(HeadKey.of, data)
            tasks.append(Witness(mine.witness, mine.id, journal, key, wall, pipeline))
        tasks += [disk_watch, vitals, machine, Task("memory", memory.run)]
        stack.push_async_callback(vitals.end)  # its last word: we end in order
        kept = partial(remember, database, stores, snapshots, history, pipeline, progress)
        tasks.append(Task("history", kept))

        await supervise(stack, tasks, pipeline)
        await field.begin(lambda source: not by_broker(source))
        if own_broker is not None:
            await _start_broker(stack, own_broker, outages.broker, pipeline)
        await field.begin(by_broker)
        stack.push_async_callback(field.end)
        last: list[Source] = [downlink] if downlink.calls_anything else []
        last.append(Task("kernels", lambda: _quicken(pipeline.watch, field, data / "kernels")))
        last += [Shadows(pipeline), Morning(desk, scribe, clock, pipeline)]
        await supervise(stack, last, pipeline)

        def in_force(mine: Mine, files: Mapping[str, bytes]) -> None:
            history.take_over(mine)
            memory.keep(files)
            if office is not None:
                office.in_force(mine, files)

        succession = Succession(pipeline, field, bearers, accounts, approvals, in_force)
        if office is not None:
            office.take_over = succession.propose
        yield Running(desk, pipeline, history, web, broker, succession, first_login)


async def take_slips(slips: Slips, pipeline: Pipeline) -> None:
    """Journal what was done at the machine's own terminal, until cancelled."""
    while True:
        for number, at, body in await asyncio.to_thread(slips.waiting):
            await pipeline.act(partial(_one, body), at)
            await asyncio.to_thread(slips.taken, number)
        await asyncio.sleep(SLIPS_S)


def _one(body: AnyBody, _now: Micros) -> list[AnyBody]:
    return [body]


async def _quicken(watch: Watch, field: Field, cache: Path) -> None:
    """Judge and hear by compiled loops as soon as there are some, from one frame to the next."""
    loops = await kernels.ready(cache)
    watch.kernels = loops.kernels
    field.quick.take(loops.quick)
    await asyncio.Event().wait()


async def _vitals(
    stack: AsyncExitStack,
    data: Path,
    pipeline: Pipeline,
    outbox: OutTray,
    proof: Proof,
    disk_watch: DiskWatch,
) -> Vitals:
    """What the watchdog reads, by a thread of its own."""
    thread = DiskThread("status")
    stack.callback(thread.close)
    row = await thread.run(StatusRow, data / "status")
    stack.push_async_callback(thread.run, row.close)

    async def write(vital: Vital) -> None:
        await thread.within(PATIENCE_S, row.write, vital)

    return Vitals(
        pipeline, outbox, lambda: disk_watch.backlog.spool_fill, lambda: proof.proven, write
    )


async def _sign_on(
    desk: ControlDesk, watch: Watch, by: tuple[str, ...], files: Mapping[str, bytes]
) -> None:
    """Say in the journal who takes up work, and under which revision."""
    mine, version = desk.mine, importlib.metadata.version("minesafe")
    await desk.note(
        ServerStarted(epoch=desk.epoch, revision=mine.revision, version=version, demo=mine.demo)
    )
    if mine.revision != watch.approved:
        body = RevisionApproved(revision=mine.revision, by=by, files=digests(files))
        await desk.note(watch.carried(body))


async def _let_in(desk: ControlDesk, accounts: Accounts) -> tuple[str, str] | None:
    """Where no admin can log in yet, give the first a password for one log-in."""
    given = await asyncio.to_thread(accounts.first_admin)
    if given is not None:
        await desk.note(PasswordSet(user=given[0], by="server", once=True))
    return given


def _broker(mine: Mine, data: Path) -> tuple[Broker, EmbeddedBroker | None]:
    """The mine's broker, or our own where none is named, with a log-in for each device.

    Our own is not started yet: what is polled and what connects to us does not wait for it, and
    a broker that cannot start leaves a mine that is watched by everything else.
    """
    if mine.broker.host:
        return mine.broker, None
    user, password = "minesafe", secrets.token_urlsafe(24)
    devices = logins(mine)
    port = mine.broker.port or free_port("127.0.0.1")
    own = EmbeddedBroker(data / "broker", user=user, password=password, clients=devices, port=port)
    return Broker(own.host, port, user, password), own


async def _start_broker(
    stack: AsyncExitStack, broker: EmbeddedBroker, outage: Outage, pipeline: Pipeline
) -> None:
    """Our own broker as a task like the others; waited for a little, so that no link is missed."""
    started = asyncio.Event()

    async def keep() -> None:
        while True:
            async with broker:
                started.set()
                await outage.begun()
            await outage.ended()

    await supervise(stack, [Task("broker-process", keep)], pipeline)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BROKER_S):
            await started.wait()
