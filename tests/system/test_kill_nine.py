"""kill -9 at every step of an open order: it goes on, and nobody is told twice for a step.

Beyond the carrier's own uncertainty, that is: a message that was on its way when we died may have
been taken, and is sent once more.
"""

import asyncio
import json
import logging
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from smsc import Smsc
from system.parts import new_database, open_folder
from system.whole import (
    MINESAFE,
    Journal,
    Process,
    change,
    demo_mine,
    logged_in,
    running,
    simulators,
    snapshot,
)

from minesafe.config import emit, load
from minesafe.model.commands import Command, SendText
from minesafe.model.events import (
    AlarmMove,
    AlarmMoved,
    AllClearSigned,
    LadderStepped,
    Noted,
    OrderAcknowledged,
    OrderClosed,
    OrderIssued,
    OrderKind,
    OrderRaised,
    PersonMoved,
    ReceiptStatus,
)
from minesafe.model.mine import Mine
from minesafe.model.time import SECOND
from minesafe.notify.phones import dialled
from minesafe.notify.texts import compose
from minesafe.store.chain import verify
from minesafe.store.disk import open_for_reading
from minesafe.store.spool import SpoolReader

log = logging.getLogger(__name__)

DETECTING_S = 12.0
"""Three times a restart on two busy cores, from the process's birth to the first value judged."""

LADDER_S = (0, 0, 14, 26, 45)
"""Leader, desk, deputy, mine head, roster: long enough to die and come back between two."""

LEADER = "P01"
RANDOM_KILLS, SOAK_KILLS = 4, 25
"""At moments nobody chose: in every run, and in each piece of `make soak`."""
SOAK_PIECES = 4
"""A hundred deaths in all, each piece with moments of its own."""

GAS = """
zh = "瓦斯持续涌出"
en = "Gas that stays"

[[emissions]]
gas = "ch4"
at = "face"
from = 0.3
profile = [[1, 0.0], [4, 3.0], [3600, 3.0]]
"""
"""Nobody acts but the test."""


