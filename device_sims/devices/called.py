"""A device the host calls over MQTT: it carries out each call once, and none that comes late."""

import asyncio
from abc import abstractmethod
from collections.abc import Mapping

import msgspec

from device_sims.clock import SECOND, Micros
from device_sims.devices.backlog import Backlog, boot_number
from device_sims.devices.device import Device, ended
from device_sims.devices.uplink import Ears, Login, Uplink, hello
from device_sims.stage import Stage

LATE_S = 60.0
"""A call that has been on its way for longer is not carried out: it may be over by now."""
TONE_S = 2.0
"""A test, mine seconds: a tone, which the device hears itself."""
REMEMBERED = 256
"""Calls by name, so that a repeat does nothing."""


class Call(msgspec.Struct, frozen=True):
    """What the host publishes; docs/wire.md names the fields."""

    call: str
    t: int | None = None
    """Milliseconds; missing: now."""
    stop: bool = False
    repeat: int = 1
    test: bool = False
    """Only to see whether it works."""
    tags: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    all: bool = False
    ways: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By tag, the node its display points to."""


class CalledDevice(Device):
    """Hears `<topic>/call`; what it answers is a subclass's."""

    at_once = 16
    """Calls that are carried out together; one more finds it busy."""

    def __init__(
        self, name: str, topic: str, login: Login, stage: Stage, answers_on: str, boot: int | None
    ) -> None:
        super().__init__(name)
        self.boot = boot_number() if boot is None else boot
        self.backlog = Backlog()
        self.broken = ""
        """Why it fails every call; empty: it does not."""
        self.stage = stage
        self._answers = 0
        self._known: dict[str, Mapping[str, object]] = {}
        """Calls it has taken, and what it said of each last, to be said again to who asks again."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._testing: set[str] = set()
        """Calls that are tests; they give way to any other."""
        ears = Ears(f"{topic}/call", self.hear)
        state = hello(topic, self.boot)
        self._uplink = Uplink(login, answers_on, self.backlog, stage.diary, state, ears)

    @abstractmethod
    async def carry_out(self, call: Call) -> None:
        """Do what was called for; cancelled when the host stops it."""

    async def try_out(self, call: Call) -> None:
        """A test: it needs nobody near."""
        try:
            await self.stage.clock.sleep(TONE_S)
        except asyncio.CancelledError:
            self.say({"call": call.call, "state": "stopped"})
            raise
        self.say({"call": call.call, "state": "tested"})

    @abstractmethod
    def refuse(self, call: Call, reason: str) -> None:
        """Answer that it will not be done."""

    async def start(self) -> None:
        """Begin to try the broker."""
        self.spawn(self._uplink.run())

    async def stop(self) -> None:
        """Fall silent."""
        await ended(self._running.values())
        await super().stop()

    def hear(self, data: bytes) -> None:
        """A call has come."""
        try:
            call = msgspec.json.decode(data, type=Call)
        except msgspec.DecodeError as error:
            self.stage.diary.note("unreadable", device=self.name, why=str(error))
            return
        if call.stop:
            if call.call in self._running:
                self._running[call.call].cancel()
        elif call.call not in self._known:
            self._take(call)
        elif answer := self._known[call.call]:
            self.say(answer)

    def say(self, answer: Mapping[str, object]) -> None:
        """Keep an answer until it is acknowledged."""
        self._answers += 1
        if answer["call"] in self._known and "tag" not in answer:
            self._known[str(answer["call"])] = answer
        t = {"t": self.stage.clock.now() // 1000}
        self.backlog.put(self._answers, msgspec.json.encode({**answer, **t}))

    def _take(self, call: Call) -> None:
        if not call.test:
            for name in self._testing & self._running.keys():
                self._running.pop(name).cancel()
        reason = self._why_not(call)
        if reason:
            self.refuse(call, reason)
            return
        self._known[call.call] = {}
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        self.stage.diary.note("call", device=self.name, call=call.call)
        work = self.try_out(call) if call.test else self.carry_out(call)
        task = asyncio.create_task(work, name=self.name)
        self._running[call.call] = task
        if call.test:
            self._testing = {*self._testing & self._running.keys(), call.call}
        task.add_done_callback(lambda _: self._running.pop(call.call, None))

    def _why_not(self, call: Call) -> str:
        now: Micros = self.stage.clock.now()
        if call.t is not None and now - call.t * 1000 > LATE_S * SECOND:
            return "late"
        return self.broken or ("busy" if len(self._running) >= self.at_once else "")
