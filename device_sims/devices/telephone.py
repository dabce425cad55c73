"""The telephone (调度电话) underground: it rings, and whoever stands near it may pick it up."""

import asyncio
from collections.abc import Iterable

from device_sims.devices.called import Call, CalledDevice
from device_sims.devices.uplink import Login
from device_sims.mine import Address, Telephone
from device_sims.stage import Stage
from device_sims.world.walkers import UNTOLD, Doing, Walker

BELL_M = 100.0
"""How far along its roadway it is heard, taken and not measured: further than a shout."""
RINGS_S, SPOKEN_S = 120.0, 8.0
"""How long it rings before the host is told that nobody answers: whoever is furthest off can have
come by then. And how long a message takes."""
NOTICED_S = 3.0
"""Between the first ring and the first step towards it."""
LOOK_S = 1.0
ANSWERING = (*UNTOLD, Doing.AT_REFUGE, Doing.STRANDED)
"""Who hears a bell and comes. Whoever is on the way out does not turn back for it."""


class TelephoneDevice(CalledDevice):
    """Answers ringing, then answered and told; or unanswered, stopped or failed."""

    at_once = 1

    def __init__(
        self,
        telephone: Telephone,
        stage: Stage,
        *,
        broker: Address | None = None,
        boot: int | None = None,
    ) -> None:
        user, password, topic = telephone.user, telephone.password, telephone.topic
        login = Login(broker or stage.site.mine.broker, user, password, telephone.id)
        super().__init__(telephone.id, topic, login, stage, f"{topic}/state", boot)
        self._telephone = telephone

    async def carry_out(self, call: Call) -> None:
        """Ring; to whoever picks it up, say what is to be said."""
        try:
            self._tells(call, "ringing")
            listener = await self._picked_up()
            if listener is None:
                self._tells(call, "unanswered")
                return
            self._tells(call, "answered")
            await self.stage.clock.sleep(SPOKEN_S)
        except asyncio.CancelledError:
            self._tells(call, "stopped")
            raise
        self.stage.call(frozenset({listener}), by=self.name)
        self._tells(call, "told")

    def refuse(self, call: Call, reason: str) -> None:
        """Failed."""
        self.say({"call": call.call, "state": "failed", "reason": reason})

    async def _picked_up(self) -> str | None:
        """The first person who can have come to it in the time it has rung; None: nobody."""
        rung_s = 0.0
        while rung_s < RINGS_S:
            await self.stage.clock.sleep(LOOK_S)
            rung_s += LOOK_S
            come = [(after_s, w.person) for after_s, w in self._hearing() if after_s <= rung_s]
            if come:
                return min(come)[1]
        return None

    def _hearing(self) -> Iterable[tuple[float, Walker]]:
        """Who hears it ring, and how many seconds after the first ring he is there."""
        for walker in self.stage.world.walkers:
            spot = walker.spot_at(self.stage.world.now)
            off_m = abs(spot.chainage_m - self._telephone.chainage_m)
            near = spot.roadway == self._telephone.roadway and off_m <= BELL_M
            if near and _comes(walker):
                yield NOTICED_S + off_m / walker.miner.pace_m_s, walker

    def _tells(self, call: Call, state: str) -> None:
        self.say({"call": call.call, "state": state})


def _comes(walker: Walker) -> bool:
    deaf = walker.miner.deaf or walker.miner.still
    return walker.doing in ANSWERING and not walker.riding and not deaf
