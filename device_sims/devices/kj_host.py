"""An installed mine system that writes upload files for its regulators (docs/wire.md).

It writes as such systems do: GBK, a file in two strokes, and its own old files cleared away.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from device_sims.clock import SECOND, Micros
from device_sims.devices.device import Device
from device_sims.mine import KjHost, Point
from device_sims.stage import Stage

KEPT = 20
"""Files of a type that stay in the folder."""

MINUTES5 = 300 * SECOND
STROKE_S = 0.02
"""Real seconds between the two strokes of a file."""

STATUS = {0: "0", 1: "0", 2: "4", 3: "3", 4: "4", 5: "5"}
"""Our status words as its own."""

GBK = str.maketrans({"²": "2", "³": "3"})
"""Letters that GBK has not."""

NO_VALUE = "999999"


class KjHostDevice(Device):
    """Writes definitions once, states each period, changes of switches, and five-minute figures."""

    def __init__(self, host: KjHost, stage: Stage) -> None:
        super().__init__(host.id)
        self._host, self._stage = host, stage
        mine = stage.site.mine
        self._zone = ZoneInfo(mine.timezone)
        self._points = [(i, p) for i, p in enumerate(mine.points) if p.device == host.id]
        self._switches: dict[str, str] = {}
        self._five: dict[str, list[tuple[float, Micros]]] = {}
        self._since: Micros = stage.clock.now()
        self._written: dict[str, deque[Path]] = {}

    async def start(self) -> None:
        """Begin to write."""
        self._make_folder()
        self.spawn(self._run())

    def _make_folder(self) -> None:
        """What an earlier run left there is cleared away."""
        folder = Path(self._host.folder)
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"{self._host.mine_code}_*.TXT"):
            path.unlink(missing_ok=True)

    async def _run(self) -> None:
        clock = self._stage.clock
        await self._write("CDDY", self.definitions())
        while True:
            if not self._stage.spoilt.silent(self._stage.world, self.name):
                for kind, records in self.due():
                    await self._write(kind, records)
            await clock.sleep(self._host.period_s)

    def due(self) -> Iterator[tuple[str, list[str]]]:
        """Every file that is due now, as its type and its records."""
        now, shown = self._stage.clock.now(), [(p, *self._shown(i, p)) for i, p in self._points]
        changed = [f"{p.code or p.id};{v};{self._time(now)}" for p, v, _ in self._turned(shown)]
        if changed:
            yield "KGBH", changed
        for point, value, status in shown:
            if status == "0":
                self._five.setdefault(point.id, []).append((float(value), now))
        if now - self._since >= MINUTES5:
            yield "WFSJ", [self._minutes(p) for _, p in self._points if p.id in self._five]
            self._since, self._five = now, {}
        yield "SSSJ", [f"{p.code or p.id};{value};{status}" for p, value, status in shown]

    def definitions(self) -> list[str]:
        """What each point is, as its own configuration has it."""
        kinds = self._stage.site.mine.kind
        records = []
        for _, p in self._points:
            kind, m = kinds[p.kind], p.limits
            limits = (m.alarm_high, m.alarm_low, m.cut_high, None, m.cut_low, None)
            words = ";".join("" if limit is None else f"{limit:g}" for limit in limits)
            unit = kind.unit.translate(GBK)
            about = f"{p.code or p.id};{p.roadway};{p.kind};{unit};{kind.low:g};{kind.high:g}"
            records.append(f"{about};{words};")
        return records

    def text(self, records: list[str]) -> bytes:
        """A file, whole."""
        head = f"{self._time(self._stage.clock.now())};{len(records)}"
        body = "".join(f"{record}~\r\n" for record in (head, *records))
        return f"{body}||\r\n".encode("gbk", "replace")

    def _turned(self, shown: list[tuple[Point, str, str]]) -> list[tuple[Point, str, str]]:
        """Switches that stand otherwise than before."""
        kinds = self._stage.site.mine.kind
        switches = [row for row in shown if kinds[row[0].kind].states]
        turned = [r for r in switches if self._switches.get(r[0].id, r[1]) != r[1]]
        self._switches = {point.id: value for point, value, _ in switches}
        return turned

    def _shown(self, row: int, point: Point) -> tuple[str, str]:
        shown = self._stage.shown(row)
        status = STATUS.get(shown.status, "4")
        digits = self._stage.site.mine.kind[point.kind].decimals + 1
        lost = status == "5" or shown.value != shown.value
        return (NO_VALUE if lost else f"{round(shown.value, digits):g}"), status

    def _minutes(self, point: Point) -> str:
        told = self._five[point.id]
        mean = sum(value for value, _ in told) / len(told)
        high, low = max(told), min(told)
        peaks = f"{high[0]:g};{self._time(high[1])};{low[0]:g};{self._time(low[1])}"
        return f"{point.code or point.id};{mean:.3f};{peaks}"

    def _moment(self, at: Micros) -> datetime:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
        return moment.astimezone(self._zone)

    def _time(self, at: Micros) -> str:
        at = self._stage.spoilt.clock(self._stage.world, self.name, at)
        return f"{self._moment(at):%Y-%m-%d %H:%M:%S}"

    async def _write(self, kind: str, records: list[str]) -> None:
        stamp = f"{self._moment(self._stage.clock.now()):%Y%m%d%H%M%S}"
        path = Path(self._host.folder) / f"{self._host.mine_code}_{kind}_{stamp}.TXT"
        data = self.text(records)
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            await asyncio.sleep(STROKE_S)
            file.write(data[len(data) // 2 :])
        written = self._written.setdefault(kind, deque())
        written.append(path)
        while len(written) > KEPT:
            written.popleft().unlink(missing_ok=True)
