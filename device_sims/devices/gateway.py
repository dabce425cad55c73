"""The MQTT gateway: batched JSON readings, numbered within a boot, with hello and last will."""

import msgspec

from device_sims.clock import SECOND
from device_sims.devices.backlog import Backlog, boot_number
from device_sims.devices.device import Device
from device_sims.devices.due import Due
from device_sims.devices.uplink import Login, Uplink, hello
from device_sims.mine import Address, Gateway
from device_sims.stage import Stage


class GatewayDevice(Device):
    """Publishes each of its points once in the point's period."""

    def __init__(
        self,
        gateway: Gateway,
        stage: Stage,
        *,
        broker: Address | None = None,
        boot: int | None = None,
    ) -> None:
        super().__init__(gateway.id)
        self.boot = boot_number() if boot is None else boot
        self.status: dict[str, int] = {}
        """Status word of a point (docs/wire.md); where absent, what the stage shows."""
        self.backlog = Backlog()
        self._stage = stage
        self._seq = 0
        mine = stage.site.mine
        self._due = Due(mine, gateway.id)
        state = hello(gateway.topic, self.boot)
        login = Login(broker or mine.broker, gateway.user, gateway.password, gateway.id)
        self._uplink = Uplink(login, gateway.topic, self.backlog, stage.diary, state)

    async def start(self) -> None:
        """Begin to sample and to try the broker."""
        self.spawn(self._sample())
        self.spawn(self._uplink.run())

    async def _sample(self) -> None:
        clock, beat = self._stage.clock, self._stage.clock.now()
        while True:
            self.report()
            beat = max(beat + round(self._due.period_s * SECOND), clock.now())
            await clock.sleep_until(beat)

    def report(self) -> None:
        """Put the readings that are due into the next message."""
        now = self._stage.clock.now()
        due = self._due.take(now)
        if not due:
            return
        self._seq += 1
        message = {
            "gateway": self.name,
            "boot": self.boot,
            "seq": self._seq,
            "t": self._stage.spoilt.clock(self._stage.world, self.name, now) // 1000,
            "readings": [self._reading(row) for row in due],
        }
        self.backlog.put(self._seq, msgspec.json.encode(message))

    def _reading(self, row: int) -> dict[str, object]:
        point = self._stage.site.mine.points[row]
        digits = self._stage.site.mine.kind[point.kind].decimals + 1
        shown = self._stage.shown(row)
        value, status = round(shown.value, digits), self.status.get(point.id, shown.status)
        return {"p": point.id, "v": value} | ({"s": status} if status else {})
