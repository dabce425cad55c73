"""The stage: the world as it runs by the clock, where devices and people act on it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from device_sims.clock import SECOND, MineClock
from device_sims.diary import Diary
from device_sims.faults.spoilt import Spoilt
from device_sims.faults.values import Shown
from device_sims.faults.words import Fault
from device_sims.world.passing import Passing, passings
from device_sims.world.site import Site
from device_sims.world.walkers import SAFE, Doing, Walker
from device_sims.world.world import Signals, World, beginning, step

STEP_S = 0.5
"""One step of the world in mine seconds; fixed, so that a seed always gives the same mine."""
NO_POWER = 0.0
"""What a feed point shows once its power is cut."""
STEPS_A_REAL_SECOND = 10.0
"""How often steps that are due are taken; a fast clock takes several, one after the other."""


class Stage:
    """Holds the newest world. Devices read it; horns and calls change what comes next."""

    def __init__(
        self,
        site: Site,
        clock: MineClock,
        diary: Diary,
        seed: int,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.site = site
        self.spoilt = Spoilt(site, faults)
        """Asked by the devices where what they say may not be true."""
        self.clock = clock
        self.diary = diary
        self.world: World = beginning(site, clock.now(), seed)
        self._output = {output.id: output for output in site.mine.outputs}
        self._on: frozenset[str] = frozenset()
        self._dead: frozenset[str] = frozenset()
        """Points that show no power because an output has cut it."""
        self.called: frozenset[str] = frozenset()
        """Persons who have been phoned and told to leave, until each is where he is safe."""
        self._broadcasts: dict[str, frozenset[str]] = {}
        self._pages: dict[str, frozenset[str]] = {}
        self._ways: Mapping[str, str] = {}
        self.onlookers: list[Callable[[Passing], None]] = []
        """Told of everybody who goes down or comes up."""

    async def run(self) -> None:
        """Let the world follow the clock until cancelled.

        Whoever waits for a device's answer waits for one step at most.
        """
        while True:
            while self.world.now + STEP_S * SECOND <= self.clock.now():
                self.advance()
                await asyncio.sleep(0)
            pause = max(STEP_S, self.clock.speed / STEPS_A_REAL_SECOND)
            await self.clock.sleep(pause)

    def advance(self) -> None:
        """Take one step."""
        before, self.world = self.world, step(self.site, self.world, STEP_S, self._signals())
        for was, now in zip(before.walkers, self.world.walkers, strict=True):
            if was.doing is not now.doing:
                self._tell(now)
                if now.doing in SAFE:
                    self.called -= {now.person}
        if self.onlookers:
            for passing in passings(before.walkers, self.world.walkers, self.world.now):
                for onlooker in self.onlookers:
                    onlooker(passing)

    async def until(self, elapsed_s: float) -> None:
        """Wait until so many mine seconds have passed since the beginning."""
        await self.clock.sleep_until(self.world.began + round(elapsed_s * SECOND))

    def shown(self, row: int) -> Shown:
        """What the device of point number `row` tells of it now, true or not."""
        point = self.site.mine.points[row].id
        if point in self._dead:
            return Shown(NO_POWER)
        return self.spoilt.reading(self.world, row)

    def switch(self, output: str, on: bool) -> None:
        """An output was written: a horn sounds or falls silent, an interlock cuts or gives back."""
        if self.is_on(output) != on:
            self.diary.note(self._output[output].kind, output=output, on=on)
        self._on = (self._on | {output}) if on else (self._on - {output})
        cuts = (self._output[o] for o in self._on if self._output[o].kind == "cut")
        self._dead = frozenset(point for cut in cuts for point in cut.shows)

    def is_on(self, output: str) -> bool:
        """What it reads back."""
        return output in self._on

    def broadcast(self, call: str, zones: frozenset[str]) -> None:
        """A broadcaster speaks in these zones; in none: this call is over."""
        self._broadcasts[call] = zones
        if not zones:
            del self._broadcasts[call]

    def page(
        self, call: str, tags: frozenset[str], ways: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """These tags buzz, and show their wearers where to go; none: this call is over."""
        self._pages[call] = tags
        self._ways = {**self._ways, **{tag: ways[tag] for tag in tags if tag in ways}}
        if not tags:
            del self._pages[call]

    def call(self, persons: frozenset[str], by: str) -> None:
        """Somebody phones people and tells them to leave; it is over for whoever has left.

        Until then nobody else goes down, and a second compressor is started for those inside.
        """
        self.diary.note("called", by=by, persons=sorted(persons))
        self.called |= persons - {w.person for w in self.world.walkers if w.doing in SAFE}

    def _signals(self) -> Signals:
        on = (self._output[o] for o in self._on)
        sounding = (o.zones for o in on if o.kind == "horn")
        horns = frozenset(z for zones in sounding for z in zones)
        spoken = frozenset(z for zones in self._broadcasts.values() for z in zones)
        paged = frozenset(tag for tags in self._pages.values() for tag in tags)
        return Signals(horns, spoken, self.called, paged, self._ways)

    def _tell(self, walker: Walker) -> None:
        if walker.doing is not Doing.WORKING:
            spot = walker.spot_at(self.world.now)
            self.diary.note(
                walker.doing.value,
                person=walker.person,
                roadway=spot.roadway,
                chainage_m=round(spot.chainage_m, 1),
            )
