"""The positioning base station: what its readers range, told until it is acknowledged."""

import msgspec

from device_sims.clock import SECOND
from device_sims.devices.backlog import Backlog, boot_number
from device_sims.devices.device import Device
from device_sims.devices.tcp_link import Hello, TcpLink
from device_sims.devices.uplink import Login, Uplink
from device_sims.mine import Address, Station
from device_sims.stage import Stage
from device_sims.world.ranging import Sight, sights

MOST_LATE = 8
"""Periods it may be behind and still reports for each, as a fast clock on a busy machine has it."""


class StationDevice(Device):
    """Ranges and reports once a period; the two transports differ in `_link` only."""

    def __init__(
        self,
        station: Station,
        stage: Stage,
        *,
        host: Address | None = None,
        boot: int | None = None,
    ) -> None:
        super().__init__(station.id)
        self.boot = boot_number() if boot is None else boot
        self.backlog = Backlog()
        self._station = station
        self._stage = stage
        readers = stage.site.mine.readers_of(station.id)
        self._readers = [r.id for r in readers]
        self._period_s = min((r.period_s for r in readers), default=1.0)
        self._seq = 0
        self._since = stage.world.now
        mine = stage.site.mine
        self._host = host or (mine.broker if station.transport == "mqtt" else mine.server.stations)

    async def start(self) -> None:
        """Begin to range and to try the host."""
        self.spawn(self._range())
        self.spawn(self._link())

    async def _range(self) -> None:
        clock, beat = self._stage.clock, self._stage.clock.now()
        period = round(self._period_s * SECOND)
        while True:
            self.report()
            beat = max(beat + period, clock.now() - MOST_LATE * period)
            await clock.sleep_until(beat)

    def report(self) -> None:
        """Put what the readers see now into the next report."""
        stage, self._seq = self._stage, self._seq + 1
        spoilt, world, now = stage.spoilt, stage.world, stage.clock.now()
        seen = spoilt.sights(world, sights(self._readers, world, self._since))
        self._since = stage.world.now
        report = {
            "station": self.name,
            "boot": self.boot,
            "seq": self._seq,
            "t": spoilt.clock(world, self.name, now) // 1000,
            "readers": spoilt.alive(world, self._readers),
            "ranges": [_range_of(s) for s in seen],
        }
        self.backlog.put(self._seq, msgspec.json.encode(report))

    async def _link(self) -> None:
        if self._station.transport == "mqtt":
            login = Login(self._host, self._station.user, self._station.password, self.name)
            await Uplink(login, self._station.topic, self.backlog, self._stage.diary).run()
        else:
            hello = Hello(self.name, self._station.password, self.boot)
            await TcpLink(self._host, hello, self.backlog, self._stage.diary).run()


def _range_of(sight: Sight) -> dict[str, object]:
    """One element of `ranges`; the battery is steady and differs from tag to tag."""
    return {
        "reader": sight.reader,
        "tag": sight.tag,
        "d": round(sight.distance_m, 2),
        "side": sight.side,
        "battery": 60 + sum(sight.tag.encode()) % 40,
    } | {name: True for name, on in (("button", sight.button), ("sos", sight.sos)) if on}
