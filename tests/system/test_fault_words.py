"""Every word a scenario has for a bad wire, played by the simulators to the server's own ears.

One table a kind of link. All rows are played side by side, with a healthy device among them, on a
clock turned by hand: what fails is named, what is said of it is right, and the rest goes on.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from brokers import running
from fakes import Doors, FindingBook, HandClock, Inbox, Notes
from field import NO, field_mine, free_port, on_register, substation, until
from small_mine import point

from device_sims.clock import Micros
from device_sims.devices.device import Device
from device_sims.devices.gateway import GatewayDevice
from device_sims.devices.station import StationDevice
from device_sims.devices.substation import SubstationDevice, lines_of
from device_sims.diary import Diary
from device_sims.faults.manners import WIRE_FAULTS
from device_sims.faults.wires import Wires
from device_sims.faults.words import WORDS, FaultSource, placed
from device_sims.mine import decode
from device_sims.stage import Stage
from device_sims.world.site import Site
from minesafe.config import emit
from minesafe.links.backoff import Backoff
from minesafe.links.modbus import ModbusDevice
from minesafe.links.modbus.line import Line
from minesafe.links.stream.stream import MqttStream
from minesafe.model.events import FindingKind
from minesafe.model.mine import BaseStation, Broker, Gateway, Limits, Mine
from minesafe.model.quality import Quality
from minesafe.sources.build import every_source
from minesafe.sources.modbus import SubstationPoller
from minesafe.sources.supervise import Supervisor

BEGINS_S, ENDS_S = 10.0, 20.0
HEALTHY = "healthy"


class SimHand(HandClock):
    """As the simulators ask it; the same hand turns both sides."""

    speed = 1.0

    async def sleep_until(self, moment: Micros) -> None:
        if moment > self.now():
            await self.sleep((moment - self.now()) / 1e6)


async def turned(clock: HandClock, seconds: float) -> None:
    """Turn the hand, and let those who waited act."""
    clock.turn(seconds)
    for _ in range(20):
        await asyncio.sleep(0)


def staged(mine: Mine, clock: SimHand, sources: Iterable[FaultSource]) -> Stage:
    """The simulators' side of a mine; its world stands still."""
    sim = decode(json.dumps(emit(mine)).encode())
    diary = Diary(clock, lambda _line: None)  # type: ignore[arg-type]  # its hand is ours
    return Stage(Site.of(sim), clock, diary, 1, placed(sources, sim))  # type: ignore[arg-type]  # likewise


@asynccontextmanager
async def wired(stage: Stage) -> AsyncIterator[list[Device]]:
    """Every device with its proxy before it."""
    wires = Wires(stage)
    async with AsyncExitStack() as running:
        for proxy in wires.proxies:
            await running.enter_async_context(proxy)
        stage.site = replace(stage.site, mine=wires.inside())
        mine = stage.site.mine
        devices: list[Device] = [
            *(
                SubstationDevice(line[0], stage, port=wires.port_of(line), beside=line[1:])
                for line in lines_of(mine.substations)
            ),
            *(GatewayDevice(g, stage, broker=wires.way_of(g.id)) for g in mine.gateways),
            *(StationDevice(s, stage, host=wires.way_of(s.id)) for s in mine.stations),
        ]
        for device in devices:
            await running.enter_async_context(device)
        wires.found(devices)
        yield devices


# --- substations ------------------------------------------------------------------------------

LINK, ANSWER = {FindingKind.LINK_DOWN}, {FindingKind.WRONG_ANSWER}
SUBSTATIONS: dict[str, tuple[float | None, set[FindingKind]]] = {
    "substation_lost": (None, LINK),
    "drop": (1.0, LINK),
    "delay": (0.8, LINK),
    "freeze": (None, LINK),
    "half_open": (None, LINK),
    "garbage": (None, LINK | ANSWER),  # by chance it may look like the head of a frame
    "trickle": (0.1, LINK | ANSWER),  # whether a part of the frame was there when time was up
    "close": (None, LINK),
    "late_other_id": (0.8, LINK),
    "tid_zero": (None, ANSWER),
    "short_reply": (None, ANSWER),
    "wrong_function": (None, ANSWER),
    "exception": (None, ANSWER),
    "double_reply": (None, set()),
    HEALTHY: (None, set()),
}
"""The word's amount, and which finding names it; none: its values are believed all the while."""


NUMBERED = ("late_other_id", "tid_zero")
"""Words about transaction ids, which serial frames have not."""


def mine_of_substations(framing: str = "tcp", shared_port: int = 0) -> Mine:
    """One for each word, and a healthy one, each with two points of its own."""
    stations, points = [], []
    for unit, name in enumerate(words_on(framing), 1):
        like = substation(name, shared_port or free_port())
        stations.append(replace(like, unit=unit, framing=framing, period_s=4.0))
        points += [
            on_register(f"CH4-{name}", 0, 2, device=name),
            on_register(f"T-{name}", 3, None, device=name, encoding="int16", scale=0.1),
        ]
    return field_mine(
        substations=tuple(stations), points=tuple(points), gateways=(), stations=(), outputs=(),
    )  # fmt: skip