@dataclass
class House:
    """A server that dies and comes back, and all who deal with it."""

    config: Path
    data: Path
    mine: Mine
    server: Process
    smsc: Smsc
    journal: Journal
    sending: Counter[tuple[str, str]] = field(default_factory=Counter)
    """First messages (phone, text) that were on their way when we died."""
    deaths: list[Counter[str]] = field(default_factory=list)
    """The outbox's rows by their state, at each death."""
    restarts: dict[str, float] = field(default_factory=dict)
    """Seconds from a start to the first value judged, by the moment of the death before."""

    @property
    def url(self) -> str:
        return self.mine.server.public_url

    # --- dying and coming back ----------------------------------------------------------

    async def dies_at(self, moment: str) -> None:
        """SIGKILL; look at what it left, start again, and wait until it detects."""
        self.dies()
        await self.comes_back(moment)

    async def comes_back(self, moment: str) -> None:
        seq = self._last_seq()
        self.server.start()
        self.restarts[moment] = await self._detecting(seq)
        assert self.restarts[moment] < DETECTING_S, moment
        self._agrees(await self.order())

    def dies(self) -> None:
        self.server.kill()
        self.journal.news()
        assert verify(self.data / "journal.db") >= len(self.journal.events)
        with closing(open_for_reading(self.data / "journal.db")) as connection:
            rows = connection.execute("SELECT state, done, channel, command FROM outbox").fetchall()
        self.deaths.append(Counter(state for state, *_ in rows))
        self.sending.update(
            self._first_message(command)
            for state, done, channel, command in rows
            if (state, done, channel) == ("sending", 0, "sms")
        )

    def _last_seq(self) -> int:
        reader = SpoolReader(self.data / "spool.db")
        with closing(reader):
            return max((f.seq for f in reader.after(0, 1_000_000)), default=0)

    async def _detecting(self, seq: int) -> float:
        """Until a new frame holds methane: a frame on disk is judged at once."""
        point = self.mine.point_row["CH4-T0"]
        async with asyncio.timeout(60):
            while True:
                with closing(SpoolReader(self.data / "spool.db")) as spool:
                    frames = spool.after(seq, 1_000)
                if any((f.readings.point == point).any() for f in frames):
                    return time.monotonic() - self.server.began
                await asyncio.sleep(0.02)

    # --- what people see and do ---------------------------------------------------------

    async def serves(self) -> None:
        """Until its pages answer."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as page, asyncio.timeout(30):
            while True:
                try:
                    await page.get(self.url)
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    return

    async def order(self) -> dict[str, Any]:
        """The newest order as the page shows it."""
        async with logged_in(self.url, "viewer") as page:
            orders = (await snapshot(page))["orders"]
        newest: dict[str, Any] = max(orders, key=lambda o: o["issued"])
        return newest

    def _agrees(self, shown: dict[str, Any]) -> None:
        """What the journal holds is what the page shows."""
        ours = [e for e in self.journal.events if getattr(e.body, "order", "") == shown["order"]]
        taken = {s["step"]: s["taken"] for s in shown["steps"]}
        muster = {m["person"]: m["ticked_by"] for m in shown["muster"]}
        signed = [s["by"] for s in shown["signatures"]]
        acknowledged = None
        for event in ours:
            body = event.body
            if isinstance(body, LadderStepped):
                assert taken[body.step] == event.recorded
            elif isinstance(body, OrderRaised):
                acknowledged = None
            elif isinstance(body, OrderAcknowledged):
                acknowledged = body.by
            elif isinstance(body, AllClearSigned):
                assert body.by in signed
            elif isinstance(body, PersonMoved) and body.by is not None:
                assert muster[body.person] == body.by
        assert shown["acknowledged_by"] == acknowledged

    def round_of(self, order: str) -> int:
        """Number of the first step of its newest climb."""
        steps = [s.step for s in self.journal.of(LadderStepped) if s.order == order]
        return max(steps) // 100 * 100

    async def acknowledges(self) -> int:
        """The leader opens the link of his newest message and presses the button."""
        text = next(t for t in reversed(self.smsc.to(self._phone(LEADER))) if "/a/" in t)
        link = re.search(r"http://\S+?/a/[\w-]+", text)
        assert link is not None
        async with httpx.AsyncClient(trust_env=False, timeout=10) as phone:
            return (await phone.post(link[0])).status_code

    async def ticks_everyone(self, order: str) -> None:
        async with logged_in(self.url, "dispatcher") as page:
            shown = next(o for o in (await snapshot(page))["orders"] if o["order"] == order)
            for person in shown["muster"]:
                answer = await page.post(
                    f"/api/v1/orders/{order}/muster/{person['person']}",
                    json={"whereabouts": "at_refuge", "reason": "counted at the door"},
                )
                answer.raise_for_status()

    async def signs(self, user: str, order: str) -> bool:
        async with logged_in(self.url, user) as page:
            answer = await page.post(
                f"/api/v1/orders/{order}/all-clear",
                json={"password": f"demo-{user}", "override": "gas is drained elsewhere"},
            )
        answer.raise_for_status()
        closed: bool = answer.json()["closed"]
        return closed

    async def orders_by_hand(self) -> str:
        async with logged_in(self.url, "dispatcher") as page:
            wanted = {
                "order_kind": "evacuate",
                "zones": ["REFUGE-E"],
                "ground": "smoke reported by phone",
                "by": "",
            }
            answer = await page.post("/api/v1/orders", json=wanted)
        answer.raise_for_status()
        order: str = answer.json()["order"]
        return order

    # --- what the phones hold -----------------------------------------------------------

    def _phone(self, person: str) -> str:
        return dialled(self.mine.people[self.mine.person_row[person]].phone)

    def _first_message(self, command: str) -> tuple[str, str]:
        wanted = msgspec.json.decode(command, type=Command)
        assert isinstance(wanted, SendText)
        return dialled(wanted.phone), compose(self.mine, wanted, "http://link")[0]

    def asked_for(self) -> Counter[tuple[str, str]]:
        """First messages by what the outbox ever asked for: each key once."""
        with closing(open_for_reading(self.data / "journal.db")) as connection:
            rows = connection.execute("SELECT command FROM outbox WHERE channel = 'sms'").fetchall()
        return Counter(self._first_message(command) for (command,) in rows)

    def arrived(self) -> Counter[tuple[str, str]]:
        """First messages the carrier took: those a receipt was asked for."""
        return Counter((s.phone, s.text) for s in self.smsc.inbox if s.receipt_asked)

    async def everyone_told(self) -> None:
        """Until no message waits any more."""
        async with asyncio.timeout(30):
            while self.asked_for() - self.arrived():  # noqa: ASYNC110  another process sends
                await asyncio.sleep(0.05)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """The demo mine under gas that stays, and a carrier whose manners the test commands."""
    folder = open_folder()
    config = demo_mine(folder, ladder=LADDER_S)
    change(config / "server.toml", {'dsn = ""': f'dsn = "{new_database()}"'})
    mine = load(config)
    assert mine.carrier is not None
    data, scenario, paper = folder / "data", folder / "gas.toml", folder / "mine.json"
    scenario.write_text(GAS, "utf-8")
    where = emit(mine) | {
        "carrier": None,
        "broker": {"host": "127.0.0.1", "port": mine.broker.port},
    }
    paper.write_text(json.dumps(where), "utf-8")

    server = Process((*MINESAFE, "run", str(config), "--data", str(data)), folder / "server.log")
    field_ = simulators(paper, folder / "field.log", "--scenario", str(scenario))
    journal = Journal(data)
    async with Smsc(port=mine.carrier.port, answers=False, receipts=None) as smsc:
        with running(server), running(field_):
            yield House(config, data, mine, server, smsc, journal)
            assert server.end() == 0
        journal.news()
        journal.close()
    assert not re.search(r"ERROR|Traceback|RuntimeWarning", server.text()), server.text()
    assert verify(data / "journal.db") == len(journal.events)


@pytest.mark.timeout(300)
async def test_an_order_outlives_the_server_at_every_step() -> None:
    await an_order_outlives_the_server(RANDOM_KILLS, seed=9)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(SOAK_PIECES))
async def test_an_order_outlives_the_server_killed_all_day(seed: int) -> None:
    await an_order_outlives_the_server(SOAK_KILLS, seed)


async def an_order_outlives_the_server(random_kills: int, seed: int) -> None:
    async with house() as h:
        order = await from_the_alarm_to_the_first_message(h)
        await up_the_ladder(h, order)
        await acknowledged_and_never_asked_again(h, order)
        await through_the_two_signatures(h, order)
        await at_moments_nobody_chose(h, random_kills, seed)
        await h.everyone_told()
        doubles = h.arrived() - h.asked_for()
        assert not doubles - h.sending, "told twice without a doubt that would excuse it"
        log.info("the outbox at each death: %s", [dict(states) for states in h.deaths])
        log.info("seconds from a start to the first value judged: %s", h.restarts)
        log.info(
            "%d messages, %d of them twice, %d were on their way at a death",
            h.arrived().total(), doubles.total(), h.sending.total(),
        )  # fmt: skip


# --- the steps ---------------------------------------------------------------------------------


async def from_the_alarm_to_the_first_message(h: House) -> str:
    issued = await h.journal.until(OrderIssued, 60)
    await h.dies_at("alarm raised and order issued")
    assert h.journal.has(AlarmMoved, move=AlarmMove.RAISE, subject="CH4-T0")

    order = issued.body.order
    if issued.body.order_kind is not OrderKind.EVACUATE:
        await h.journal.until(OrderRaised, 30, order=order)
    await h.everyone_told()
    h.dies()
    assert h.sending
    h.smsc.answers = True
    await h.comes_back("first SMS on its way, the carrier silent")

    step = h.round_of(order)
    accepted = {"status": ReceiptStatus.ACCEPTED, "channel": "sms", "recipient": LEADER}
    await h.journal.until(Noted, 30, step=step, **accepted)
    await h.dies_at("SMS accepted")
    return order


async def up_the_ladder(h: House, order: str) -> None:
    """Nobody answers: the deputy is asked, and after another death, at his time, the mine head."""
    step = h.round_of(order)
    await h.journal.until(LadderStepped, 40, order=order, step=step + 2)
    await h.dies_at("ladder stepped")

    shown = await h.order()
    due = next(s["due"] for s in shown["steps"] if s["step"] == step + 3)
    asked = await h.journal.until(LadderStepped, 40, order=order, step=step + 3)
    assert 0 <= asked.recorded - due < 2 * SECOND, "the deadline is in the order, not in us"
    assert asked.body.reason == "unacknowledged"


async def acknowledged_and_never_asked_again(h: House, order: str) -> None:
    assert await h.acknowledges() == 303
    await h.dies_at("acknowledged by the link")
    assert (await h.order())["acknowledged_by"] == LEADER
    assert await h.acknowledges() == 409, "the button worked once"
    assert h.journal.event(OrderAcknowledged, order=order).body.by == LEADER


async def through_the_two_signatures(h: House, order: str) -> None:
    await h.ticks_everyone(order)
    await h.dies_at("everyone ticked by hand")
    assert not await h.signs("leader", order)
    await h.dies_at("first of the two signatures")
    assert await h.signs("dispatcher", order)
    await h.dies_at("all-clear")
    assert h.journal.event(OrderClosed, order=order).body.by == (LEADER, "P20")


async def at_moments_nobody_chose(h: House, kills: int, seed: int) -> None:
    """Death again and again: while it takes up its work, and while it tells of a new order."""
    order, moments = await h.orders_by_hand(), random.Random(seed)
    for turn in range(kills):
        if turn % 2:
            await h.serves()
            order = await h.orders_by_hand()
        await asyncio.sleep(moments.uniform(0.0, 0.3 if turn % 2 else 3.0))
        h.dies()
        h.server.start()
    await h.dies_at("a moment nobody chose")
    await h.everyone_told()
    assert await h.acknowledges() == 303
    await h.ticks_everyone(order)
    assert not await h.signs("leader", order)
    assert await h.signs("engineer", order)
    every_step_happened_once(h)


def every_step_happened_once(h: House) -> None:
    for kind, key in (
        (OrderIssued, lambda b: b.order),
        (LadderStepped, lambda b: (b.order, b.step)),
        (AllClearSigned, lambda b: (b.order, b.by)),
        (OrderClosed, lambda b: b.order),
    ):
        times = Counter(key(body) for body in h.journal.of(kind))
        assert set(times.values()) == {1}, times
    first = h.journal.event(OrderAcknowledged)
    later = [e.body for e in h.journal.events if e.position > first.position]
    assert not any(isinstance(b, LadderStepped) and b.order == first.body.order for b in later)
