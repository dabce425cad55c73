"""The broadcaster (广播终端): speaks a call aloud, and those who are within hearing leave."""

import asyncio

from device_sims.devices.called import Call, CalledDevice
from device_sims.devices.uplink import Login
from device_sims.mine import Address, Broadcaster
from device_sims.stage import Stage

SPOKEN_S = 8.0
"""One time of speaking, mine seconds."""


class BroadcasterDevice(CalledDevice):
    """Answers playing and then played, stopped or failed."""

    def __init__(
        self,
        broadcaster: Broadcaster,
        stage: Stage,
        *,
        broker: Address | None = None,
        boot: int | None = None,
    ) -> None:
        user, password, topic = broadcaster.user, broadcaster.password, broadcaster.topic
        login = Login(broker or stage.site.mine.broker, user, password, broadcaster.id)
        super().__init__(broadcaster.id, topic, login, stage, f"{topic}/state", boot)
        self._zones = frozenset(broadcaster.zones)

    async def carry_out(self, call: Call) -> None:
        """Speak it as often as asked."""
        self._tells(call, "playing")
        self.stage.broadcast(f"{self.name} {call.call}", self._zones)
        try:
            await self.stage.clock.sleep(SPOKEN_S * max(1, call.repeat))
        except asyncio.CancelledError:
            self._tells(call, "stopped")
            raise
        finally:
            self.stage.broadcast(f"{self.name} {call.call}", frozenset())
        self._tells(call, "played")

    def refuse(self, call: Call, reason: str) -> None:
        """Failed."""
        self.say({"call": call.call, "state": "failed", "reason": reason})

    def _tells(self, call: Call, state: str) -> None:
        self.say({"call": call.call, "state": state})