def words_on(framing: str) -> list[str]:
    return [w for w in SUBSTATIONS if framing == "tcp" or w not in NUMBERED]


Heard = dict[str, list[tuple[float, int]]]
"""(value, quality) of the points of each substation."""


class Ears:
    """The server's end of every substation."""

    def __init__(self, mine: Mine, clock: HandClock) -> None:
        self.mine, self.book, self.inbox = mine, FindingBook(), Inbox()
        lines = {
            s.port: Line.tcp(s.host, s.port, rtu=s.framing == "rtu", backoff=Backoff(0.1, 0.1))
            for s in mine.substations
        }
        self.links = {
            s.id: ModbusDevice(s.host, s.port, s.unit, timeout_s=0.6, retries=0, line=lines[s.port])
            for s in mine.substations
        }
        self.pollers = [
            SubstationPoller(mine, s, self.links[s.id], self.inbox, clock, self.book)
            for s in mine.substations
        ]

    async def poll(self) -> dict[str, list[tuple[float, int]]]:
        """Ask all at once; (value, quality) of the points of each."""
        self.inbox.batches.clear()
        await asyncio.gather(*(p.poll() for p in self.pollers))
        heard: dict[str, list[tuple[float, int]]] = {name: [] for name in self.links}
        for row, value, quality, *_ in self.inbox.readings():
            heard[self.mine.points[row].device].append((value, quality))
        return heard

    def named(self, substation_: str) -> set[FindingKind]:
        return {kind for kind, subject in self.book.now if subject == substation_}


def test_no_word_for_a_substations_wire_is_left_out() -> None:
    sim = decode(json.dumps(emit(mine_of_substations())).encode())
    fitting = {w for w in WIRE_FAULTS if w in WORDS and WORDS[w].where(sim, "drop")}
    assert fitting == set(SUBSTATIONS) - {HEALTHY}


@pytest.mark.parametrize("framing", ["tcp", "rtu"])
async def test_every_word_for_a_substations_wire_is_named_and_its_values_are_not_believed(
    framing: str,
) -> None:
    mine, clock = mine_of_substations(framing), SimHand()
    words = [
        FaultSource(name, name, BEGINS_S, ENDS_S, amount)
        for name, (amount, _) in SUBSTATIONS.items()
        if name in words_on(framing) and name != HEALTHY
    ]
    async with wired(staged(mine, clock, words)):
        ears = Ears(mine, clock)
        try:
            before = await ears.poll()
            assert all(q == Quality.GOOD for rows in before.values() for _, q in rows)
            await turned(clock, BEGINS_S)
            for _ in range(3):
                heard = await ears.poll()
            for name in words_on(framing):
                findings = SUBSTATIONS[name][1]
                check(name, heard[name], before[name], ears.named(name), findings)
            await turned(clock, ENDS_S - BEGINS_S)
            await asyncio.sleep(1.0)  # what was on its way arrives now, and must meet nobody
            for _ in range(2):
                healed = await ears.poll()
            if framing == "rtu":
                healed = await rested(ears, before, 8 * mine.substations[0].timeout_s)
            assert healed == before, "recovered within two scans, on a line when it has rested"
            assert not ears.book.now
        finally:
            for link in ears.links.values():
                await link.close()


async def rested(ears: Ears, before: Heard, seconds: float) -> Heard:
    """Asked once a while until all is as before, three times as long as a unit rests at most."""
    healed = await ears.poll()
    for _ in range(round(3 * seconds / PAUSE_S)):
        if healed == before:
            break
        await asyncio.sleep(PAUSE_S)
        healed = await ears.poll()
    return healed


PAUSE_S = 0.1


@pytest.mark.parametrize("word", ["substation_lost", "exception"])
async def test_a_bad_unit_behind_a_serial_server_leaves_the_others_alone(word: str) -> None:
    mine, clock = mine_of_substations("rtu", free_port()), SimHand()
    mine = replace(mine, substations=mine.substations[:3])
    bad, *well = (s.id for s in mine.substations)
    fault = FaultSource(word, bad, BEGINS_S, ENDS_S)
    async with wired(staged(mine, clock, [fault])):
        ears = Ears(mine, clock)
        try:
            before = await ears.poll()
            await turned(clock, BEGINS_S)
            heard = await ears.poll()
            check(word, heard[bad], before[bad], ears.named(bad), SUBSTATIONS[word][1])
            assert [heard[name] for name in well] == [before[name] for name in well]
        finally:
            for link in ears.links.values():
                await link.close()


