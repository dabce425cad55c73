"""Gate, lamp-room and attendance terminals: whose card was read, and how many have passed."""

import random
from collections.abc import Iterable

import msgspec

from device_sims.clock import SECOND
from device_sims.devices.backlog import Backlog, boot_number
from device_sims.devices.device import Device
from device_sims.devices.uplink import Login, Uplink, hello
from device_sims.mine import Address, Mine, Terminal
from device_sims.stage import Stage
from device_sims.world.passing import Passing

EVERY_S, HEARTBEAT_S = 1.0, 60.0
"""How often what was read is told, and how often that nothing was, mine seconds."""
TWICE_MS = 1500
"""A second swipe follows the first so closely."""


class TerminalDevice(Device):
    """Counts everybody who passes, and publishes the cards it could read.

    How those who pass it err, and its network, is a scenario's to say: `double_swipe`,
    `tailgating` and `late_upload` of docs/scenarios.md.
    """

    def __init__(
        self,
        terminal: Terminal,
        stage: Stage,
        *,
        broker: Address | None = None,
        boot: int | None = None,
    ) -> None:
        super().__init__(terminal.id)
        self.boot = boot_number() if boot is None else boot
        self.backlog = Backlog()
        self._terminal = terminal
        self._stage = stage
        self._seq = 0
        self._events: list[dict[str, object]] = []
        self._waiting: list[tuple[int, bytes]] = []
        self._shift, self._counts = "", {"in": 0, "out": 0}
        self._told = stage.world.now
        login = Login(
            broker or stage.site.mine.broker, terminal.user, terminal.password, terminal.id
        )
        state = hello(terminal.topic, self.boot)
        self._uplink = Uplink(login, terminal.topic, self.backlog, stage.diary, state)

    async def start(self) -> None:
        """Begin to read cards and to try the broker."""
        self._stage.onlookers.append(self.passed)
        self.spawn(self._report_again_and_again())
        self.spawn(self._uplink.run())

    async def stop(self) -> None:
        """Nobody is counted any more."""
        self._stage.onlookers.remove(self.passed)
        await super().stop()

    def passed(self, passing: Passing) -> None:
        """Somebody goes through a portal; this terminal may be the one he passes."""
        if self.name not in serving(self._stage, passing):
            return
        self._begin_shift()
        direction = "in" if passing.inward else "out"
        self._counts[direction] += 1
        luck = random.Random(f"{self._stage.world.seed} {self.name} {passing.person} {passing.at}")
        if not passing.card or luck.random() < self._share("tailgating"):
            return
        read_ms = self._time(passing.at)
        times = [read_ms, read_ms + TWICE_MS]
        for t in times[: 1 + (luck.random() < self._share("double_swipe"))]:
            self._events.append({"card": passing.card, "dir": direction, "t": t})

    def report(self) -> None:
        """Put what was read, or a heartbeat, into the next message."""
        now = self._stage.clock.now()
        if self._events or now - self._told >= HEARTBEAT_S * SECOND:
            self._begin_shift()
            self._seq, self._told = self._seq + 1, now
            self._waiting.append((self._seq, self._message(now)))
            self._events = []
        if not self._share("late_upload"):
            for seq, message in self._waiting:
                self.backlog.put(seq, message)
            self._waiting.clear()

    def _message(self, now: int) -> bytes:
        return msgspec.json.encode(
            {
                "terminal": self.name,
                "boot": self.boot,
                "seq": self._seq,
                "t": self._time(now),
                "events": self._events,
                "counts": {"shift": self._shift, **self._counts},
            }
        )

    def _time(self, at: int) -> int:
        stage = self._stage
        return stage.spoilt.clock(stage.world, self.name, at) // 1000

    def _share(self, fault: str) -> float:
        return self._stage.spoilt.amount(self._stage.world, fault, self.name)

    def _begin_shift(self) -> None:
        now = self._stage.clock.now()
        shifts = self._stage.site.mine.shifts
        name = next((s.name for s in shifts if s.start <= now < s.end), "")
        if name != self._shift:
            self._shift, self._counts = name, {"in": 0, "out": 0}

    async def _report_again_and_again(self) -> None:
        while True:
            self.report()
            await self._stage.clock.sleep(EVERY_S)


def serving(stage: Stage, passing: Passing) -> Iterable[str]:
    """The terminals somebody passes: of each kind the one at this portal, else the first."""
    here = stage.site.zones.at(passing.spot)
    return [_nearest(stage.site.mine, kind, here).id for kind in _kinds(stage.site.mine)]


def _kinds(mine: Mine) -> Iterable[str]:
    return dict.fromkeys(t.kind for t in mine.terminals)


def _nearest(mine: Mine, kind: str, here: frozenset[str]) -> Terminal:
    of_kind = [t for t in mine.terminals if t.kind == kind]
    return next((t for t in of_kind if t.zone in here), of_kind[0])
