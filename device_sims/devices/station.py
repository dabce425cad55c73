"""The positioning base station: what its readers see, told in its maker's dialect."""

from device_sims.clock import SECOND
from device_sims.devices.backlog import Backlog, boot_number
from device_sims.devices.device import Device
from device_sims.devices.outlets import datagrams, lines, posts
from device_sims.devices.tcp_link import Hello, TcpLink
from device_sims.devices.uplink import Login, Uplink
from device_sims.devices.voices import Ground, Report, says
from device_sims.mine import Address, Station
from device_sims.stage import Stage
from device_sims.world.ranging import sights

MOST_LATE = 8
"""Periods it may be behind and still reports for each, as a fast clock on a busy machine has it."""

KEEPS_NOTHING = ("kj", "nooploop", "pozyx", "omlox")
"""Dialects without numbers: places that are not out when new ones are measured are lost."""


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
        self._seq = self._reports = 0
        self._unkept = range(0)
        """Messages of the last report whose places are old by the next; not calls for help."""
        self._ground = Ground(stage.site.mine)
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
        """Tell what the readers see now, in as many messages as the dialect takes."""
        stage = self._stage
        spoilt, world, now = stage.spoilt, stage.world, stage.clock.now()
        seen = spoilt.sights(world, sights(self._readers, world, self._since))
        self._since, self._reports = stage.world.now, self._reports + 1
        t = spoilt.clock(world, self.name, now) // 1000
        alive = spoilt.alive(world, self._readers)
        report = Report(self.name, self.boot, self._reports, t, alive, seen)
        for seq in self._unkept:
            self.backlog.acknowledged(seq)
        first, dialect = self._seq + 1, self._station.dialect
        for message in says(dialect, report, self._ground):
            self._seq += 1
            self.backlog.put(self._seq, message)
        if dialect in KEEPS_NOTHING:
            self._unkept = range(self._seq if dialect == "nooploop" else first, self._seq + 1)

    async def _link(self) -> None:
        station, diary = self._station, self._stage.diary
        door = Address(host=self._host.host, port=station.port)
        if station.transport == "mqtt":
            login = Login(self._host, station.user, station.password, self.name)
            await Uplink(login, station.topic, self.backlog, diary).run()
        elif station.transport == "udp":
            await datagrams(door, self.backlog)
        elif station.transport == "http":
            await posts(self.name, door, station.password, self.backlog, diary)
        elif station.port:
            await lines(self.name, door, self.backlog, diary)
        else:
            hello = Hello(self.name, station.password, self.boot)
            await TcpLink(self._host, hello, self.backlog, diary).run()