def check(
    name: str,
    heard: list[tuple[float, int]],
    before: list[tuple[float, int]],
    named: set[FindingKind],
    findings: set[FindingKind],
) -> None:
    """A value is believed as it was, or there is none and it is told why."""
    if not findings:
        assert (heard, named) == (before, set()), name
        return
    assert all(math.isnan(v) and q == Quality.COMMS_LOST for v, q in heard), name
    assert len(named) == 1, name
    assert named <= findings, name


# --- gateways and base stations -----------------------------------------------------------------

SPEAKERS: dict[str, float | None] = {
    "lost": None,
    "drop": 0.3,
    "delay": 0.05,
    "freeze": None,
    "half_open": None,
    "garbage": 0.3,
    "trickle": 0.0005,
    "close": None,
    HEALTHY: None,
}
"""The word's amount; `lost` is gateway_lost and station_lost."""

CUT = ("lost", "close")
"""After these broker and listener know at once that a device has gone."""

REPORTS = 30


def mine_of_speakers(broker_port: int) -> Mine:
    """A gateway and a base station on TCP for each word, and healthy ones."""
    gateways, points, stations, readers = [], [], [], []
    like = field_mine().readers[0]
    for word in SPEAKERS:
        gw, bs = f"GW-{word}", f"BS-{word}"
        gateways.append(Gateway(gw, NO, f"mine/small/gateway/{gw}", "", ""))
        points.append(replace(point(f"CO-{word}", "ch4", Limits()), device=gw))
        stations.append(BaseStation(bs, NO, "tcp", "", "", f"key-{word}"))
        readers.append(replace(like, id=f"R-{word}", station=bs))
    mine = field_mine(
        gateways=tuple(gateways), points=tuple(points), substations=(), outputs=(),
        stations=tuple(stations), readers=tuple(readers),
        broker=Broker("127.0.0.1", broker_port, "", ""),
    )  # fmt: skip
    return replace(mine, server=replace(mine.server, stations_port=free_port()))


def words_of_speakers() -> Iterable[FaultSource]:
    for word, amount in SPEAKERS.items():
        for family, name in (("gateway", f"GW-{word}"), ("station", f"BS-{word}")):
            kind = f"{family}_lost" if word == "lost" else word
            if word != HEALTHY:
                yield FaultSource(kind, name, BEGINS_S, ENDS_S, amount)


async def test_whatever_befalls_the_wire_of_a_gateway_or_station_every_report_arrives_once(
    tmp_path: Path,
) -> None:
    async with running("nats", tmp_path) as broker:
        mine, clock = mine_of_speakers(broker.port), SimHand()
        stage = staged(mine, clock, words_of_speakers())
        inbox, book = Inbox(), FindingBook()
        sources = every_source(mine, broker.address, {}, inbox, clock, book, Doors(), Notes())
        watch = asyncio.create_task(Supervisor(sources, book).run())
        link = next(s for s in sources if isinstance(s, MqttStream))
        try:
            await until(lambda: link.sessions > 0)
            async with wired(stage) as devices:
                await until(lambda: heard(mine, inbox).keys() == all_of(mine), 20)
                for _ in range(REPORTS):
                    await turned(clock, 1.0)
                    await asyncio.sleep(0.05)
                made = {d.name: d._seq for d in devices}  # type: ignore[attr-defined]  # both have it
                await until(lambda: counts(heard(mine, inbox)) == made, 30)
                assert all(len(set(t)) == len(t) > 5 for t in heard(mine, inbox).values())
                await until(lambda: not book.now, 20)
        finally:
            watch.cancel()
            await asyncio.wait([watch])
    named = {(kind, subject) for kind, subject, _ in book.began_ever}
    for word in CUT:
        assert (FindingKind.LINK_DOWN, f"GW-{word}") in named
        assert (FindingKind.LINK_DOWN, f"BS-{word}") in named
    assert not any(HEALTHY in subject for kind, subject in named if kind != FindingKind.LINK_DOWN)


def all_of(mine: Mine) -> set[str]:
    return {d.id for group in (mine.gateways, mine.stations) for d in group}


def heard(mine: Mine, inbox: Inbox) -> dict[str, list[Micros]]:
    """When every report that was heard was made, by device."""
    times: dict[str, list[Micros]] = {}
    for row, _, quality, sampled, _ in inbox.readings():
        if quality != Quality.COMMS_LOST:  # the last will says that of the points
            times.setdefault(mine.points[row].device, []).append(sampled)
    for sighting in inbox.sightings():
        if sighting[0] == -1:
            times.setdefault(mine.readers[sighting[1]].station, []).append(sighting[-2])
    return {device: sorted(seen) for device, seen in times.items()}


def counts(times: dict[str, list[Micros]]) -> dict[str, int]:
    return {device: len(seen) for device, seen in times.items()}
